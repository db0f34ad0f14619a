"""Connects moto's Athena API to the service: requests and responses, nothing else."""

import json
import re
import threading
import uuid
from typing import Any
from unittest.mock import patch

from moto.athena.models import AthenaBackend, athena_backends
from moto.athena.responses import AthenaResponse
from moto.core.exceptions import JsonRESTError

from offline.athena.catalog.catalog import Catalog
from offline.athena.engine import DuckDBEngine
from offline.athena.errors import QueryFailed
from offline.athena.interface import EngineMaker
from offline.athena.service import runs
from offline.athena.service.descriptions import (
    cell,
    column,
    description,
    metadata,
    runtime_statistics,
)
from offline.athena.service.executor import AthenaService
from offline.athena.service.prepared import Prepared
from offline.athena.service.runs import QueryRun
from offline.s3.objects import Objects

MAX_QUERY_BYTES = 262_144
PAGE_ROWS = 1000
PAGE_LISTED = 50
_TOKENS = uuid.UUID("7f7a4f0e-3a0e-4bf3-9d6c-6d0b8a1f5c11")
_WITH_LOCATION = re.compile(r"\s*CREATE\s+TABLE\b.*?\bexternal_location\s*=", re.I | re.S)
# moto's handlers are replaced for the whole process, so there is one service at a time.
_lock = threading.Lock()
_installed: list[AthenaService] = []


def install(
    objects: Objects, *, region: str, account: str, engine: EngineMaker | None = None
) -> AthenaService:
    """Start the service and make moto's Athena API use it, until the service is closed.

    While one is installed, it is returned.
    """
    with _lock:
        if _installed:
            return _installed[0]
        catalog = Catalog(account, region)
        made = (engine or DuckDBEngine)(objects, catalog)
        service = AthenaService(objects, catalog, made)
        service.exits.callback(_installed.clear)
        service.exits.enter_context(AthenaApi(service).in_place())
        _installed.append(service)
        return service


class AthenaApi:
    """The calls of Athena's API that are answered by the service and not by moto."""

    def __init__(self, service: AthenaService) -> None:
        self._service = service

    def in_place(self) -> Any:
        """Have these calls in the place of moto's while this is entered."""
        handlers: dict[str, Any] = {name: self._handler(name) for name in _ACTIONS}
        return patch.multiple(AthenaResponse, create=True, **handlers)

    def _handler(self, name: str) -> Any:
        action = getattr(self, f"_{name}")

        def handle(response: AthenaResponse) -> str:
            try:
                return json.dumps(action(response))
            except QueryFailed as error:
                raise JsonRESTError("MetadataException", error.reason) from error

        return handle

    def _start_query_execution(self, response: AthenaResponse) -> dict[str, Any]:
        sql = response._get_param("QueryString") or ""
        if len(sql.encode()) > MAX_QUERY_BYTES:
            raise _InvalidRequestError(
                "1 validation error detected: Value at 'queryString' failed to satisfy constraint: "
                f"Member must have length less than or equal to {MAX_QUERY_BYTES}"
            )
        configuration = self._workgroup(response)
        context = response._get_param("QueryExecutionContext") or {}
        token = response._get_param("ClientRequestToken")
        run = QueryRun(
            # One token means one query, so whoever knows the token may know the query's id.
            id=str(uuid.uuid5(_TOKENS, token) if token else uuid.uuid4()),
            sql=sql,
            # awswrangler puts backquotes around it in DDL
            database=(context.get("Database") or "default").strip("`"),
            workgroup=response._get_param("WorkGroup") or "primary",
            context=context,
            parameters=response._get_param("ExecutionParameters"),
        )
        enforced = configuration.get("EnforceWorkGroupConfiguration")
        if enforced and _WITH_LOCATION.match(sql):
            raise _InvalidRequestError(
                "The Create Table As Select query failed because it was submitted with an"
                " 'external_location' property to an Athena Workgroup that enforces a centralized"
                " output location for all queries. Please remove the 'external_location' property"
                " and resubmit the query."
            )
        run.output = _output_folder(response, configuration) + run.id
        request = json.dumps([sql, context, run.workgroup, run.parameters], sort_keys=True)
        tokens = self._service.tokens
        known = tokens.setdefault(token, (request, run)) if token else (request, run)
        if known[0] != request:
            raise _InvalidRequestError("Idempotent parameters do not match")
        if known[1] is run:
            self._service.start(run, configuration.get("BytesScannedCutoffPerQuery"))
        return {"QueryExecutionId": run.id}

    def _get_work_group(self, response: AthenaResponse) -> dict[str, Any]:
        self._workgroup(response)
        return {"WorkGroup": _backend(response).get_work_group(response._get_param("WorkGroup"))}

    def _delete_work_group(self, response: AthenaResponse) -> dict[str, Any]:
        self._workgroup(response)
        _backend(response).delete_work_group(response._get_param("WorkGroup"))
        return {}

    def _get_named_query(self, response: AthenaResponse) -> dict[str, Any]:
        query_id = response._get_param("NamedQueryId")
        found = _backend(response).get_named_query(query_id)
        if found is None:
            raise _InvalidRequestError(f"NamedQuery {query_id} was not found")
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

    def _list_named_queries(self, response: AthenaResponse) -> dict[str, Any]:
        self._workgroup(response)
        group, made = response._get_param("WorkGroup") or "primary", _backend(response)
        ids = [each.id for each in made.named_queries.values() if each.workgroup.name == group]
        page, more = _page(response, sorted(ids))
        return {"NamedQueryIds": page, **more}

    def _get_data_catalog(self, response: AthenaResponse) -> dict[str, Any]:
        name = response._get_param("Name")
        found = _backend(response).get_data_catalog(name)
        # AWS answers so for AwsDataCatalog too.
        if found is None:
            raise _InvalidRequestError(f"DataCatalog {name} was not found.")
        return {"DataCatalog": found}

    def _workgroup(self, response: AthenaResponse) -> dict[str, Any]:
        name = response._get_param("WorkGroup") or "primary"
        group = _backend(response).work_groups.get(name)
        if group is None:
            raise _InvalidRequestError(f"WorkGroup {name} is not found.")
        configuration: dict[str, Any] = group.configuration or {}
        return configuration

    def _run(self, response: AthenaResponse) -> QueryRun:
        run_id = response._get_param("QueryExecutionId")
        run: QueryRun | None = self._service.find(run_id)
        if run is None:
            raise _InvalidRequestError(f"QueryExecution {run_id} was not found")
        return run

    def _get_query_execution(self, response: AthenaResponse) -> dict[str, Any]:
        return {"QueryExecution": description(self._run(response))}

    def _batch_get_query_execution(self, response: AthenaResponse) -> dict[str, Any]:
        ids = response._get_param("QueryExecutionIds") or []
        found = [(run_id, self._service.find(run_id)) for run_id in ids]
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

    def _list_query_executions(self, response: AthenaResponse) -> dict[str, Any]:
        self._workgroup(response)
        group = response._get_param("WorkGroup") or "primary"
        ids = [run.id for run in self._service.history if run.workgroup == group]
        page, more = _page(response, ids[::-1])
        return {"QueryExecutionIds": page, **more}

    def _stop_query_execution(self, response: AthenaResponse) -> dict[str, Any]:
        self._service.stop(self._run(response).id)
        return {}

    def _get_query_results(self, response: AthenaResponse) -> dict[str, Any]:
        run = self._run(response)
        if run.state in (runs.QUEUED, runs.RUNNING):
            raise _InvalidRequestError(f"Query has not yet finished. Current state: {run.state}")
        if run.state != runs.SUCCEEDED:
            raise _InvalidRequestError(
                f"Query did not finish successfully. Final query state: {run.state}"
            )
        size = int(response._get_param("MaxResults") or PAGE_ROWS)
        if size > PAGE_ROWS:
            raise _InvalidRequestError(
                f"MaxResults is more than maximum allowed length {PAGE_ROWS}."
            )
        token = response._get_param("NextToken") or "0"
        header = [[name for name, _ in run.columns]] if run.kind in ("SELECT", "EXPLAIN") else []
        if not re.fullmatch(r"[0-9]+", token) or int(token) > len(header) + len(run.rows):
            raise _InvalidRequestError(f"NextToken {token} is not one that this query gave")
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

    def _create_prepared_statement(self, response: AthenaResponse) -> dict[str, Any]:
        made = _given_statement(response)
        self._workgroup(response)
        if (made.workgroup, made.name) in self._service.prepared:
            raise _InvalidRequestError(
                f"Prepared statement {made.name} already exists in WorkGroup {made.workgroup}"
            )
        self._service.prepared[made.workgroup, made.name] = made
        return {}

    def _update_prepared_statement(self, response: AthenaResponse) -> dict[str, Any]:
        made = _given_statement(response)
        self._prepared(response)
        self._service.prepared[made.workgroup, made.name] = made
        return {}

    def _get_prepared_statement(self, response: AthenaResponse) -> dict[str, Any]:
        return {"PreparedStatement": self._prepared(response).as_dict()}

    def _delete_prepared_statement(self, response: AthenaResponse) -> dict[str, Any]:
        found = self._prepared(response)
        del self._service.prepared[found.workgroup, found.name]
        return {}

    def _list_prepared_statements(self, response: AthenaResponse) -> dict[str, Any]:
        self._workgroup(response)
        group = response._get_param("WorkGroup")
        found = {name: made for (of, name), made in self._service.prepared.items() if of == group}
        page, more = _page(response, sorted(found))
        shown = [found[name].as_dict() for name in page]
        keys = ("StatementName", "LastModifiedTime")
        return {"PreparedStatements": [{key: one[key] for key in keys} for one in shown], **more}

    def _prepared(self, response: AthenaResponse) -> Prepared:
        self._workgroup(response)
        key = response._get_param("WorkGroup"), response._get_param("StatementName")
        found = self._service.prepared.get(key)
        if found is None:
            raise JsonRESTError(
                "ResourceNotFoundException",
                f"Prepared statement {key[1]} does not exist in WorkGroup {key[0]}",
            )
        return found

    def _get_table_metadata(self, response: AthenaResponse) -> dict[str, Any]:
        database = response._get_param("DatabaseName")
        found = self._service.catalog.record(database, response._get_param("TableName"))
        return {"TableMetadata": metadata(found.as_dict())}

    def _list_table_metadata(self, response: AthenaResponse) -> dict[str, Any]:
        catalog = self._service.catalog
        database = response._get_param("DatabaseName")
        wanted = re.compile(response._get_param("Expression") or ".*")
        tables = (
            catalog.record(database, name)
            for name in catalog.table_names(database)
            if wanted.fullmatch(name)
        )
        return {"TableMetadataList": [metadata(table.as_dict()) for table in tables]}

    def _get_database(self, response: AthenaResponse) -> dict[str, Any]:
        name = response._get_param("DatabaseName")
        for database in self._service.catalog.databases():
            if database["Name"] == name:
                return {"Database": database}
        raise QueryFailed(f"Database {name} not found")

    def _list_data_catalogs(self, response: AthenaResponse) -> dict[str, Any]:
        made = _backend(response).list_data_catalogs()
        own = {"CatalogName": "AwsDataCatalog", "Type": "GLUE"}
        return {"DataCatalogsSummary": [own, *made]}

    def _get_query_runtime_statistics(self, response: AthenaResponse) -> dict[str, Any]:
        return {"QueryRuntimeStatistics": runtime_statistics(self._run(response))}

    def _list_databases(self, response: AthenaResponse) -> dict[str, Any]:
        return {"DatabaseList": self._service.catalog.databases()}


_ACTIONS = [
    name.removeprefix("_")
    for name in vars(AthenaApi)
    if re.match("_(start|get|batch|list|stop|create|update|delete)_", name)
]


class _InvalidRequestError(JsonRESTError):
    """A request is refused before anything starts."""

    def __init__(self, message: str) -> None:
        super().__init__("InvalidRequestException", message)


def _backend(response: AthenaResponse) -> AthenaBackend:
    """Return what moto keeps of workgroups, named queries and catalogs."""
    return athena_backends[response.current_account][response.region]


def _given_statement(response: AthenaResponse) -> Prepared:
    names = ("StatementName", "WorkGroup", "QueryStatement", "Description")
    return Prepared(*map(response._get_param, names))


def _page(response: AthenaResponse, keys: list[str]) -> tuple[list[str], dict[str, str]]:
    """Return a page of a list, and the token of the next one: the last key of this one."""
    size = int(response._get_param("MaxResults") or PAGE_LISTED)
    if size > PAGE_LISTED:
        raise _InvalidRequestError(f"MaxResults is more than maximum allowed length {PAGE_LISTED}.")
    token = response._get_param("NextToken")
    if token is not None and token not in keys:
        raise _InvalidRequestError(f"NextToken {token} is not one that this list gave")
    start = 0 if token is None else keys.index(token) + 1
    page = keys[start : start + size]
    return page, {"NextToken": page[-1]} if start + size < len(keys) else {}


def _output_folder(response: AthenaResponse, workgroup: dict[str, Any]) -> str:
    """Return where results go: the location of an enforcing workgroup comes first."""
    own = (workgroup.get("ResultConfiguration") or {}).get("OutputLocation")
    asked = (response._get_param("ResultConfiguration") or {}).get("OutputLocation")
    chosen = (own or asked) if workgroup.get("EnforceWorkGroupConfiguration") else (asked or own)
    if not chosen:
        raise _InvalidRequestError(
            "No output location provided. An output location is required either through the "
            "Workgroup result configuration setting or as an API input."
        )
    return str(chosen).rstrip("/") + "/"
