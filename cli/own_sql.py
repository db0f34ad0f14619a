"""Finds in a data set's own SQL what it must not do, on any engine."""

from collections.abc import Iterator, Sequence

import sqlglot
from springtide.model.partitions import EVENTS
from springtide.sql.derive import filled
from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.scope import traverse_scope

CONDITIONS = ("read_hours", "built_hours")
_WORDS = {
    *("current_date", "current_time", "current_timestamp", "localtime", "localtimestamp"),
    "tablesample",
}
_CALLS = {"now", "rand", "random", "shuffle", "uuid"}
_QUOTED = (sqlglot.TokenType.STRING, sqlglot.TokenType.IDENTIFIER)


def clock_or_chance(sql: str) -> str | None:
    """Return the first word of SQL whose value changes with each call; None if there is none."""
    try:
        tokens = sqlglot.tokenize(sql, read="athena")
    except SqlglotError:
        return None  # invalid SQL is refused when it is planned
    for token, after in zip(tokens, [*tokens[1:], None], strict=True):
        word = token.text.lower()
        if token.token_type in _QUOTED:
            continue
        if word in _WORDS:
            return token.text
        if word in _CALLS and after is not None and after.text == "(":
            return f"{token.text}()"
    return None


def faults(sql: str, conditions: Sequence[str] = CONDITIONS) -> Iterator[str]:
    """Yield why rows of a derived table would depend on more than the events of their hours.

    Each SELECT that reads `events` must have one of the conditions.
    """
    if word := clock_or_chance(sql):
        yield f"{word}: hours that are built again would have other rows"
    try:
        tree = sqlglot.parse_one(filled(sql, **{name: name for name in CONDITIONS}), read="athena")
    except SqlglotError:
        return
    for scope in traverse_scope(tree):
        for _, table in scope.selected_sources.values():
            if not isinstance(table, exp.Table):
                continue  # a subquery, which is a scope of its own
            name = ".".join(part.name for part in table.parts)
            if name.lower() != EVENTS.table:
                yield f"reads {name or table.sql()}; a derived table is made of events alone"
            elif not _holds(scope.expression, conditions):
                shown = " or ".join(f"{{{name}}}" for name in conditions)
                yield f"reads events in a SELECT without {shown} in its WHERE"


def _holds(select: exp.Expr, conditions: Sequence[str]) -> bool:
    """Tell whether one of the conditions must be true for each row of a SELECT."""
    where = select.args.get("where")
    # Only conditions joined by AND: within an OR, a condition does not limit what is read.
    joined = (exp.Where, exp.And, exp.Paren)
    return where is not None and any(
        isinstance(node, exp.Column) and node.name in conditions
        for node in where.walk(prune=lambda node: not isinstance(node, joined))
    )
