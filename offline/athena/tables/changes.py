"""Changes the catalog like Athena's CREATE, DROP and ALTER."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from moto.glue.models import FakeTable
from sqlglot import exp

from offline.athena.catalog.catalog import Catalog
from offline.athena.catalog.hive_types import duckdb_type
from offline.athena.errors import QueryFailed, not_supported, syntax_error
from offline.athena.sql.envelopes import properties

Typed = Sequence[tuple[str, str]]  # names and Hive types
_SERDE = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
_FORMAT = "org.apache.hadoop.hive.ql.io.parquet.MapredParquet{}Format"


def apply(catalog: Catalog, tree: exp.Create | exp.Drop | exp.Alter, database: str) -> str:
    """Make a change and return Athena's SubstatementType; unqualified names are in `database`.

    Raises QueryFailed.
    """
    kind = str(tree.args.get("kind")).upper().replace("DATABASE", "SCHEMA")
    verb = tree.key.upper()
    change = _CHANGES.get((verb, kind))
    if change is None:
        raise not_supported(f"{verb} {kind}")
    change(catalog, tree, database)
    return f"{verb}_{kind}"


def address(table: exp.Table, database: str) -> tuple[str, str]:
    """Return a table's database and name; `database` is the default."""
    return (table.db or database).lower(), table.name.lower()


def require_new(catalog: Catalog, database: str, name: str) -> None:
    """Raise QueryFailed if a table or view of that name exists, or no such database does."""
    if name in catalog.table_names(database):
        raise syntax_error(
            f"TABLE_ALREADY_EXISTS: Table 'awsdatacatalog.{database}.{name}' already exists"
        )


def create_table(
    catalog: Catalog,
    place: tuple[str, str],
    columns: Typed,
    keys: Typed,
    location: str,
    parameters: Mapping[str, str],
) -> None:
    """Create a Parquet table."""
    _refuse_duplicates(name for name, _ in (*columns, *keys))
    for _, kind in (*columns, *keys):
        duckdb_type(kind)  # raises for types that Athena does not have
    storage = {
        "Columns": _glue(columns),
        "Location": location,
        "InputFormat": _FORMAT.format("Input"),
        "OutputFormat": _FORMAT.format("Output"),
        "SerdeInfo": {"SerializationLibrary": _SERDE},
    }
    entry = {
        "Name": place[1],
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": storage,
        "PartitionKeys": _glue(keys),
        "Parameters": {"EXTERNAL": "TRUE", "classification": "parquet", **parameters},
    }
    catalog.glue.create_table(*place, entry)


def add_partitions(table: FakeTable, locations: Mapping[tuple[str, ...], str]) -> None:
    """Add the partitions, given by their values, that a table does not have yet."""
    storage = table.as_dict()["StorageDescriptor"]
    for values, location in locations.items():
        if str(list(values)) not in table.partitions:
            table.create_partition(
                {"Values": list(values), "StorageDescriptor": {**storage, "Location": location}}
            )


def _refuse_duplicates(columns: Iterable[str]) -> None:
    found: set[str] = set()
    for name in map(str.lower, columns):
        if name in found:
            raise syntax_error(f"SYNTAX_ERROR: Duplicate column name: {name}")
        found.add(name)


def _glue(columns: Typed) -> list[dict[str, str]]:
    return [{"Name": name.lower(), "Type": kind} for name, kind in columns]


def _create_schema(catalog: Catalog, tree: exp.Expr, database: str) -> None:
    name = _schema_name(tree.this)
    if name not in catalog.glue.databases:
        told = {"Name": name, "LocationUri": properties(tree).get("location")}
        catalog.glue.create_database(name, told)
    elif not tree.args["exists"]:
        raise syntax_error(f"SCHEMA_ALREADY_EXISTS: Schema '{name}' already exists")


def _schema_name(named: exp.Table) -> str:
    return (named.db or named.name).lower()


def _create_external(catalog: Catalog, tree: exp.Expr, database: str) -> None:
    told = properties(tree)
    by = tree.find(exp.PartitionedByProperty)
    location = told.pop("location", "")
    if told.pop("format", "").upper() != "PARQUET" or not location.startswith("s3://"):
        raise not_supported("CREATE TABLE without STORED AS PARQUET and LOCATION 's3://…'")
    place = address(tree.this.this, database)
    if tree.args["exists"] and place[1] in catalog.table_names(place[0]):
        return
    require_new(catalog, *place)
    told.pop("partitioned_by", None)
    keys = _typed(by.this) if by is not None else []
    create_table(catalog, place, _typed(tree.this), keys, location.rstrip("/") + "/", told)


def _typed(schema: exp.Expr) -> list[tuple[str, str]]:
    kinds = [(column.name, column.args["kind"].sql("hive")) for column in schema.expressions]
    return [(name, kind.lower().replace(" ", "")) for name, kind in kinds]


def _drop_schema(catalog: Catalog, tree: exp.Drop, database: str) -> None:
    name = _schema_name(tree.args["tables"][0])
    if name not in catalog.glue.databases and tree.args["exists"]:
        return
    if catalog.table_names(name) and not tree.args["cascade"]:
        raise QueryFailed(f"Database {name} is not empty. One or more tables exist.")
    catalog.glue.delete_database(name)


def _drop(catalog: Catalog, tree: exp.Drop, database: str) -> None:
    place = address(tree.args["tables"][0], database)
    if tree.args["exists"] and not _there(catalog, *place):
        return
    kind = "VIEW" if catalog.is_view(*place) else "TABLE"
    if kind != tree.kind:
        raise syntax_error(f"TABLE_NOT_FOUND: {'.'.join(place)} is a {kind.lower()}: DROP {kind}")
    catalog.glue.delete_table(*place)


def _there(catalog: Catalog, database: str, name: str) -> bool:
    return database in catalog.glue.databases and name in catalog.table_names(database)


def _alter_table(catalog: Catalog, tree: exp.Alter, database: str) -> None:
    place = address(tree.this, database)
    record = catalog.record(*place).as_dict()
    entry = catalog.record(*place).get_version(record["VersionId"])
    for action in tree.args["actions"]:
        if isinstance(action, exp.AlterSet) and properties(action):
            entry = {
                **entry,
                "Parameters": {**(entry.get("Parameters") or {}), **properties(action)},
            }
        elif isinstance(action, exp.Schema):
            storage = entry["StorageDescriptor"]
            columns = [*storage["Columns"], *_glue(_typed(action))]
            every = (*columns, *(entry.get("PartitionKeys") or ()))
            _refuse_duplicates(column["Name"] for column in every)
            entry = {**entry, "StorageDescriptor": {**storage, "Columns": columns}}
        else:
            raise not_supported("ALTER TABLE other than SET TBLPROPERTIES and ADD COLUMNS")
    catalog.glue.update_table(*place, entry)


_CHANGES: dict[tuple[str, str], Callable[[Catalog, Any, str], None]] = {
    ("CREATE", "SCHEMA"): _create_schema,
    ("CREATE", "TABLE"): _create_external,
    ("DROP", "SCHEMA"): _drop_schema,
    ("DROP", "TABLE"): _drop,
    ("DROP", "VIEW"): _drop,
    ("ALTER", "TABLE"): _alter_table,
}
