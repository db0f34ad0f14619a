"""Resolves the names that SELECT gives: in ORDER BY they come before the tables' columns.

Within an expression DuckDB prefers a table's column, so such a name is refused.
"""

from sqlglot import exp

from offline.athena.errors import refused, syntax_error
from offline.athena.sql.finding import find, place_of

_AGGREGATES = (exp.AggFunc, exp.Filter)


def check(tree: exp.Expr) -> None:
    """Refuse a name that means two columns, and an output name within an expression.

    Raises QueryFailed.
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
        whole = any(column.parent is term for term in order.expressions) and not fields
        same = values and column == values[0] and not column.find_ancestor(*_AGGREGATES)
        if not values or whole or same:
            continue
        raise refused(f"ORDER BY of an expression over {name}; sort an outer query")


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
