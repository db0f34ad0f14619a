"""Reads tables and their partitions from the Glue catalog of this process."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlparse

from moto.core.exceptions import JsonRESTError
from moto.glue.models import FakeTable, GlueBackend, glue_backends

from offline.athena.catalog import system_tables
from offline.athena.catalog.hive_types import duckdb_type
from offline.athena.errors import QueryFailed, not_supported, syntax_error
from offline.s3.objects import NoSuchBucketError, Objects, StoredObject

PATH = "$path"
DEFAULT_PARTITION = "__HIVE_DEFAULT_PARTITION__"  # Hive's folder name of a key that is NULL
VIEW = "VIRTUAL_VIEW"
_PARQUET = "org.apache.hadoop.hive.ql.io.parquet.serde.parquethiveserde"
_TEXT = "org.apache.hadoop.hive.serde2.lazy.lazysimpleserde"


@dataclass(frozen=True)
class Column:
    """A column or partition key; `type` is DuckDB's name for its Hive type."""

    name: str
    type: str
    hive_type: str = "string"


@dataclass(frozen=True)
class Partition:
    """One partition: its key values as strings, None for NULL, and where its files are."""

    values: tuple[str | None, ...]
    location: str


@dataclass(frozen=True)
class Table:
    """A table as the catalog describes it."""

    database: str
    name: str
    columns: tuple[Column, ...]
    keys: tuple[Column, ...]
    location: str
    serde: str
    serde_parameters: Mapping[str, str]
    parameters: Mapping[str, str]
    partitions: tuple[Partition, ...]
    # Only for a table that shows the catalog: all of its rows.
    rows: tuple[system_tables.Row, ...] | None = None

    @property
    def every(self) -> tuple[Column, ...]:
        """All columns, partition keys last."""
        return (*self.columns, *self.keys)

    @property
    def is_text(self) -> bool:
        """Whether the files are lines of text, and not Parquet."""
        return self.serde == _TEXT

    @property
    def is_projected(self) -> bool:
        """Whether partitions are computed from the table's parameters, whatever is registered."""
        return self.parameters.get("projection.enabled", "").lower() == "true"


@dataclass(frozen=True)
class Catalog:
    """The Glue catalog of one account and region."""

    account: str
    region: str

    @property
    def glue(self) -> GlueBackend:
        """Moto's own catalog."""
        return glue_backends[self.account][self.region]

    def table(self, database: str, name: str) -> Table:
        """Return a table.

        Raises QueryFailed if it does not exist or is of a kind that is not offered here.
        """
        if database.lower() == system_tables.SCHEMA:
            return self._system_table(name.lower())
        if name.endswith(system_tables.PARTITIONS):
            of = self.table(database, name.removesuffix(system_tables.PARTITIONS))
            if of.keys:
                rows = tuple(partition.values for partition in of.partitions)
                return _shown(of.database, name, of.keys, rows)
        found = self.record(database, name)
        entry = found.as_dict()
        storage = entry.get("StorageDescriptor") or {}
        serde = storage.get("SerdeInfo") or {}
        library = serde.get("SerializationLibrary", "")
        if entry.get("TableType") == VIEW:
            return _shown(database.lower(), name, _columns(storage.get("Columns")), ())
        if library.lower() not in (_PARQUET, _TEXT):
            raise not_supported(f"SerDe {library} of table {database}.{name}")
        table = Table(
            database=database.lower(),
            name=name.lower(),
            columns=_columns(storage.get("Columns")),
            keys=_columns(entry.get("PartitionKeys")),
            location=storage.get("Location", ""),
            serde=library.lower(),
            serde_parameters=serde.get("Parameters") or {},
            parameters=entry.get("Parameters") or {},
            partitions=tuple(_partition(item.as_dict()) for item in [*found.partitions.values()]),
        )
        _refuse_duplicates(table)
        return table

    def _system_table(self, name: str) -> Table:
        if name not in system_tables.COLUMNS:
            raise syntax_error(
                f"TABLE_NOT_FOUND: Table 'awsdatacatalog.information_schema.{name}' does not exist"
            )
        databases = [entry["Name"] for entry in self.databases()]
        found = [(database, each) for database in databases for each in self.table_names(database)]
        rows = system_tables.schemata(databases)
        if name == "tables":
            rows = [system_tables.table(*place, view=self.is_view(*place)) for place in found]
        elif name == "columns":
            rows = [row for place in found for row in self._columns_of(*place)]
        columns = tuple(
            Column(column, "BIGINT" if column == "ordinal_position" else "VARCHAR")
            for column in system_tables.COLUMNS[name]
        )
        return _shown(system_tables.SCHEMA, name, columns, tuple(rows))

    def _columns_of(self, database: str, name: str) -> list[system_tables.Row]:
        entry = self.record(database, name).as_dict()
        columns = _columns((entry.get("StorageDescriptor") or {}).get("Columns"))
        every = (*columns, *_columns(entry.get("PartitionKeys")))
        return system_tables.columns(
            database, name, ((each.name, each.hive_type) for each in every)
        )

    def record(self, database: str, name: str, place: str = "") -> FakeTable:
        """Return moto's own record of a table; `place` is where the statement names it.

        Raises QueryFailed if it does not exist.
        """
        try:
            return self.glue.get_table(database.lower(), name.lower())
        except JsonRESTError as error:
            raise syntax_error(
                f"TABLE_NOT_FOUND: {place}Table 'awsdatacatalog.{database}.{name}' does not exist"
            ) from error

    def is_view(self, database: str, name: str) -> bool:
        """Tell whether a table is a view. Raises QueryFailed if it does not exist."""
        return self.record(database, name).as_dict().get("TableType") == VIEW

    def databases(self) -> list[dict[str, Any]]:
        """Return the databases as Athena's API describes them, by name."""
        databases = self.glue.databases
        entries = [databases[name].as_dict() for name in sorted(databases)]
        members = ("Name", "Description", "Parameters")
        return [{name: entry[name] for name in members if entry.get(name)} for entry in entries]

    def table_names(self, database: str) -> list[str]:
        """Return the names of a database's tables, sorted.

        Raises QueryFailed if the database does not exist.
        """
        databases = self.glue.databases
        if database.lower() not in databases:
            raise syntax_error(f"SCHEMA_NOT_FOUND: Schema '{database}' does not exist")
        return sorted(databases[database.lower()].tables)


def _columns(entries: list[dict[str, Any]] | None) -> tuple[Column, ...]:
    return tuple(
        Column(
            entry["Name"].lower(),
            duckdb_type(entry.get("Type", "string")),
            entry.get("Type", "string"),
        )
        for entry in entries or []
    )


def _shown(
    database: str, name: str, columns: tuple[Column, ...], rows: tuple[system_tables.Row, ...]
) -> Table:
    return Table(database, name.lower(), columns, (), "", "", {}, {}, (), rows)


def _partition(entry: dict[str, Any]) -> Partition:
    values = tuple(None if value == DEFAULT_PARTITION else value for value in entry["Values"])
    return Partition(values, entry["StorageDescriptor"]["Location"])


def _refuse_duplicates(table: Table) -> None:
    names = [column.name for column in table.every]
    if len(set(names)) < len(names):
        raise QueryFailed(
            "HIVE_INVALID_METADATA: Hive metadata for table "
            f"{table.name} is invalid: Table descriptor contains duplicate columns"
        )


def files_below(objects: Objects, location: str) -> list[StoredObject]:
    """Return the visible objects of a location, folders within it included.

    Names that start with `_` or `.` are hidden, but only below the location itself.
    Raises QueryFailed if the bucket does not exist.
    """
    bucket, prefix = split_uri(location)
    try:
        listed = objects.list(bucket, prefix)
    except NoSuchBucketError as error:
        raise QueryFailed(
            f"HIVE_METASTORE_ERROR: The specified bucket does not exist (Bucket: {bucket})"
        ) from error
    return [item for item in listed if is_visible(item, prefix)]


def is_visible(item: StoredObject, prefix: str) -> bool:
    """Tell whether Athena reads an object when it lists this prefix."""
    below = item.key[len(prefix) :]
    if not below or below.endswith("/"):
        return False
    return not any(part.startswith(("_", ".")) for part in below.split("/"))


def split_uri(uri: str) -> tuple[str, str]:
    """Return the bucket of an S3 URI and its prefix, which ends in `/` unless it is empty."""
    parsed = urlparse(uri, allow_fragments=False)
    prefix = uri.split(parsed.netloc, 1)[1].lstrip("/") if parsed.netloc else ""
    return parsed.netloc, prefix if not prefix or prefix.endswith("/") else prefix + "/"


def uri_of(item: StoredObject) -> str:
    """Return the value of `"$path"` for the rows of an object."""
    return f"s3://{item.bucket}/{item.key}"
