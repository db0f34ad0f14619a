"""Computes the partitions of a projected table from its parameters, like Athena."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import product

from sqlglot import exp

from offline.athena.catalog.catalog import Partition, Table
from offline.athena.errors import QueryFailed
from offline.athena.tables.projected_keys import accepts, enum_values, kind_of_key, shape


def partitions(
    table: Table, predicate: exp.Expr | None, list_keys: Callable[[str], Iterable[str]]
) -> Iterator[Partition]:
    """Yield the partitions that the predicate allows.

    If it names no values for a key, only those with objects matter: `list_keys` gives the URIs
    below a prefix.

    Raises QueryFailed if the parameters are wrong or an injected key has no value in the WHERE.
    """
    keys = [key.name for key in table.keys]
    template = table.parameters.get("storage.location.template") or _hive_template(table)
    wanted = [_named_values(table, key, _values_in(predicate, key)) for key in keys]
    if None in wanted:
        pattern = _template_pattern(table, template, wanted)
        found = (pattern.match(uri) for uri in list_keys(template.partition("${")[0]))
        candidates = {match.groups() for match in found if match is not None}
        combinations: Iterable[tuple[str, ...]] = sorted(candidates)
    else:
        combinations = product(*(sorted(values or ()) for values in wanted))
    tests = [accepts(table, key) for key in keys]
    for values in combinations:
        if all(test(value) for test, value in zip(tests, values, strict=True)):
            yield Partition(values, _location(template, keys, values))


def _named_values(table: Table, name: str, found: frozenset[str] | None) -> frozenset[str] | None:
    """Return the values that the WHERE or the table names for a key, None if neither does."""
    kind = kind_of_key(table, name)
    if found is not None:
        return found
    if kind == "enum":
        return enum_values(table, name)
    if kind == "injected":
        raise QueryFailed(
            f"CONSTRAINT_VIOLATION: For the injected projected partition column {name}, the WHERE "
            "clause must contain only static equality conditions, and at least one such condition "
            "must be present."
        )
    return None


def _values_in(predicate: exp.Expr | None, name: str) -> frozenset[str] | None:
    """Return the values that the predicate allows for one column, None if it names none.

    With AND, one condition that names values is enough; with OR, each must.
    """
    if isinstance(predicate, exp.Paren):
        return _values_in(predicate.this, name)
    if isinstance(predicate, exp.And | exp.Or):
        parts = [_values_in(item, name) for item in predicate.flatten()]
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


def _template_pattern(
    table: Table, template: str, wanted: Sequence[frozenset[str] | None]
) -> re.Pattern[str]:
    """Return a pattern that finds the keys' values, in order, in an object's URI."""
    pattern = re.escape(template if template.endswith("/") else template + "/")
    for key, values in zip(table.keys, wanted, strict=True):
        if values is None:
            text = shape(table, key.name)
        else:
            text = "|".join(map(re.escape, sorted(values))) or "(?!)"
        place = re.escape("${" + key.name + "}")
        pattern = pattern.replace(place, f"(?P<{key.name}>{text})", 1)
        pattern = pattern.replace(place, f"(?P={key.name})")
    return re.compile(pattern)


def _location(template: str, keys: Sequence[str], values: Sequence[str]) -> str:
    for name, value in zip(keys, values, strict=True):
        template = template.replace("${" + name + "}", value)
    return template


def _hive_template(table: Table) -> str:
    folders = "/".join(f"{key.name}=${{{key.name}}}" for key in table.keys)
    return f"{table.location.rstrip('/')}/{folders}/"
