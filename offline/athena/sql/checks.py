"""Finds errors that Trino reports and DuckDB would not: unknown names, mismatched types."""

from collections.abc import Mapping

from sqlglot import exp

from offline.athena.catalog.catalog import Table
from offline.athena.errors import QueryFailed, not_supported, refused, syntax_error
from offline.athena.sql.finding import concatenated, find, results
from offline.athena.sql.kinds import MOMENTS, WHOLE, Kind, kind_of
from offline.athena.sql.refusals import refusal
from offline.athena.sql.typing import Typing

# Groups of types that Trino can compare with each other.
_FAMILIES: Mapping[Kind, str] = {
    **dict.fromkeys((*WHOLE, Kind.FLOAT, Kind.DOUBLE, Kind.DECIMAL), "number"),
    **dict.fromkeys((Kind.VARCHAR, Kind.TEXT, Kind.CHAR), "varchar"),
    **dict.fromkeys(MOMENTS, "timestamp"),
    **{Kind.DATE: "date", Kind.BOOLEAN: "boolean", Kind.JSON: "json", Kind.ARRAY: "array"},
    **{Kind.MAP: "map", Kind.STRUCT: "row", Kind.INTERVAL: "interval"},
    Kind.VARBINARY: "varbinary",
}
_MOMENTS = ("date", "timestamp")
_NO_CASTS = {
    *((one, other) for one in ("number", "boolean", "json") for other in _MOMENTS),
    *((one, other) for one in _MOMENTS for other in ("number", "boolean")),
    *((one, "varbinary") for one in ("number", "boolean", "json", *_MOMENTS)),
    *(("varbinary", other) for other in ("number", "boolean", "json", *_MOMENTS)),
}
# By kind of expression, the operands that must have types of one group.
_OPERANDS: Mapping[type[exp.Expr], tuple[tuple[str, ...], str]] = {
    **dict.fromkeys((exp.Where, exp.Having, exp.Not, exp.If), (("this",), "boolean")),
    **dict.fromkeys((exp.And, exp.Or), (("this", "expression"), "boolean")),
    exp.Join: (("on",), "boolean"),
    exp.Like: (("this", "expression"), "varchar"),
}
# Expressions whose operands must have types of one group.
_ALIKE = (
    *(exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.In),
    *(exp.Between, exp.Coalesce, exp.Greatest, exp.Least, exp.Nullif),
)
_NO_COLUMN = (*_ALIKE, exp.Cast, exp.If, exp.Case, exp.Sub, exp.DateDiff)
_SEARCHES = ("trino_array_position", "trino_array_remove", "trino_contains")
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)


def check(tree: exp.Query, tables: Mapping[int, Table]) -> None:
    """Refuse a query with an unknown column or with mismatched operands.

    `tables` gives a table by the id of its node in the tree. It also gives each expression its
    type. What cannot be resolved here is left to DuckDB's binder. Raises QueryFailed.
    """
    Typing(tables).resolve(tree)
    nodes = find(tree, exp.Expr)
    for what in filter(None, map(refusal, nodes)):
        raise refused(what)
    for problem in filter(None, map(_mismatch, nodes)):
        raise problem


def check_precision(tree: exp.Query) -> None:
    """Refuse to write a column of timestamp literals that have not the milliseconds of a table's.

    What compares or converts a literal makes no such column. Raises QueryFailed.
    """
    for cast in find(tree, exp.Cast):
        kind = cast.args["to"]
        if kind.this != Kind.TIMESTAMP or not kind.expressions or kind.expressions[0].name == "3":
            continue
        in_condition = cast.find_ancestor(exp.Where, exp.Having)
        if not in_condition and not isinstance(cast.parent, _NO_COLUMN):
            raise not_supported(
                f"Incorrect timestamp precision for timestamp({kind.expressions[0].name}); the"
                " configured precision is MILLISECONDS: cast it to timestamp(3)"
            )


def _mismatch(node: exp.Expr) -> QueryFailed | None:
    if isinstance(node, exp.DataType) and node.this == exp.DType.USERDEFINED:
        return syntax_error(f"TYPE_MISMATCH: Unknown type: {node.args['kind']}")
    names, wanted = _OPERANDS.get(type(node), ((), ""))
    of_value = isinstance(node.parent, exp.Case) and node.parent.this is not None
    given = {_family(node.args.get(name) or exp.Null()) for name in names if not of_value}
    if given - {None, wanted}:
        return _failure(f"{node.key.upper()} must be of {wanted}", node)
    if isinstance(node, _ALIKE):
        operands = (
            node.this,
            *node.expressions,
            *map(node.args.get, ("expression", "low", "high")),
        )
        return _differ([_family(item) for item in operands if item], node)
    if isinstance(node, exp.Case) or (
        isinstance(node, exp.If) and not isinstance(node.parent, exp.Case)
    ):
        return _differ([_family(item) for item in results(node)], node)
    if isinstance(node, exp.SetOperation):
        pairs = zip(node.this.selects, node.expression.selects, strict=False)
        problems = (_differ([*map(_family, pair)], node) for pair in pairs)
        return next(filter(None, problems), None)
    if isinstance(node, exp.DPipe | exp.Concat):
        families = [_family(item) for item in concatenated(node)]
        wrong = [item for item in families if item not in (None, "varchar", "array")]
        if wrong and any(kind_of(item) is None for item in concatenated(node)):
            return refused("concatenating an array and an element; write ARRAY[element]")
        return _failure(f"Unexpected parameters ({wrong[0]}) for concat", node) if wrong else None
    if isinstance(node, _ARITHMETIC):
        families = [_family(node.this), _family(node.expression)]
        dated = "number" in families and {*_MOMENTS} & {*families}
        moved = isinstance(node, exp.Add | exp.Sub) and {*families} == {"number", "interval"}
        if dated or moved or {*families} - {None, "number", *_MOMENTS, "interval"}:
            return _failure(f"Cannot apply operator to {families[0]} and {families[1]}", node)
    if member := _member(node):
        return _differ([_family(item) for item in member], node)
    if isinstance(node, exp.Cast):
        pair = (_family(node.this), _family(node.args["to"]))
        return _failure(f"Cannot cast {pair[0]} to {pair[1]}", node) if pair in _NO_CASTS else None
    return None


def _member(node: exp.Expr) -> tuple[exp.Expr, exp.Expr] | None:
    """Return the type of an array's elements or a map's keys, and the searched value."""
    if isinstance(node, exp.Bracket | exp.ArrayContains):
        found, sought = node.this, (*node.expressions, node.args.get("expression"))[0]
    elif isinstance(node, exp.Anonymous) and node.name in _SEARCHES:
        found, sought = node.expressions
    else:
        return None
    kinds = found.type.expressions if found.type is not None else []
    if (
        not kinds
        or sought is None
        or (found.type.this == Kind.ARRAY) == (type(node) is exp.Bracket)
    ):
        return None
    return kinds[0], sought


def _differ(families: list[str | None], node: exp.Expr) -> QueryFailed | None:
    known = {family for family in families if family is not None}
    if known == {"date", "timestamp"} or len(known) < 2:
        return None
    problem = f"{node.key.upper()} of different types ({', '.join(sorted(known))})"
    return _failure(problem, node)


def _failure(problem: str, node: exp.Expr) -> QueryFailed:
    return syntax_error(f"TYPE_MISMATCH: {problem}: {node.sql(dialect='athena')}")


def _family(node: exp.Expr) -> str | None:
    kind = node if isinstance(node, exp.DataType) else node.type
    return None if kind is None or isinstance(node, exp.Null) else _FAMILIES.get(kind.this)
