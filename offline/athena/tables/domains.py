"""Reads the values that a condition leaves for one column."""

from sqlglot import exp


def values(predicate: exp.Expr | None, name: str) -> frozenset[str] | None:
    """Return the values that the predicate leaves for one column, None if it names none.

    Of conditions with AND, one that names values is enough; of those with OR, each has to.
    """
    if isinstance(predicate, exp.Paren):
        return values(predicate.this, name)
    if isinstance(predicate, exp.And | exp.Or):
        parts = [values(item, name) for item in predicate.flatten()]
        known = [part for part in parts if part is not None]
        if isinstance(predicate, exp.And):
            return frozenset.intersection(*known) if known else None
        return frozenset.union(*known) if len(known) == len(parts) else None
    if isinstance(predicate, exp.EQ):
        sides = (predicate.this, predicate.expression)
        column, *others = sides if isinstance(sides[0], exp.Column) else sides[::-1]
    elif isinstance(predicate, exp.In) and predicate.expressions:
        column, *others = (predicate.this, *predicate.expressions)
    else:
        return None
    literals = [item.unnest() for item in others]
    named = isinstance(column, exp.Column) and column.name.lower() == name
    plain = all(isinstance(item, exp.Literal) for item in literals)
    return frozenset(item.name for item in literals) if named and plain else None
