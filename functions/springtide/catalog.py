"""The Glue catalog: tables kept in line with the declaration, partitions read and repointed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from springtide import aws, dataset
from springtide.batches import batched
from springtide.errors import CatalogError
from springtide.landing import Landing
from springtide.partitions import Partition
from springtide.settings import Settings
from springtide.tables import table_inputs

# Limits per call, from the Glue API reference. Neither botocore nor an emulator checks them.
BATCH_GET_LIMIT = 1000
BATCH_CREATE_LIMIT = 100
BATCH_UPDATE_LIMIT = 100

# What makes Athena read a table differently, and so has to follow the declaration.
_OURS = ("projection.", "storage.location.template", "classification")

# What a TableInput takes of a Table; the rest is Glue's own, and it refuses to have it back
# (docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html).
_TABLE_INPUT = {
    "Name", "Description", "Owner", "LastAccessTime", "LastAnalyzedTime", "Retention",
    "StorageDescriptor", "PartitionKeys", "ViewOriginalText", "ViewExpandedText", "TableType",
    "Parameters", "TargetTable",
}  # fmt: skip


def ensure_tables(settings: Settings) -> None:
    """Creates the data set's tables, and adds columns that were declared since.

    Raises CatalogError where a declared column has another type than the table's: partitions
    written so far could not be read with it.
    """
    data_set = dataset.load(settings.data_set)
    landing = Landing(settings.landing_bucket, settings.landing_prefix)
    for wanted in table_inputs(data_set, landing.uri, f"s3://{settings.lake_bucket}/"):
        _ensure_table(settings.database, wanted)


def _ensure_table(database: str, wanted: dict[str, Any]) -> None:
    present = table(database, wanted["Name"])
    if present is None:
        aws.glue().create_table(DatabaseName=database, TableInput=wanted)  # type: ignore[arg-type]
        return
    merged = _merged(present, wanted)
    if merged is not None:
        aws.glue().update_table(DatabaseName=database, TableInput=merged, SkipArchive=True)  # type: ignore[arg-type]


def _merged(table: Mapping[str, Any], wanted: dict[str, Any]) -> dict[str, Any] | None:
    """What to update the table to; None if it is as wanted."""
    name = wanted["Name"]
    present = {c["Name"]: c["Type"] for c in table["StorageDescriptor"]["Columns"]}
    declared = {c["Name"]: c["Type"] for c in wanted["StorageDescriptor"]["Columns"]}
    for column, kind in declared.items():
        if present.get(column, kind) != kind:
            raise CatalogError(
                f"table {name}: column {column} is {present[column]} and declared as {kind};"
                " declare a new field instead, types do not change under written partitions"
            )
    keys = [k["Name"] for k in table.get("PartitionKeys", [])]
    if keys != [k["Name"] for k in wanted["PartitionKeys"]]:
        raise CatalogError(f"table {name} is partitioned by {keys}, which is not ours to change")
    columns = [
        *table["StorageDescriptor"]["Columns"],
        *({"Name": n, "Type": t} for n, t in declared.items() if n not in present),
    ]
    kept = {k: v for k, v in table.get("Parameters", {}).items() if not k.startswith(_OURS)}
    parameters = {**kept, **wanted["Parameters"]}
    same_parameters = parameters == dict(table.get("Parameters", {}))
    same_location = (
        table["StorageDescriptor"]["Location"] == wanted["StorageDescriptor"]["Location"]
    )
    if len(columns) == len(present) and same_parameters and same_location:
        return None
    descriptor = {**wanted["StorageDescriptor"], "Columns": columns}
    return {**wanted, "StorageDescriptor": descriptor, "Parameters": parameters}


def table(database: str, name: str) -> Mapping[str, Any] | None:
    """A table as Glue has it, None if there is none."""
    try:
        return aws.glue().get_table(DatabaseName=database, Name=name)["Table"]
    except ClientError as err:
        if err.response["Error"]["Code"] != "EntityNotFoundException":
            raise
        return None


def set_parameter(database: str, name: str, parameter: str, value: str | None) -> None:
    """Sets one parameter of a table, or removes it, and keeps everything else as it is."""
    found = table(database, name)
    if found is None:
        return
    parameters = dict(found.get("Parameters", {}))
    if parameters.get(parameter) == value:
        return
    parameters.pop(parameter, None)
    if value is not None:
        parameters[parameter] = value
    kept = {key: entry for key, entry in found.items() if key in _TABLE_INPUT}
    wanted: Any = {**kept, "Parameters": parameters}
    aws.glue().update_table(DatabaseName=database, TableInput=wanted, SkipArchive=True)


def get_partitions(
    database: str, table: str, partitions: Sequence[Partition]
) -> dict[Partition, Mapping[str, Any]]:
    """Those of the partitions that exist, as Glue has them."""
    found: dict[Partition, Mapping[str, Any]] = {}
    for chunk in batched(partitions, BATCH_GET_LIMIT):
        wanted: list[Any] = [{"Values": list(values)} for values in chunk]
        while wanted:
            answer = aws.glue().batch_get_partition(
                DatabaseName=database, TableName=table, PartitionsToGet=wanted
            )
            for partition in answer.get("Partitions", []):
                found[tuple(partition["Values"])] = partition
            left = answer.get("UnprocessedKeys", [])
            if len(left) == len(wanted):
                raise CatalogError(
                    f"Glue read none of {len(left)} partitions of {table}; try again"
                )
            wanted = list(left)
    return found


def put_partitions(
    database: str,
    table: str,
    present: Iterable[Partition],
    wanted: Mapping[Partition, dict[str, Any]],
) -> None:
    """Creates or updates partitions to the given PartitionInputs (without Values).

    The table's own storage descriptor is copied into each, with the partition's location.
    Raises CatalogError for any entry that Glue refuses; those before it have taken effect.
    """
    if not wanted:
        return
    descriptor = aws.glue().get_table(DatabaseName=database, Name=table)["Table"][
        "StorageDescriptor"
    ]
    inputs = {
        values: {
            "Values": list(values),
            "StorageDescriptor": {**descriptor, "Location": entry["Location"]},
            "Parameters": entry["Parameters"],
        }
        for values, entry in wanted.items()
    }
    existing = set(present)
    new = [entry for values, entry in inputs.items() if values not in existing]
    old = [entry for values, entry in inputs.items() if values in existing]
    # One that somebody created since it was looked for is updated, as the others are.
    old += _create(database, table, new)
    _update(database, table, old)


def _create(database: str, table: str, inputs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Creates partitions; returns those that exist already."""
    existing = []
    for chunk in batched(inputs, BATCH_CREATE_LIMIT):
        answer = aws.glue().batch_create_partition(
            DatabaseName=database,
            TableName=table,
            PartitionInputList=list(chunk),  # type: ignore[arg-type]
        )
        for values, code, message in _refusals(answer, "PartitionValues"):
            if code != "AlreadyExistsException":
                raise CatalogError(f"{table} partition {'/'.join(values)}: {code}: {message}")
            existing += [entry for entry in chunk if tuple(entry["Values"]) == values]
    return existing


def _update(database: str, table: str, inputs: list[dict[str, Any]]) -> None:
    for chunk in batched(inputs, BATCH_UPDATE_LIMIT):
        answer = aws.glue().batch_update_partition(
            DatabaseName=database,
            TableName=table,
            Entries=[
                {"PartitionValueList": entry["Values"], "PartitionInput": entry}  # type: ignore[typeddict-item]
                for entry in chunk
            ],
        )
        for values, code, message in _refusals(answer, "PartitionValueList"):
            raise CatalogError(f"{table} partition {'/'.join(values)}: {code}: {message}")


def _refusals(answer: Mapping[str, Any], values: str) -> Iterator[tuple[Partition, str, str]]:
    """What a batch call refused: it answers 200 and lists the entries that failed."""
    for error in answer.get("Errors", []):
        detail = error.get("ErrorDetail", {})
        yield (
            tuple(error.get(values, ())),
            detail.get("ErrorCode", ""),
            detail.get("ErrorMessage", ""),
        )
