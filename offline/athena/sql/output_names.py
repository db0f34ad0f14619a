"""Looks after the names that SELECT gives: in ORDER BY they come before the tables' columns.

DuckDB takes a name within an expression for a table's column first.
"""

from sqlglot import exp

from offline.athena.service.errors import refused, syntax_error
from offline.athena.sql.finding import find, place_of

_AGGREGATES = (exp.AggFunc, exp.Filter)


def write_out(tree: exp.Expr) -> None:
    """Put what SELECT shows in place of its name, wherever ORDER BY has that in an expression.

    Raises QueryFailed for a name that means two columns, and for what is refused.
    """
    for united in find(tree, exp.SetOperation):
        terms = united.args["order"].expressions if united.args.get("order") else ()
        if not all(isinstance(term.this, exp.Column | exp.Literal) for term in terms):
            raise refused("ORDER BY of an expression over UNION and the like; sort an outer query")
    for select in find(tree, exp.Select):
        shown: dict[str, list[exp.Expr]] = {}
        for item in select.expressions:
            shown.setdefault(item.alias_or_name.lower(), []).append(item.unalias())
        if order := select.args.get("order"):
            _in_order(order, shown)
        if having := select.args.get("having"):
            _in_having(having, select, shown)


def _in_order(order: exp.Expr, shown: dict[str, list[exp.Expr]]) -> None:
    if find(order, exp.Query):
        raise refused("a subquery in ORDER BY")
    for column in find(order, exp.Column):
        name, *fields = (part.name.lower() for part in column.parts)
        values = shown.get(name, ())
        if len(values) > 1:
            raise syntax_error(f"AMBIGUOUS_NAME: {place_of(column)}Column '{name}' is ambiguous")
        if _aggregated(column) and values and not fields:
            raise syntax_error(
                f"COLUMN_NOT_FOUND: {place_of(column)}Invalid reference to output projection"
                f" attribute from ORDER BY aggregation"
            )
        whole = any(column.parent is term for term in order.expressions) and not fields
        if not values or whole or column == values[0]:
            continue
        if column.find_ancestor(exp.Lambda) or find(values[0], exp.Rand):
            raise refused(f"ORDER BY of such an expression over {name}; sort an outer query")
        written: exp.Expr = exp.Paren(this=values[0].copy())
        for field in column.parts[1:]:
            written = exp.Dot(this=written, expression=field.copy())
        column.replace(written)


def _in_having(having: exp.Expr, select: exp.Expr, shown: dict[str, list[exp.Expr]]) -> None:
    for column in find(having, exp.Column):
        name = column.name.lower()
        if column.table or column.find_ancestor(*_AGGREGATES, exp.Select) is not select:
            continue
        if any(
            not isinstance(item, exp.Column) or item.name.lower() != name
            for item in shown.get(name, ())
        ):
            raise refused(f"HAVING of the column {name}, whose name SELECT gives to another")


def _aggregated(column: exp.Expr) -> bool:
    """Whether this is within an aggregate, as which no function of a window counts."""
    place = column.parent
    while place is not None and not isinstance(place, exp.Order | exp.Window):
        if isinstance(place, _AGGREGATES):
            outer = place.parent
            while isinstance(outer, exp.IgnoreNulls | exp.RespectNulls | exp.Filter):
                outer = outer.parent
            return not isinstance(outer, exp.Window)
        place = place.parent
    return False
