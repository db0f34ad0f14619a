"""The Glue tables of a data set: their columns, formats and locations."""

from collections.abc import Sequence
from typing import Any

from springtide.dataset.declaration import EVENT_TIME, OWN_PREFIX, DataSet
from springtide.model.lanes import KEY, LANES
from springtide.model.partitions import EVENTS, QUARANTINE
from springtide.model.versions import KEY as VERSION

LANDING = "landing"
# The delta's names of the quarantine's columns, since it also has the fields.
IN_DELTA = {
    name: f"{OWN_PREFIX}{name}" for name in ("reject_reason", "reject_detail", "line", "line_bytes")
}
REASON, MISFITS = IN_DELTA["reject_reason"], f"{OWN_PREFIX}misfits"
# The table parameter that names the data set a table belongs to.
DATA_SET = "data_set"

Columns = Sequence[tuple[str, str]]


def event_columns(data_set: DataSet) -> list[tuple[str, str]]:
    """Columns of `events` besides its partition keys, with their SQL types."""
    return [
        *_payload(data_set),
        ("arrival_hour", "varchar"),
        ("source_path", "varchar"),
        *_retired(data_set),
    ]


def quarantine_columns() -> list[tuple[str, str]]:
    """Columns of `quarantine` besides its partition key, with their SQL types."""
    return [
        ("source_path", "varchar"),
        ("reject_reason", "varchar"),
        ("reject_detail", "varchar"),
        ("line", "varchar"),
        ("line_bytes", "varbinary"),
    ]


def delta_columns(data_set: DataSet) -> list[tuple[str, str]]:
    """Columns of `delta` besides its partition keys, with their SQL types.

    `springtide_misfits` names the fields whose value did not fit their type, separated by commas.
    """
    return [
        *_payload(data_set),
        ("event_date", "varchar"),
        ("event_hour", "varchar"),
        ("arrival_hour", "varchar"),
        ("source_path", "varchar"),
        (MISFITS, "varchar"),
        (REASON, "varchar"),
        (IN_DELTA["reject_detail"], "varchar"),
        (IN_DELTA["line"], "varchar"),
        (IN_DELTA["line_bytes"], "varbinary"),
        *_retired(data_set),
    ]


def _payload(data_set: DataSet) -> list[tuple[str, str]]:
    """The fields and the event time; a field may be the event time itself."""
    columns = {field.name: field.sql_type for field in data_set.fields}
    return list((columns | {EVENT_TIME: "timestamp"}).items())


def _retired(data_set: DataSet) -> list[tuple[str, str]]:
    return [(column.name, column.type) for column in data_set.retired]


def table_columns(data_set: DataSet, table: str) -> list[tuple[str, str]]:
    """Columns of a published table besides its partition keys."""
    if table == EVENTS.table:
        return event_columns(data_set)
    if table == QUARANTINE.table:
        return quarantine_columns()
    return [(column.name, column.type) for column in data_set.derived_table(table).columns]


def published_tables(data_set: DataSet) -> list[str]:
    """The tables that runs publish, in the order of publication."""
    return [EVENTS.table, QUARANTINE.table, *(derived.table for derived in data_set.derived)]


def table_inputs(data_set: DataSet, landing: str, lake: str) -> list[dict[str, Any]]:
    """Glue TableInputs of every table of the data set.

    `landing` is the s3:// prefix above the arrival hours, `lake` the lake bucket's s3:// URI; both
    end in a slash.
    """
    inputs = [
        _landing(landing, data_set),
        _addressed("delta", delta_columns(data_set), f"{lake}delta/", LANES),
    ]
    for table in published_tables(data_set):
        keys = data_set.partition_keys(table)
        columns = table_columns(data_set, table)
        root = f"{lake}tables/{table}/"
        # Every partition has a location of its own. The table's location is a prefix that stays
        # empty: a reader that lists it finds no files, instead of every version that ever existed.
        inputs.append(_parquet(table, columns, f"{lake}nothing/{table}/", keys, {}))
        # The same files by version: for audits, and for people who compare versions.
        inputs.append(_addressed(f"{table}_versions", columns, root))
    for wanted in inputs:
        wanted["Parameters"][DATA_SET] = data_set.name
    return inputs


def _landing(location: str, data_set: DataSet) -> dict[str, Any]:
    """The table of landed lines or rows, by the folder in which they arrived."""
    layout = data_set.landing
    keys = (*(name for name, _ in layout.folders), "datehour")
    if data_set.columns:
        columns = [(name, str(kind)) for name, kind in data_set.columns]
        return _parquet(LANDING, columns, location, keys, layout.projection(location))
    return {
        "Name": LANDING,
        "Description": "Landed lines as they are, by the folder in which they arrived.",
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": name, "Type": "string"} for name in keys],
        "Parameters": {"classification": "text", **layout.projection(location)},
        "StorageDescriptor": {
            # One string per line: a malformed line is a value here and does not fail the query.
            "Columns": [{"Name": "line", "Type": "string"}],
            "Location": location,
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "SerdeInfo": {
                "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
                # Pass the whole line: no byte within a line splits it, as \x01 would, since the
                # delimiter is a line end; and \N is not NULL.
                "Parameters": {
                    "serialization.format": "1",
                    "field.delim": "\n",
                    "serialization.null.format": "\x01\x02no line is null\x02\x01",
                },
            },
        },
    }


def _addressed(name: str, columns: Columns, root: str, lanes: Sequence[str] = ()) -> dict[str, Any]:
    """A table whose `springtide_version` every query must name, so no partition is registered."""
    keys, template = [VERSION], f"{root}version=${{{VERSION}}}/"
    projection = {"projection.enabled": "true", f"projection.{VERSION}.type": "injected"}
    if lanes:
        keys.append(KEY)
        template += f"{KEY}=${{{KEY}}}/"
        projection |= {
            f"projection.{KEY}.type": "enum",
            f"projection.{KEY}.values": ",".join(lanes),
        }
    parameters = {**projection, "storage.location.template": template}
    return _parquet(name, columns, root, keys, parameters)


_PARQUET = "org.apache.hadoop.hive.ql.io.parquet."


def _parquet(
    name: str, columns: Columns, location: str, keys: Sequence[str], parameters: dict[str, str]
) -> dict[str, Any]:
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        # Only string keys prune in the metastore.
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in keys],
        "Parameters": {"classification": "parquet", **parameters},
        "StorageDescriptor": {
            "Columns": [{"Name": n, "Type": _HIVE_TYPES.get(t, t)} for n, t in columns],
            "Location": location,
            "InputFormat": _PARQUET + "MapredParquetInputFormat",
            "OutputFormat": _PARQUET + "MapredParquetOutputFormat",
            "SerdeInfo": {
                "SerializationLibrary": _PARQUET + "serde.ParquetHiveSerDe",
                "Parameters": {"serialization.format": "1"},
            },
        },
    }


# Glue's names of SQL types that differ.
_HIVE_TYPES = {"varchar": "string", "varbinary": "binary", "integer": "int", "real": "float"}


def type_of_hive(hive: str) -> str:
    """The SQL type with this name in Glue."""
    return {hive: sql for sql, hive in _HIVE_TYPES.items()}.get(hive, hive)
