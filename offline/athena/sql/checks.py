"""Finds what Trino refuses and DuckDB would run: unknown names, operands of different types."""

from collections.abc import Iterator, Mapping

from sqlglot import exp

from offline.athena.service.errors import QueryFailed, refused, syntax_error
from offline.athena.sql.refusals import refusal
from offline.athena.sql.type_names import answer_typeof
from offline.athena.sql.typing import Typing
from offline.athena.tables.catalog import Table

_NUMBERS = {"TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL"}
_TEXTS = {"VARCHAR", "TEXT", "CHAR"}
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)


def check(tree: exp.Query, tables: Mapping[tuple[str, str], Table], database: str) -> None:
    """Refuse a query with an unknown column or with operands of different types.

    Gives each expression its type. Raises QueryFailed. What cannot be followed here is left to
    DuckDB's binder.
    """
    Typing(tables, database).resolve(tree)
    answer_typeof(tree)
    for node in tree.walk():
        if what := refusal(node):
            raise refused(what)
        if problem := _mismatch(node):
            raise problem


def _mismatch(node: exp.Expr) -> QueryFailed | None:
    if isinstance(node, exp.DataType) and node.this == exp.DType.USERDEFINED:
        return syntax_error(f"TYPE_MISMATCH: line 1:1: Unknown type: {node.args['kind']}")
    if isinstance(node, _COMPARISONS):
        families = [_family(node.this), _family(node.expression)]
        operands = f"{families[0]} {node.key} {families[1]}"
        return _differ(families, f"Cannot apply operator: {operands}", node)
    if isinstance(node, exp.In):
        families = [_family(item) for item in (node.this, *node.expressions)]
        return _differ(families, "IN value and list items must be the same type", node)
    if isinstance(node, exp.Between):
        families = [_family(item) for item in (node.this, node.args["low"], node.args["high"])]
        return _differ(families, "Cannot check if value is BETWEEN bounds of another type", node)
    if isinstance(node, exp.Coalesce):
        families = [_family(item) for item in (node.this, *node.expressions)]
        return _differ(families, "All COALESCE operands must be the same type", node)
    if isinstance(node, exp.Case) or (
        isinstance(node, exp.If) and not isinstance(node.parent, exp.Case)
    ):
        families = [_family(item) for item in _results(node)]
        return _differ(families, f"All {node.key.upper()} results must be the same type", node)
    if isinstance(node, exp.SetOperation):
        pairs = zip(node.this.selects, node.expression.selects, strict=False)
        problems = (
            _differ([_family(one), _family(other)], "Columns of UNION have other types", node)
            for one, other in pairs
        )
        return next(filter(None, problems), None)
    if isinstance(node, exp.DPipe | exp.Concat):
        families = [_family(item) for item in _operands(node)]
        wrong = [item for item in families if item in ("number", "date", "timestamp", "boolean")]
        return _failure(f"Unexpected parameters ({wrong[0]}) for concat", node) if wrong else None
    if isinstance(node, _ARITHMETIC) and "varchar" in map(_family, (node.this, node.expression)):
        return _failure("Cannot apply arithmetic to varchar", node)
    return None


def _results(node: exp.Case | exp.If) -> Iterator[exp.Expr]:
    for branch in node.args["ifs"] if isinstance(node, exp.Case) else [node]:
        yield branch.args["true"]
    last = node.args.get("default") or node.args.get("false")
    if last is not None:
        yield last


def _operands(node: exp.Expr) -> list[exp.Expr]:
    return node.expressions if isinstance(node, exp.Concat) else [node.this, node.expression]


def _differ(families: list[str | None], problem: str, node: exp.Expr) -> QueryFailed | None:
    known = {family for family in families if family is not None}
    if known == {"date", "timestamp"} or len(known) < 2:
        return None
    return _failure(problem, node)


def _failure(problem: str, node: exp.Expr) -> QueryFailed:
    return syntax_error(f"TYPE_MISMATCH: line 1:1: {problem}: {node.sql(dialect='athena')}")


def _family(node: exp.Expr) -> str | None:
    """Return the group of types that Trino compares with each other, if the type is known."""
    if node.type is None or isinstance(node, exp.Null):
        return None
    name = node.type.this.name if isinstance(node.type.this, exp.DataType.Type) else ""
    if name in _NUMBERS:
        return "number"
    if name in _TEXTS:
        return "varchar"
    if name.startswith("TIMESTAMP"):
        return "timestamp"
    return {"DATE": "date", "BOOLEAN": "boolean", "JSON": "json"}.get(name)
