"""Finds which SQL of the data set's author a failed query is about: a rule, or a table's file."""

import re

from springtide.dataset.declaration import DataSet

# Trino's errors about a statement's expressions; others are about objects, rights and resources.
_OF_SQL = re.compile(
    r"\b(COLUMN_NOT_FOUND|FUNCTION_NOT_FOUND|TYPE_MISMATCH|TYPE_NOT_FOUND|SYNTAX_ERROR|NOT_SUPPORTED"
    r"|AMBIGUOUS_NAME|EXPRESSION_NOT_AGGREGATE|DIVISION_BY_ZERO|INVALID_CAST_ARGUMENT"
    r"|INVALID_FUNCTION_ARGUMENT|INVALID_LITERAL|NUMERIC_VALUE_OUT_OF_RANGE)\b"
)
_NAMED = re.compile(r"'([^']+)'")


def blame(data_set: DataSet, step: str, table: str | None, reason: str) -> str:
    """A sentence that names the rule or the derived table, and what to do; empty if it is neither.

    Extract's own expressions cannot fail on a landed text, so a failure there is a rule's: of one
    whose name the reason quotes, or else of any.
    """
    if not _OF_SQL.search(reason):
        return ""
    if table is not None and step in ("derive", "audit_derived"):
        file = f"{table}.sql" if step == "derive" else f"{table}_keys.sql"
        return (
            f"; derived table {table} of data set {data_set.name} cannot be built: correct {file},"
            " then run again"
        )
    if step != "extract" or not data_set.rules:
        return ""
    quoted = set(_NAMED.findall(reason))
    about = [
        rule for rule in data_set.rules if quoted & set(re.findall(r"\w+", rule.reject_when))
    ] or data_set.rules
    rules = ", ".join(f"{rule.reason} ({rule.reject_when})" for rule in about)
    return (
        f"; of data set {data_set.name} check the rules {rules}: correct dataset.toml, then"
        " `springtide retry` and run again"
    )
