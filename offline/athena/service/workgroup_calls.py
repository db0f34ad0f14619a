"""The calls of Athena's API about workgroups and the queries that they keep, which moto has."""

from typing import Any

from offline.athena.service.request import InvalidRequestError, Request


def get_work_group(request: Request) -> dict[str, Any]:
    """Return a workgroup."""
    request.configuration()
    return {"WorkGroup": request.moto.get_work_group(request.workgroup)}


def delete_work_group(request: Request) -> dict[str, Any]:
    """Remove a workgroup."""
    request.configuration()
    request.moto.delete_work_group(request.workgroup)
    return {}


def get_named_query(request: Request) -> dict[str, Any]:
    """Return a query that a workgroup keeps."""
    query_id = request.get("NamedQueryId")
    found = request.moto.get_named_query(query_id)
    if found is None:
        raise InvalidRequestError(f"NamedQuery {query_id} was not found")
    return {
        "NamedQuery": {
            "Name": found.name,
            "Description": found.description,
            "Database": found.database,
            "QueryString": found.query_string,
            "NamedQueryId": found.id,
            "WorkGroup": found.workgroup.name,
        }
    }


def list_named_queries(request: Request) -> dict[str, Any]:
    """Return the ids of a workgroup's queries, in order."""
    request.configuration()
    kept = request.moto.named_queries.values()
    ids = [each.id for each in kept if each.workgroup.name == request.workgroup]
    page, more = request.page(sorted(ids))
    return {"NamedQueryIds": page, **more}


CALLS = (get_work_group, delete_work_group, get_named_query, list_named_queries)
