"""Translates between types of the Glue catalog (Hive), of DuckDB and of Athena's API."""

from springtide.dataset.physical import split

from offline.athena.errors import QueryFailed, not_supported

_ALIKE = ("bigint", "smallint", "tinyint", "double", "float", "boolean", "timestamp", "date")
# If two Hive types are equal, the catalog keeps the first.
_DUCKDB = {
    **{"string": "VARCHAR", "int": "INTEGER", "binary": "BLOB"},
    **{name: name.upper() for name in _ALIKE},
    **{"integer": "INTEGER", "real": "FLOAT"},
}
_TRINO = {
    "string": "varchar",
    "int": "integer",
    "float": "real",
    "binary": "varbinary",
    "timestamp": "timestamp(3)",
}
# Types that Athena names differently from DuckDB.
_ATHENA = {
    **{"HUGEINT": "bigint", "UBIGINT": "bigint", "BLOB": "varbinary", '"NULL"': "unknown"},
    "INTERVAL": "interval day to second",
}


def duckdb_type(hive: str) -> str:
    """Return DuckDB's name of a Hive type.

    Raises QueryFailed for a type that Athena does not have.
    """
    name = hive.strip().lower()
    if name in _DUCKDB:
        return _DUCKDB[name]
    if name.startswith(("varchar", "char")):
        return "VARCHAR"
    if name.startswith("decimal"):
        return name.upper()
    if name.startswith("array<"):
        return f"{duckdb_type(element_of(name))}[]"
    if name.startswith("map<"):
        key, value = split(name[4:-1])
        return f"MAP({duckdb_type(key)}, {duckdb_type(value)})"
    if name.startswith("struct<"):
        fields = (f'"{field}" {duckdb_type(kind)}' for field, kind in members_of(name))
        return f"STRUCT({', '.join(fields)})"
    raise QueryFailed(f"HIVE_INVALID_METADATA: Unsupported Hive type: {hive}")


def hive_type(duckdb_name: str) -> str:
    """Return the Hive type in which the catalog keeps a written column of this DuckDB type.

    Raises QueryFailed for a type of which the offline Athena creates no columns.
    """
    if duckdb_name == "HUGEINT":
        return "bigint"  # as it is written
    if duckdb_name.startswith("DECIMAL"):
        return duckdb_name.lower()
    if duckdb_name.endswith("[]"):
        return f"array<{hive_type(duckdb_name[:-2])}>"
    for hive, name in _DUCKDB.items():
        if name == duckdb_name:
            return hive
    raise not_supported(f"a table's or view's column of type {duckdb_name}")


def athena_type(duckdb_name: str) -> str:
    """Return the type name that GetQueryResults gives a column of this DuckDB type."""
    if duckdb_name.endswith("]"):
        return "array"
    for prefix, name in (("STRUCT", "row"), ("MAP", "map"), ("DECIMAL", "decimal")):
        if duckdb_name.startswith(prefix):
            return name
    return _ATHENA.get(duckdb_name, duckdb_name.lower())


def sized_type(duckdb_name: str) -> str:
    """Return the same name; a decimal has its precision and scale."""
    plain = athena_type(duckdb_name)
    return duckdb_name.lower() if plain == "decimal" else plain


def trino_type(hive: str) -> str:
    """Return Trino's SQL for a Hive type."""
    name = hive.strip().lower()
    if name.startswith("struct<"):
        fields = (f'"{field}" {trino_type(kind)}' for field, kind in members_of(name))
        return f"row({', '.join(fields)})"
    if name.startswith(("array<", "map<")):
        kind, _, inner = name[:-1].partition("<")
        return f"{kind}({', '.join(map(trino_type, split(inner)))})"
    return _TRINO.get(name, name)


def element_of(hive: str) -> str:
    """Return the Hive type of an array's elements or a map's values."""
    return split(hive[hive.index("<") + 1 : -1])[-1]


def members_of(hive: str) -> list[tuple[str, str]]:
    """Return the names and Hive types of a struct's members."""
    parts = (part.partition(":") for part in split(hive[len("struct<") : -1]))
    return [(name.strip().lower(), kind) for name, _, kind in parts]
