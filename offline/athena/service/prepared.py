"""Prepared statements: created by PREPARE or the API, run by EXECUTE, with parameters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from offline.athena.errors import syntax_error
from offline.athena.service.runs import QueryRun
from offline.athena.sql import envelopes
from offline.athena.sql.finding import place_in
from offline.athena.sql.statements import parse

_QUOTED_OR_MARK = re.compile(r"""'[^']*'|"[^"]*"|`[^`]*`|\?""")
_PREPARE = re.compile(r"\s*PREPARE\s+(\w+)\s+FROM\s+(.*)\Z", re.IGNORECASE | re.DOTALL)
_EXECUTE = re.compile(r"\s*EXECUTE\s+(\w+)(?:\s+USING\s+(.*))?\Z", re.IGNORECASE | re.DOTALL)
_DEALLOCATE = re.compile(r"\s*DEALLOCATE\s+PREPARE\s+(\w+)\Z", re.IGNORECASE)
_ARGUMENT = re.compile(r"(?:'[^']*'|\([^)]*\)|[^,'(])+")


@dataclass(frozen=True)
class Prepared:
    """A prepared statement of a workgroup."""

    name: str
    workgroup: str
    sql: str
    description: str | None = None
    modified: datetime = field(default_factory=lambda: datetime.now(UTC))

    def as_dict(self) -> dict[str, Any]:
        """As the API shows it."""
        shown = {
            "StatementName": self.name,
            "QueryStatement": self.sql,
            "WorkGroupName": self.workgroup,
            "Description": self.description,
            "LastModifiedTime": self.modified.timestamp(),
        }
        return {name: value for name, value in shown.items() if value is not None}


# By workgroup and name.
Statements = dict[tuple[str, str], Prepared]


def resolved(run: QueryRun, sql: str, statements: Statements) -> str | None:
    """Return the statement to run with its parameters; None if it only created or removed one.

    Raises QueryFailed for a name that is not prepared in the run's workgroup, for a statement of no
    known kind, and for another number of parameters than the statement has.
    """
    text = sql.rstrip().rstrip(";").rstrip()
    if found := _PREPARE.match(text):
        parse(envelopes.cut(text, found.start(2)))
        statements[run.workgroup, found[1]] = Prepared(found[1], run.workgroup, found[2])
        return None
    if found := _DEALLOCATE.match(text):
        _prepared(statements, run, found[1])
        del statements[run.workgroup, found[1]]
        return None
    if found := _EXECUTE.match(text):
        using = [argument.strip() for argument in _ARGUMENT.findall(found[2] or "")]
        prepared = envelopes.blank_comments(_prepared(statements, run, found[1]))
        return _filled(prepared, using or run.parameters or ())
    return _filled(sql, run.parameters or ())


def _prepared(statements: Statements, run: QueryRun, name: str) -> str:
    found = statements.get((run.workgroup, name))
    if found is None:
        raise syntax_error(f"NOT_FOUND: Prepared statement not found: {name}")
    return found.sql


def _filled(sql: str, parameters: Sequence[str]) -> str:
    """Replace the question marks that are not in quotes by parameters.

    Raises QueryFailed if their numbers differ.
    """
    marks = [found for found in _QUOTED_OR_MARK.findall(sql) if found == "?"]
    if len(marks) != len(parameters):
        begin = place_in(sql, len(sql) - len(sql.lstrip()))
        raise syntax_error(
            f"INVALID_PARAMETER_USAGE: {begin}Incorrect number of parameters:"
            f" expected {len(marks)} but found {len(parameters)}"
        )
    waiting = iter(parameters)
    return _QUOTED_OR_MARK.sub(lambda found: next(waiting) if found[0] == "?" else found[0], sql)
