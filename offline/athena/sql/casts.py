"""Rewrites Athena's casts, and the TRY around them, into DuckDB's or into macros of ours."""

from sqlglot import exp

from offline.athena.sql.building import LEAVES, call, with_one
from offline.athena.sql.kinds import kind_of
from offline.athena.sql.rows import ROW_TYPES, cast_to_row, is_parsed_row

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
_LITERAL_TYPES = (
    exp.DataType.Type.DATE,
    exp.DataType.Type.TIMESTAMP,
    exp.DataType.Type.TIMESTAMPTZ,
)


# Functions that fail or give a value, and give NULL for NULL: for these, TRY(f(x)) is f's try form
_LENIENT = (exp.Cast, exp.ParseJSON, exp.FromISO8601Timestamp, exp.Paren)


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
    if kind in ROW_TYPES:
        return cast_to_row(node, prefix)
    if kind == exp.DataType.Type.JSON:
        return call("to_json", node.this)
    if kind not in _CASTS:
        return node
    macro = prefix + _CASTS[kind]
    result = _plain_cast(node) or with_one(node.this, "cast", lambda x: call(macro, x))
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


def attempt(node: exp.Expr) -> exp.Expr:
    """Use the try forms where they mean the same; DuckDB's TRY works row by row after a failure."""
    inner = node.this
    chain = inner
    while isinstance(chain, _LENIENT):
        chain = chain.this
    return _lenient(inner) if isinstance(chain, LEAVES) else node


def _lenient(node: exp.Expr) -> exp.Expr:
    if isinstance(node, LEAVES):
        return node
    if isinstance(node, exp.Paren):
        return exp.Paren(this=_lenient(node.this))
    if is_parsed_row(node):
        parsed = exp.ParseJSON(this=_lenient(node.this.this))
        return exp.TryCast(this=parsed, to=node.args["to"].copy())
    inner = _lenient(node.this)
    if isinstance(node, exp.ParseJSON):
        return call("try_json_parse", inner)
    if isinstance(node, exp.FromISO8601Timestamp):
        return call("try_iso8601", inner)
    return exp.TryCast(this=inner, to=node.args["to"].copy())
