"""Prepared statements: made by PREPARE or by the API, run by EXECUTE, with their parameters."""

import re
from collections.abc import Iterable

from moto.athena.models import AthenaBackend, athena_backends

from offline.athena.service.errors import syntax_error
from offline.athena.service.runs import QueryRun
from offline.athena.sql.statements import is_ddl

_STRING_OR_MARK = re.compile(r"'[^']*'|\?")
_PREPARE = re.compile(r"PREPARE\s+(\w+)\s+FROM\s+(.*)\Z", re.IGNORECASE | re.DOTALL)
_EXECUTE = re.compile(r"EXECUTE\s+(\w+)(?:\s+USING\s+(.*))?\Z", re.IGNORECASE | re.DOTALL)
_DEALLOCATE = re.compile(r"DEALLOCATE\s+PREPARE\s+(\w+)\Z", re.IGNORECASE)
_ARGUMENT = re.compile(r"(?:'[^']*'|\([^)]*\)|[^,'(])+")


def resolved(run: QueryRun, sql: str, account: str, region: str) -> str | None:
    """Return the statement to run with its parameters; None if it only made or removed another.

    Raises QueryFailed for a name that is not prepared in the run's workgroup.
    """
    text = sql.strip().rstrip(";").strip()
    backend = athena_backends[account][region]
    if found := _PREPARE.match(text):
        group = backend.work_groups[run.workgroup]
        backend.create_prepared_statement(found[1], group, found[2], "")
        return None
    if found := _DEALLOCATE.match(text):
        _prepared(backend, run, found[1])
        del backend.prepared_statements[found[1]]
        return None
    if found := _EXECUTE.match(text):
        using = [argument.strip() for argument in _ARGUMENT.findall(found[2] or "")]
        return _filled(_prepared(backend, run, found[1]), using or run.parameters or ())
    return sql if is_ddl(sql) else _filled(sql, run.parameters or ())


def _prepared(backend: AthenaBackend, run: QueryRun, name: str) -> str:
    found = backend.prepared_statements.get(name)
    # The API keeps a workgroup's name, PREPARE the workgroup.
    if found is None or getattr(found.workgroup, "name", found.workgroup) != run.workgroup:
        raise syntax_error(f"NOT_FOUND: Prepared statement not found: {name}")
    return str(found.query_statement)


def _filled(sql: str, parameters: Iterable[str]) -> str:
    """Put parameters in place of the question marks that are not in a string."""
    waiting = iter(parameters)
    return _STRING_OR_MARK.sub(
        lambda found: next(waiting, "?") if found[0] == "?" else found[0], sql
    )
