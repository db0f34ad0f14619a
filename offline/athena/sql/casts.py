"""Rewrites Athena's casts, and the TRY around them, into DuckDB's or into macros of ours."""

import json

from sqlglot import exp

from offline.athena.sql.kinds import kind_of

_CASTS = {
    exp.DataType.Type.TINYINT: "tinyint",
    exp.DataType.Type.SMALLINT: "smallint",
    exp.DataType.Type.INT: "integer",
    exp.DataType.Type.BIGINT: "bigint",
    exp.DataType.Type.FLOAT: "real",
    exp.DataType.Type.DOUBLE: "double",
    exp.DataType.Type.VARCHAR: "varchar",
    exp.DataType.Type.TEXT: "varchar",
    exp.DataType.Type.BOOLEAN: "boolean",
    exp.DataType.Type.DATE: "date",
    exp.DataType.Type.TIMESTAMP: "timestamp",
    exp.DataType.Type.TIMESTAMPTZ: "timestamptz",
}
_WHOLE_NUMBERS = (
    exp.DataType.Type.TINYINT,
    exp.DataType.Type.SMALLINT,
    exp.DataType.Type.INT,
    exp.DataType.Type.BIGINT,
)
_PLAIN = "plain"  # in a node's meta: DuckDB's own cast is meant
_ROW_TYPES = (exp.DataType.Type.STRUCT, exp.DataType.Type.OBJECT)
_LITERAL_TYPES = (
    exp.DataType.Type.DATE,
    exp.DataType.Type.TIMESTAMP,
    exp.DataType.Type.TIMESTAMPTZ,
)


# Functions that fail or give a value, and give NULL for NULL: for these, TRY(f(x)) is f's try form
_LENIENT = (exp.Cast, exp.ParseJSON, exp.FromISO8601Timestamp, exp.Paren, exp.Column)


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """Return a call of a function of DuckDB or ours."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def text(value: str) -> exp.Expr:
    """Return a varchar literal."""
    return exp.Literal.string(value)


def cast(node: exp.Expr) -> exp.Expr:
    """Cast as Trino does; what is already exact in DuckDB stays a cast."""
    if node.meta.get(_PLAIN):
        return node
    prefix = "try_" if isinstance(node, exp.TryCast) else "trino_"
    target = node.args["to"]
    kind = target.this
    if isinstance(node.this, exp.Literal) and node.this.is_string and kind in _LITERAL_TYPES:
        target.set("expressions", [])
        return node
    if kind in _ROW_TYPES and not isinstance(node.this, exp.Struct):
        return _cast_to_row(node, prefix)
    if kind == exp.DataType.Type.JSON:
        return call("to_json", node.this)
    if kind not in _CASTS:
        return node
    result = _plain_cast(node) or call(prefix + _CASTS[kind], node.this)
    if _CASTS[kind] == "varchar" and target.expressions:
        return call("substr", result, exp.Literal.number(1), target.expressions[0].this.copy())
    return result


def _plain_cast(node: exp.Expr) -> exp.Expr | None:
    """Return a cast that DuckDB does as Trino does, if the operand's type is plain to see."""
    source, target = kind_of(node.this), node.args["to"].this
    moments = (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPTZ)
    if source in moments and target in (*moments, exp.DataType.Type.DATE):
        node.args["to"].set("expressions", [])
        return _plain(node, node.this)
    if source == exp.DataType.Type.DOUBLE and target in _WHOLE_NUMBERS:
        return _plain(node, exp.Round(this=node.this))
    return None


def _plain(node: exp.Expr, operand: exp.Expr) -> exp.Expr:
    """Return DuckDB's own cast, marked so that it stays one."""
    plain = type(node)(this=operand, to=node.args["to"])
    plain.meta[_PLAIN] = True
    return plain


def _cast_to_row(node: exp.Expr, prefix: str) -> exp.Expr:
    """Take the fields as JSON first, then cast each: DuckDB's own cast of objects is stricter."""
    fields = [(field.name.lower(), field.args["kind"]) for field in node.args["to"].expressions]
    names = [name for name, _ in fields]
    structure = json.dumps(dict.fromkeys(names, "JSON"))
    source, form = node.this, "json_row"
    if isinstance(source, exp.ParseJSON):
        source, form = source.this, "json_text_row"
    row = call(prefix + form, source, text(structure), text(",".join(names)))
    if all(kind.this == exp.DataType.Type.JSON for _, kind in fields):
        return row
    item = exp.to_identifier("item")
    members = []
    for name, kind in fields:
        value: exp.Expr = exp.Dot(this=item.copy(), expression=exp.to_identifier(name))
        if kind.this != exp.DataType.Type.JSON:
            value = type(node)(this=value, to=kind.copy())
        members.append(exp.PropertyEQ(this=exp.to_identifier(name), expression=value))
    typed = exp.Lambda(this=exp.Struct(expressions=members), expressions=[item])
    rows = call("list_transform", exp.Array(expressions=[row]), typed)
    return call("list_extract", rows, exp.Literal.number(1))


def attempt(node: exp.Expr) -> exp.Expr:
    """Use the try forms where they mean the same; DuckDB's TRY works row by row after a failure."""
    inner = node.this
    chain = inner
    while isinstance(chain, _LENIENT) and not isinstance(chain, exp.Column):
        chain = chain.this
    if not isinstance(chain, exp.Column):
        return node
    return _lenient(inner)


def _lenient(node: exp.Expr) -> exp.Expr:
    if isinstance(node, exp.Column):
        return node
    if isinstance(node, exp.Paren):
        return exp.Paren(this=_lenient(node.this))
    if isinstance(node.this, exp.ParseJSON) and node.args["to"].this in _ROW_TYPES:
        parsed = exp.ParseJSON(this=_lenient(node.this.this))
        return exp.TryCast(this=parsed, to=node.args["to"].copy())
    inner = _lenient(node.this)
    if isinstance(node, exp.ParseJSON):
        return call("try_json_parse", inner)
    if isinstance(node, exp.FromISO8601Timestamp):
        return call("try_iso8601", inner)
    return exp.TryCast(this=inner, to=node.args["to"].copy())
