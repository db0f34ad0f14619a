"""Reads the values or bounds that a condition leaves for one column."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import exp


@dataclass(frozen=True)
class Domain:
    """What may hold for one key: one of `values`, or anything within the bounds."""

    values: frozenset[str] | None = None
    low: str | None = None
    high: str | None = None


ANYTHING = Domain()


def domain(predicate: exp.Expr | None, name: str) -> Domain:
    """Return the values or bounds that the predicate leaves for one column."""
    if predicate is None:
        return ANYTHING
    if isinstance(predicate, exp.Paren):
        return domain(predicate.this, name)
    if isinstance(predicate, exp.And):
        found = ANYTHING
        for item in predicate.flatten():
            found = _both(found, domain(item, name))
        return found
    if isinstance(predicate, exp.Or):
        parts = [domain(item, name) for item in predicate.flatten()]
        return _either(parts)
    return _atom(predicate, name)


def _both(left: Domain, right: Domain) -> Domain:
    values = left.values if right.values is None else right.values
    if left.values is not None and right.values is not None:
        values = left.values & right.values
    lows = [item for item in (left.low, right.low) if item is not None]
    highs = [item for item in (left.high, right.high) if item is not None]
    return Domain(values, max(lows, default=None), min(highs, default=None))


def _either(parts: list[Domain]) -> Domain:
    sets = [part.values for part in parts if part.values is not None]
    if len(sets) == len(parts):
        return Domain(frozenset().union(*sets))
    lows = [min(part.values, default=None) if part.values else part.low for part in parts]
    highs = [max(part.values, default=None) if part.values else part.high for part in parts]
    return Domain(
        None,
        None if None in lows else min(filter(None, lows), default=None),
        None if None in highs else max(filter(None, highs), default=None),
    )


def _atom(node: exp.Expr, name: str) -> Domain:
    """Read `name = 'x'`, IN, BETWEEN and comparisons; anything else says nothing."""
    if isinstance(node, exp.In) and _is_column(node.this, name) and not node.args.get("query"):
        literals = [_literal(item) for item in node.expressions]
        if None not in literals:
            return Domain(frozenset(item for item in literals if item is not None))
    if isinstance(node, exp.Between) and _is_column(node.this, name):
        return Domain(None, _literal(node.args["low"]), _literal(node.args["high"]))
    reader = _COMPARISONS.get(type(node))
    if reader is None:
        return ANYTHING
    if _is_column(node.this, name) and (value := _literal(node.expression)) is not None:
        return reader[0](value)
    if _is_column(node.expression, name) and (value := _literal(node.this)) is not None:
        return reader[1](value)
    return ANYTHING


def _at_least(value: str) -> Domain:
    return Domain(None, value, None)


def _at_most(value: str) -> Domain:
    return Domain(None, None, value)


def _exactly(value: str) -> Domain:
    return Domain(frozenset({value}))


# The reading with the column on the left, and on the right
_COMPARISONS: dict[type[exp.Expr], tuple[Callable[[str], Domain], Callable[[str], Domain]]] = {
    exp.EQ: (_exactly, _exactly),
    exp.GT: (_at_least, _at_most),
    exp.GTE: (_at_least, _at_most),
    exp.LT: (_at_most, _at_least),
    exp.LTE: (_at_most, _at_least),
}


def _is_column(node: exp.Expr, name: str) -> bool:
    return isinstance(node, exp.Column) and node.name.lower() == name


def _literal(node: exp.Expr) -> str | None:
    if isinstance(node, exp.Paren):
        return _literal(node.this)
    return node.name if isinstance(node, exp.Literal) else None
