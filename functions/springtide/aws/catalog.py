"""The Glue catalog: keeps tables as declared, and points partitions at versions."""

from collections.abc import Iterable, Mapping
from typing import Any

from springtide.aws import clients, glue_partitions, glue_retries
from springtide.model.errors import CatalogError, FenceLostError
from springtide.model.partitions import Partition

# Attributes that change how Athena reads a table, so they must follow the declaration.
_OURS = ("projection.", "storage.location.template", "classification")

# The attributes of a Table that TableInput accepts; Glue refuses the others
# (docs.aws.amazon.com/glue/latest/webapi/API_TableInput.html).
_TABLE_INPUT = {
    "Name", "Description", "Owner", "LastAccessTime", "LastAnalyzedTime", "Retention",
    "StorageDescriptor", "PartitionKeys", "ViewOriginalText", "ViewExpandedText", "TableType",
    "Parameters", "TargetTable",
}  # fmt: skip


def ensure_table(
    database: str, wanted: dict[str, Any], seen: Mapping[str, Any] | None, *, follows: bool
) -> None:
    """Creates a table, or adds the columns that the present one lacks.

    `seen` is the table as it was just read, None if there was none. A table that `follows` gets
    exactly the wanted columns. Raises CatalogError if a wanted column has another type than the
    table's: existing partitions could not be read with it.
    """
    if seen is not None and _merged(seen, wanted, follows) is None:
        return

    def once() -> None:
        present = table(database, wanted["Name"])
        if present is None:
            clients.glue().create_table(DatabaseName=database, TableInput=wanted)  # type: ignore[arg-type]
            return
        merged = _merged(present, wanted, follows)
        if merged is not None:
            _update(database, present, merged)

    # The table exists: an earlier try of the same call has created it, or another writer.
    glue_retries.until_answered(
        f"table {wanted['Name']}", once, glue_retries.CODES | {"AlreadyExistsException"}
    )


def _update(database: str, seen: Mapping[str, Any], wanted: Any) -> None:
    """Updates a table unless it changed since it was read, which Glue reports as transient."""
    # The API reference does not promise a version id.
    version: Any = {"VersionId": seen["VersionId"]} if "VersionId" in seen else {}
    clients.glue().update_table(
        DatabaseName=database, TableInput=wanted, SkipArchive=True, **version
    )


def _merged(
    table: Mapping[str, Any], wanted: dict[str, Any], follows: bool
) -> dict[str, Any] | None:
    """The update that the table needs; None if it is as wanted."""
    name = wanted["Name"]
    owner = table.get("Parameters", {}).get("data_set")
    mine = wanted["Parameters"].get("data_set")
    if owner is not None and owner != mine:
        raise CatalogError(
            f"table {name} belongs to data set {owner}, and this run is for {mine}: a stack serves"
            " one data set. Set DataSet back, and deploy the other under a stack name of its own"
        )
    present = {c["Name"]: c["Type"] for c in table["StorageDescriptor"]["Columns"]}
    declared = {c["Name"]: c["Type"] for c in wanted["StorageDescriptor"]["Columns"]}
    for column, kind in declared.items():
        if present.get(column, kind) != kind and not follows:
            raise CatalogError(
                f"table {name}: column {column} is {present[column]} and declared as {kind}: files"
                " of both types cannot be read as one column. Declare another name for the new"
                " type, or the former type again"
            )
    keys = [k["Name"] for k in table.get("PartitionKeys", [])]
    same_keys = keys == [k["Name"] for k in wanted["PartitionKeys"]]
    # Athena computes the keys of a projected table; no partition is registered with them.
    if not same_keys and "projection.enabled" not in wanted["Parameters"]:
        raise CatalogError(
            f"table {name} is partitioned by {keys} and declared with"
            f" {[k['Name'] for k in wanted['PartitionKeys']]}: written partitions keep their grain;"
            " set grain back, or deploy under another stack name"
        )
    columns = [
        *(each for each in table["StorageDescriptor"]["Columns"] if not follows),
        *({"Name": n, "Type": t} for n, t in declared.items() if follows or n not in present),
    ]
    kept = {k: v for k, v in table.get("Parameters", {}).items() if not k.startswith(_OURS)}
    parameters = {**kept, **wanted["Parameters"]}
    same_parameters = parameters == dict(table.get("Parameters", {}))
    described, wished = table["StorageDescriptor"], wanted["StorageDescriptor"]
    same_storage = all(described.get(name) == wished[name] for name in ("Location", "SerdeInfo"))
    same_columns = columns == table["StorageDescriptor"]["Columns"]
    if same_columns and same_keys and same_parameters and same_storage:
        return None
    descriptor = {**wanted["StorageDescriptor"], "Columns": columns}
    return {**wanted, "StorageDescriptor": descriptor, "Parameters": parameters}


def table(database: str, name: str) -> Mapping[str, Any] | None:
    """A table of Glue, None if there is none; raises CatalogError if Glue keeps failing."""

    def once() -> Mapping[str, Any] | None:
        try:
            return clients.glue().get_table(DatabaseName=database, Name=name)["Table"]
        except clients.glue().exceptions.EntityNotFoundException:
            return None

    return glue_retries.until_answered(f"table {name}", once)


def tables(database: str) -> dict[str, Mapping[str, Any]]:
    """All tables of Glue by name; raises CatalogError if Glue keeps failing."""

    def once() -> dict[str, Mapping[str, Any]]:
        pages = clients.glue().get_paginator("get_tables").paginate(DatabaseName=database)
        return {found["Name"]: found for page in pages for found in page["TableList"]}

    return glue_retries.until_answered(f"tables of {database}", once)


def partitions(database: str, name: str, those: str = "") -> dict[Partition, Mapping[str, Any]]:
    """All partitions of a table in Glue, or `those` for which an expression is true."""
    pages = clients.glue().get_paginator("get_partitions")
    return {
        tuple(found["Values"]): found
        for page in pages.paginate(
            DatabaseName=database, TableName=name, Expression=those, ExcludeColumnSchema=True
        )
        for found in page["Partitions"]
    }


def set_parameters(
    database: str, name: str, values: Mapping[str, str | None], seen: Mapping[str, Any]
) -> None:
    """Sets parameters of a table, and removes those that are None.

    `seen` is the table as it was just read. Changes that another writer makes at the same time are
    kept. Raises CatalogError if Glue keeps refusing it.
    """
    read = [seen]

    def once() -> None:
        found = read.pop() if read else tables(database).get(name)
        if found is None:
            return
        present = found.get("Parameters", {})
        kept_ones = {key: value for key, value in present.items() if key not in values}
        parameters = kept_ones | {k: value for k, value in values.items() if value is not None}
        if parameters == present:
            return
        kept = {key: entry for key, entry in found.items() if key in _TABLE_INPUT}
        _update(database, found, {**kept, "Parameters": parameters})

    glue_retries.until_answered(f"table {name}", once)


def put_partitions(
    database: str,
    table: str,
    present: Iterable[Partition],
    wanted: Mapping[Partition, dict[str, Any]],
) -> None:
    """Creates partitions, or updates them, from PartitionInputs without Values.

    The table's storage descriptor is copied into each, with the partition's location. Raises
    CatalogError for an entry that Glue refuses, and FenceLostError for one that another writer has
    created since it was looked for; the entries before it have taken effect.
    """
    if not wanted:
        return
    descriptor = _descriptor(database, table)
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
    since = glue_partitions.create(database, table, new)
    # An earlier sending of the same call may have created them.
    for values, partition in glue_partitions.get(database, table, since).items():
        location = partition["StorageDescriptor"]["Location"]
        if location != wanted[values]["Location"]:
            raise FenceLostError(
                f"{table} {'/'.join(values)} was just created by another writer and points at"
                f" {location}; it was left alone"
            )
    glue_partitions.update(database, table, [*old, *(inputs[values] for values in since)])


def _descriptor(database: str, name: str) -> Mapping[str, Any]:
    found = table(database, name)
    if found is None:
        raise CatalogError(f"table {name} is gone; run again, and it is recreated")
    descriptor: Mapping[str, Any] = found["StorageDescriptor"]
    return descriptor
