"""Describes runs, results and tables the way Athena's API does."""

from collections.abc import Mapping
from typing import Any

from offline.athena.service import runs
from offline.athena.service.runs import QueryRun
from offline.athena.sql.statements import is_ddl

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
    ending = {"SELECT": ".csv", "UNLOAD": "", "CREATE_TABLE_AS_SELECT": ""}.get(run.kind, ".txt")
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


def runtime_statistics(run: QueryRun) -> dict[str, Any]:
    """Return GetQueryRuntimeStatistics' description of a run, without its stages."""
    statistics = _statistics(run)
    timeline = {name: value for name, value in statistics.items() if name.endswith("InMillis")}
    rows = {"InputBytes": run.scanned_bytes, "OutputRows": run.update_count or len(run.rows)}
    return {"Timeline": timeline, "Rows": rows}


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


def metadata(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return GetTableMetadata's description of a table as Glue describes it, of any kind."""
    storage = entry.get("StorageDescriptor") or {}
    serde = storage.get("SerdeInfo") or {}
    about = {
        "location": storage.get("Location"),
        "inputformat": storage.get("InputFormat"),
        "outputformat": storage.get("OutputFormat"),
        "serde.serialization.lib": serde.get("SerializationLibrary"),
        **{f"serde.param.{name}": value for name, value in (serde.get("Parameters") or {}).items()},
    }
    return {
        "Name": entry["Name"],
        "TableType": entry.get("TableType", "EXTERNAL_TABLE"),
        "Columns": [_column(item) for item in storage.get("Columns") or []],
        "PartitionKeys": [_column(item) for item in entry.get("PartitionKeys") or []],
        "Parameters": {
            **(entry.get("Parameters") or {}),
            **{name: value for name, value in about.items() if value is not None},
        },
    }


def _column(entry: Mapping[str, Any]) -> dict[str, str]:
    described = {"Name": entry["Name"], "Type": entry.get("Type", "string")}
    return described | ({"Comment": entry["Comment"]} if entry.get("Comment") else {})


def cell(text: str | None) -> dict[str, str]:
    """Return one value of a row."""
    return {} if text is None else {"VarCharValue": text}
