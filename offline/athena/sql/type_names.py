"""Trino's names of types, where sure: of columns of tables, literals, casts, aggregates."""

import re
from collections.abc import Mapping

from sqlglot import exp

from offline.athena.sql.finding import find
from offline.athena.sql.kinds import MOST_DIGITS, Kind, named, written_digits

_NAMES = {
    "TINYINT": "tinyint", "SMALLINT": "smallint", "INT": "integer", "BIGINT": "bigint",
    "FLOAT": "real", "DOUBLE": "double", "BOOLEAN": "boolean", "DATE": "date", "JSON": "json",
    "VARCHAR": "varchar", "TEXT": "varchar", "VARBINARY": "varbinary",
    "TIMESTAMP": "timestamp(3)", "TIMESTAMPNTZ": "timestamp(3)",
    "TIMESTAMPTZ": "timestamp(3) with time zone",
}  # fmt: skip
_OF_AGGREGATES: Mapping[type[exp.Expr], str] = {
    **dict.fromkeys((exp.Count, exp.CountIf, exp.ApproxDistinct), "bigint"),
    **dict.fromkeys((exp.LogicalAnd, exp.LogicalOr), "boolean"),
    **dict.fromkeys((exp.Stddev, exp.StddevPop, exp.StddevSamp), "double"),
    **dict.fromkeys((exp.Variance, exp.VariancePop, exp.CovarPop, exp.CovarSamp), "double"),
}
# Aggregates that give one of the values
_SAME = (exp.Max, exp.Min, exp.ArgMax, exp.ArgMin, exp.AnyValue, exp.ApproxQuantile)
_WHOLE = ("tinyint", "smallint", "integer", "bigint")
_MILLISECONDS = re.compile(r":\d\d\.\d{3}$")
_LARGEST_INTEGER = 2**31 - 1
_LARGEST_BIGINT = 2**63 - 1


def answer_typeof(tree: exp.Expr) -> None:
    """Put the name in place of each `typeof` whose operand's type is sure; others stay.

    The operand stays in a CASE: a cast that fails, fails, and a column must be grouped.
    """
    for node in find(tree, exp.Typeof):
        name = _name(node.this)
        if name is not None:
            text = exp.Literal.string(name)
            text.type = named("varchar")
            missing = exp.Is(this=node.this.copy(), expression=exp.Null())
            made = exp.Case(ifs=[exp.If(this=missing, true=text)], default=text.copy())
            made.type = text.type
            node.replace(exp.Paren(this=made))


def _name(node: exp.Expr) -> str | None:
    node = node.unnest()
    while isinstance(node, exp.Filter | exp.Window):
        node = node.this
    if type(node) in _OF_AGGREGATES:
        return _OF_AGGREGATES[type(node)]
    if isinstance(node, _SAME):
        return _name(node.this)
    if isinstance(node, exp.Sum | exp.Avg):
        return _of_sum(_name(node.this), average=isinstance(node, exp.Avg))
    if isinstance(node, exp.Null):
        return "unknown"
    if isinstance(node, exp.Boolean):
        return "boolean"
    if isinstance(node, exp.Literal):
        return f"varchar({len(node.name)})" if node.is_string else _number(node.name)
    if isinstance(node, exp.Cast):
        return None if _has_precision_as_written(node) else _of_kind(node.to)
    if isinstance(node, exp.Column) and node.type is not None and _of_a_table(node):
        return _of_kind(node.type)
    return None


def _of_sum(name: str | None, *, average: bool) -> str | None:
    if name in _WHOLE:
        return "double" if average else "bigint"
    if name is not None and name.startswith("decimal(") and not average:
        return re.sub(r"\(\d+", f"({MOST_DIGITS}", name)
    return "double" if name == "double" else None


def _has_precision_as_written(cast: exp.Cast) -> bool:
    """Whether it may be a moment's literal, which has as many digits as are written; not three."""
    moment = cast.to.this.name.startswith("TIMESTAMP") and isinstance(cast.this, exp.Literal)
    return moment and not _MILLISECONDS.search(cast.this.name)


def _of_kind(kind: exp.DataType) -> str | None:
    sizes = [size.name for size in kind.expressions]
    if kind.this == Kind.DECIMAL:
        return f"decimal({','.join(sizes)})" if len(sizes) == 2 else None
    name = _NAMES.get(kind.this.name)
    if name is None or not sizes:
        return name
    return name.replace("(3)", f"({sizes[0]})") if "(" in name else f"{name}({sizes[0]})"


def _number(digits: str) -> str | None:
    if "e" in digits.lower():
        return "double"
    if "." not in digits:
        number = int(digits)
        kind = "integer" if number <= _LARGEST_INTEGER else "bigint"
        return kind if number <= _LARGEST_BIGINT else None
    precision, scale = written_digits(digits)
    return f"decimal({precision},{scale})" if precision <= MOST_DIGITS else None


def _of_a_table(column: exp.Column) -> bool:
    """Whether every source of the query is a table, whose columns' types are as declared.

    Not so of a member of a row, and of what USING brings to a common type.
    """
    query = column.find_ancestor(exp.Select)
    if query is None:
        return False
    sources = [query.args.get("from_"), *query.args.get("joins", ())]
    names = {source.this.alias_or_name.lower() for source in sources if source is not None}
    return (not column.table or column.table.lower() in names) and all(
        source is not None
        and isinstance(source.this, exp.Table)
        and bool(source.this.db)
        and not source.args.get("using")
        for source in sources
    )
