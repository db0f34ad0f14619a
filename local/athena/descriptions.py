"""Describes runs, results and tables the way Athena's API does."""

from typing import Any

from local.athena import runs
from local.athena.catalog import Table
from local.athena.runs import QueryRun
from local.athena.statements import is_ddl

_MILLISECONDS = 1000


def description(run: QueryRun) -> dict[str, Any]:
    """Return GetQueryExecution's description of a run."""
    status: dict[str, Any] = {"State": run.state, "SubmissionDateTime": run.submitted}
    if run.state in runs.TERMINAL:
        status["CompletionDateTime"] = run.completed
        if run.reason is not None:
            status["StateChangeReason"] = run.reason
        if run.error is not None:
            status["AthenaError"] = run.error
    ending = {"SELECT": ".csv", "UNLOAD": ""}.get(run.kind, ".txt")
    described: dict[str, Any] = {
        "QueryExecutionId": run.id,
        "Query": run.sql,
        "StatementType": "DDL" if is_ddl(run.sql) else "DML",
        "SubstatementType": run.kind,
        "ResultConfiguration": {"OutputLocation": f"{run.output}{ending}"},
        "ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}},
        "QueryExecutionContext": run.context,
        "Status": status,
        "Statistics": _statistics(run),
        "WorkGroup": run.workgroup,
        "EngineVersion": {
            "SelectedEngineVersion": "AUTO",
            "EffectiveEngineVersion": "Athena engine version 3",
        },
    }
    if run.parameters:
        described["ExecutionParameters"] = run.parameters
    return described


def _statistics(run: QueryRun) -> dict[str, Any]:
    started = run.started or run.submitted
    ended = run.completed or started
    statistics: dict[str, Any] = {
        "EngineExecutionTimeInMillis": int((ended - started) * _MILLISECONDS),
        "DataScannedInBytes": run.scanned_bytes,
        "TotalExecutionTimeInMillis": int((ended - run.submitted) * _MILLISECONDS),
        "QueryQueueTimeInMillis": int((started - run.submitted) * _MILLISECONDS),
        "ServicePreProcessingTimeInMillis": 0,
        "QueryPlanningTimeInMillis": 0,
        "ServiceProcessingTimeInMillis": 0,
        "ResultReuseInformation": {"ReusedPreviousResult": False},
    }
    if run.manifest is not None:
        statistics["DataManifestLocation"] = run.manifest
    return statistics


def column(name: str, kind: str) -> dict[str, Any]:
    """Return a result's description of a column."""
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": kind,
        "Precision": 0,
        "Scale": 0,
        "Nullable": "UNKNOWN",
        "CaseSensitive": kind == "varchar",
    }


def metadata(table: Table) -> dict[str, Any]:
    """Return GetTableMetadata's description of a table."""
    return {
        "Name": table.name,
        "TableType": "EXTERNAL_TABLE",
        "Columns": [_typed(column.name, column.hive_type) for column in table.columns],
        "PartitionKeys": [_typed(key.name, key.hive_type) for key in table.keys],
        "Parameters": {**table.parameters, "location": table.location},
    }


def _typed(name: str, kind: str) -> dict[str, str]:
    return {"Name": name, "Type": kind}


def cell(text: str | None) -> dict[str, str]:
    """Return one value of a row."""
    return {} if text is None else {"VarCharValue": text}
