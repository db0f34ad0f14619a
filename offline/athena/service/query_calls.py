"""The calls of Athena's API that start, follow and stop statements."""

import json
import re
import uuid
from typing import Any

from offline.athena.service import runs
from offline.athena.service.descriptions import cell, column, description, runtime_statistics
from offline.athena.service.request import InvalidRequestError, Request
from offline.athena.service.runs import QueryRun

MAX_QUERY_BYTES = 262_144
PAGE_ROWS = 1000
_TOKENS = uuid.UUID("7f7a4f0e-3a0e-4bf3-9d6c-6d0b8a1f5c11")
_WITH_LOCATION = re.compile(r"\s*CREATE\s+TABLE\b.*?\bexternal_location\s*=", re.I | re.S)


def start_query_execution(request: Request) -> dict[str, Any]:
    """Queue a statement, once for each token."""
    sql = request.get("QueryString") or ""
    if len(sql.encode()) > MAX_QUERY_BYTES:
        raise InvalidRequestError(
            "1 validation error detected: Value at 'queryString' failed to satisfy constraint: "
            f"Member must have length less than or equal to {MAX_QUERY_BYTES}"
        )
    configuration = request.configuration()
    context = request.get("QueryExecutionContext") or {}
    token = request.get("ClientRequestToken")
    run = QueryRun(
        # One token means one query, so whoever knows the token may know the query's id.
        id=str(uuid.uuid5(_TOKENS, token) if token else uuid.uuid4()),
        sql=sql,
        # awswrangler puts backquotes around it in DDL
        database=(context.get("Database") or "default").strip("`"),
        workgroup=request.workgroup,
        context=context,
        parameters=request.get("ExecutionParameters"),
    )
    enforced = configuration.get("EnforceWorkGroupConfiguration")
    if enforced and _WITH_LOCATION.match(sql):
        raise InvalidRequestError(
            "The Create Table As Select query failed because it was submitted with an"
            " 'external_location' property to an Athena Workgroup that enforces a centralized"
            " output location for all queries. Please remove the 'external_location' property"
            " and resubmit the query."
        )
    run.output = _output_folder(request, configuration) + run.id
    asked = json.dumps([sql, context, run.workgroup, run.parameters], sort_keys=True)
    tokens = request.service.tokens
    known = tokens.setdefault(token, (asked, run)) if token else (asked, run)
    if known[0] != asked:
        raise InvalidRequestError("Idempotent parameters do not match")
    if known[1] is run:
        request.service.start(run, configuration.get("BytesScannedCutoffPerQuery"))
    return {"QueryExecutionId": run.id}


def _output_folder(request: Request, workgroup: dict[str, Any]) -> str:
    """Return where results go: the location of an enforcing workgroup comes first."""
    own = (workgroup.get("ResultConfiguration") or {}).get("OutputLocation")
    asked = (request.get("ResultConfiguration") or {}).get("OutputLocation")
    chosen = (own or asked) if workgroup.get("EnforceWorkGroupConfiguration") else (asked or own)
    if not chosen:
        raise InvalidRequestError(
            "No output location provided. An output location is required either through the "
            "Workgroup result configuration setting or as an API input."
        )
    return str(chosen).rstrip("/") + "/"


def _run(request: Request) -> QueryRun:
    run_id = request.get("QueryExecutionId")
    run = request.service.find(run_id)
    if run is None:
        raise InvalidRequestError(f"QueryExecution {run_id} was not found")
    return run


def get_query_execution(request: Request) -> dict[str, Any]:
    """Return the state of a statement."""
    return {"QueryExecution": description(_run(request))}


def batch_get_query_execution(request: Request) -> dict[str, Any]:
    """Return the states of statements, and which of them are not known."""
    ids = request.get("QueryExecutionIds") or []
    found = [(run_id, request.service.find(run_id)) for run_id in ids]
    return {
        "QueryExecutions": [description(run) for _, run in found if run is not None],
        "UnprocessedQueryExecutionIds": [
            {
                "QueryExecutionId": run_id,
                "ErrorCode": "INVALID_INPUT",
                "ErrorMessage": f"QueryExecution {run_id} was not found",
            }
            for run_id, run in found
            if run is None
        ],
    }


def list_query_executions(request: Request) -> dict[str, Any]:
    """Return the ids of a workgroup's statements, newest first."""
    request.configuration()
    ids = [run.id for run in request.service.history if run.workgroup == request.workgroup]
    page, more = request.page(ids[::-1])
    return {"QueryExecutionIds": page, **more}


def stop_query_execution(request: Request) -> dict[str, Any]:
    """Cancel a statement."""
    request.service.stop(_run(request).id)
    return {}


def get_query_results(request: Request) -> dict[str, Any]:
    """Return a page of a statement's rows, after a row of their columns' names."""
    run = _run(request)
    if run.state in (runs.QUEUED, runs.RUNNING):
        raise InvalidRequestError(f"Query has not yet finished. Current state: {run.state}")
    if run.state != runs.SUCCEEDED:
        raise InvalidRequestError(
            f"Query did not finish successfully. Final query state: {run.state}"
        )
    size = int(request.get("MaxResults") or PAGE_ROWS)
    if size > PAGE_ROWS:
        raise InvalidRequestError(f"MaxResults is more than maximum allowed length {PAGE_ROWS}.")
    token = request.get("NextToken") or "0"
    header = [[name for name, _ in run.columns]] if run.kind in ("SELECT", "EXPLAIN") else []
    if not re.fullmatch(r"[0-9]+", token) or int(token) > len(header) + len(run.rows):
        raise InvalidRequestError(f"NextToken {token} is not one that this query gave")
    start = int(token)
    # The header counts as a row; it is never combined with the whole result.
    page = (header[start:] + run.rows[max(start - len(header), 0) :][:size])[:size]
    result: dict[str, Any] = {
        "UpdateCount": run.update_count,
        "ResultSet": {
            "Rows": [{"Data": [cell(value) for value in row]} for row in page],
            "ResultSetMetadata": {"ColumnInfo": [column(*item) for item in run.columns]},
        },
    }
    if start + size < len(header) + len(run.rows):
        result["NextToken"] = str(start + size)
    return result


def get_query_runtime_statistics(request: Request) -> dict[str, Any]:
    """Return what a statement read and wrote, and how long it took."""
    return {"QueryRuntimeStatistics": runtime_statistics(_run(request))}


CALLS = (
    start_query_execution,
    get_query_execution,
    batch_get_query_execution,
    list_query_executions,
    stop_query_execution,
    get_query_results,
    get_query_runtime_statistics,
)
