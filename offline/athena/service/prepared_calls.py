"""The calls of Athena's API about prepared statements."""

from typing import Any

from moto.core.exceptions import JsonRESTError

from offline.athena.service.prepared import Prepared
from offline.athena.service.request import InvalidRequestError, Request


def create_prepared_statement(request: Request) -> dict[str, Any]:
    """Keep a statement under a name that its workgroup does not have yet."""
    made = _given(request)
    request.configuration()
    if (made.workgroup, made.name) in request.service.prepared:
        raise InvalidRequestError(
            f"Prepared statement {made.name} already exists in WorkGroup {made.workgroup}"
        )
    request.service.prepared[made.workgroup, made.name] = made
    return {}


def update_prepared_statement(request: Request) -> dict[str, Any]:
    """Replace a statement."""
    made = _given(request)
    _known(request)
    request.service.prepared[made.workgroup, made.name] = made
    return {}


def get_prepared_statement(request: Request) -> dict[str, Any]:
    """Return a statement."""
    return {"PreparedStatement": _known(request).as_dict()}


def delete_prepared_statement(request: Request) -> dict[str, Any]:
    """Forget a statement."""
    found = _known(request)
    del request.service.prepared[found.workgroup, found.name]
    return {}


def list_prepared_statements(request: Request) -> dict[str, Any]:
    """Return the names of a workgroup's statements, in order."""
    request.configuration()
    prepared = request.service.prepared
    found = {name: made for (of, name), made in prepared.items() if of == request.workgroup}
    page, more = request.page(sorted(found))
    shown = [found[name].as_dict() for name in page]
    keys = ("StatementName", "LastModifiedTime")
    return {"PreparedStatements": [{key: one[key] for key in keys} for one in shown], **more}


def _given(request: Request) -> Prepared:
    names = ("StatementName", "WorkGroup", "QueryStatement", "Description")
    return Prepared(*map(request.get, names))


def _known(request: Request) -> Prepared:
    request.configuration()
    name = request.get("StatementName")
    found = request.service.prepared.get((request.workgroup, name))
    if found is None:
        raise JsonRESTError(
            "ResourceNotFoundException",
            f"Prepared statement {name} does not exist in WorkGroup {request.workgroup}",
        )
    return found


CALLS = (
    create_prepared_statement,
    update_prepared_statement,
    get_prepared_statement,
    delete_prepared_statement,
    list_prepared_statements,
)
