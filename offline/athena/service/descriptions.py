"""Describes runs, results and tables like Athena's API."""

import re
from collections.abc import Mapping
from typing import Any

from offline.athena.service import runs
from offline.athena.service.runs import QueryRun
from offline.athena.sql.envelopes import blank_comments

_DDL = re.compile(r"\s*(ALTER|CREATE|DROP|MSCK)\b", re.IGNORECASE)
_UTILITY = re.compile(r"\s*(DESC|DESCRIBE|SHOW)\b", re.IGNORECASE)
_MILLISECONDS = 1000
# Precision as in PyAthena's tests; 0 for other types.
_PRECISIONS = {
    **{"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19, "float": 17, "double": 17},
    **{"varchar": 2**31 - 1, "varbinary": 2**30},
    **{"time": 3, "timestamp": 3, "timestamp with time zone": 3},
}


def description(run: QueryRun) -> dict[str, Any]:
    """Return GetQueryExecution's description of a run."""
    status: dict[str, Any] = {"State": run.state, "SubmissionDateTime": run.submitted}
    if run.state in runs.TERMINAL:
        status["CompletionDateTime"] = run.completed
        if (failure := run.failure) is not None:
            status["StateChangeReason"] = failure.reason
            status["AthenaError"] = {
                "ErrorCategory": failure.category,
                "ErrorType": failure.error_type,
                "Retryable": failure.retryable,
                "ErrorMessage": failure.reason,
            }
    ending = {"SELECT": ".csv", "UNLOAD": "", "CREATE_TABLE_AS_SELECT": ""}.get(run.kind, ".txt")
    described: dict[str, Any] = {
        "QueryExecutionId": run.id,
        "Query": run.sql,
        "StatementType": _statement_type(blank_comments(run.sql)),
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


def _statement_type(sql: str) -> str:
    if _UTILITY.match(sql):
        return "UTILITY"
    return "DDL" if _DDL.match(sql) else "DML"


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
    """Return a result's description of a column; `kind` may have sizes, such as decimal(5,3)."""
    plain, _, sizes = kind.removesuffix(")").partition("(")
    precision, _, scale = (sizes or str(_PRECISIONS.get(plain, 0))).partition(",")
    return {
        "CatalogName": "hive",
        "SchemaName": "",
        "TableName": "",
        "Name": name,
        "Label": name,
        "Type": plain,
        "Precision": int(precision),
        "Scale": int(scale or 0),
        "Nullable": "UNKNOWN",
        "CaseSensitive": plain == "varchar",
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
