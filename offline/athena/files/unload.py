"""Writes a query's rows as Parquet objects with a manifest, like Athena's UNLOAD."""

import re
import secrets
import uuid
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import duckdb
from springtide.sql.quoting import quoted

from offline.athena.catalog.catalog import DEFAULT_PARTITION, split_uri
from offline.athena.errors import QueryFailed, not_supported, syntax_error
from offline.athena.sql.statements import Unload
from offline.s3.objects import NoSuchBucketError, Objects

MAX_OPEN_PARTITIONS = 100
_UNSUPPORTED = {
    "TIMESTAMP WITH TIME ZONE": "timestamp(3) with time zone",
    "TIME WITH TIME ZONE": "time(3) with time zone",
    "TIME": "time(3)",
    "JSON": "json",
    "INTERVAL": "interval day to second",
    "UUID": "uuid",
    "NULL": "unknown",
}
_UNSUPPORTED_NAME = re.compile(rf"\b({'|'.join(_UNSUPPORTED)})\b")
# The characters that Hive escapes in a partition's folder name.
_ESCAPED = re.compile(r"[\x01-\x1f\x7f\"#%'*/:=?\\{\[\]^]")
_CODECS = {"NONE": "uncompressed", "LZ4": "lz4_raw"}


def check_target(objects: Objects, statement: Unload) -> None:
    """Refuse a target that Athena refuses: one with files, if the statement begins a folder.

    Raises QueryFailed.
    """
    bucket, prefix = split_uri(statement.target)
    try:
        present = objects.list(bucket, prefix)
    except NoSuchBucketError as error:
        raise QueryFailed(
            f"HIVE_FILESYSTEM_ERROR: The specified bucket does not exist (Bucket: {bucket})"
        ) from error
    if present and not statement.may_be_filled:
        raise QueryFailed(
            "HIVE_PATH_ALREADY_EXISTS: Target directory for table already exists: "
            f"{statement.target}"
        )


def check_columns(columns: Sequence[tuple[str, str]], partitioned_by: Sequence[str]) -> None:
    """Refuse columns, given as name and DuckDB type, that Athena cannot write.

    Raises QueryFailed.
    """
    names = [name.lower() for name, _ in columns]
    for name in names:
        if names.count(name) > 1:
            raise syntax_error(
                f"DUPLICATE_COLUMN_NAME: Column name '{name}' specified more than once"
            )
    for name, kind in columns:
        if found := _UNSUPPORTED_NAME.search(re.sub(r'"[^"]*"(?= )', "", kind).replace('"', "")):
            raise not_supported(f"Unsupported Hive type: {_UNSUPPORTED[found[1]]} (column {name})")
    keys = [key.lower() for key in partitioned_by]
    if unknown := [key for key in keys if key not in names]:
        raise syntax_error(f"INVALID_TABLE_PROPERTY: Partition columns {unknown} not present")
    if keys and names[-len(keys) :] != keys:
        raise QueryFailed(
            "HIVE_COLUMN_ORDER_MISMATCH: Partition keys must be the last columns in the table and "
            f"in the same order as the table properties: {keys}"
        )
    if keys and len(keys) == len(names):
        raise syntax_error("INVALID_TABLE_PROPERTY: Table contains only partition columns")


def select_list(
    columns: Sequence[tuple[str, str]], partitioned_by: Sequence[str], *, any_bytes: bool
) -> str:
    """Return the columns in the form in which they are written: keys as text, sums as bigint."""
    keys = {key.lower() for key in partitioned_by}
    written = []
    for name, kind in columns:
        column = quoted(name)
        value = column
        if name.lower() in keys:
            value = f"trino_varchar({column})"
        elif kind == "HUGEINT":
            value = f"CAST({column} AS BIGINT)"
        elif kind == "VARCHAR" and any_bytes:
            value = f"trino_readable({column})"
        written.append(f"{value} AS {column}")
    return ", ".join(written)


def write(cursor: duckdb.DuckDBPyConnection, query: str, statement: Unload, scratch: Path) -> int:
    """Write the rows below a scratch folder and return their number.

    Raises QueryFailed if there are more partitions than Athena can write at once.
    """
    options = [
        "FORMAT parquet",
        f"COMPRESSION {_CODECS.get(statement.compression, statement.compression.lower())}",
    ]
    if statement.compression_level is not None and statement.compression == "ZSTD":
        options.append(f"COMPRESSION_LEVEL {statement.compression_level}")
    target = scratch / "rows"
    if statement.partitioned_by:
        keys = ", ".join(f'"{key}"' for key in statement.partitioned_by)
        options += [f"PARTITION_BY ({keys})", "OVERWRITE_OR_IGNORE"]
    cursor.execute(f"COPY ({query}) TO '{target}' ({', '.join(options)})")
    counted = cursor.fetchone()
    if statement.partitioned_by and len(_folders(target)) > MAX_OPEN_PARTITIONS:
        raise QueryFailed(
            "HIVE_TOO_MANY_OPEN_PARTITIONS: Exceeded limit of "
            f"{MAX_OPEN_PARTITIONS} open writers for partitions"
        )
    return int(counted[0]) if counted else 0


def _folders(target: Path) -> set[Path]:
    return {file.parent for file in target.rglob("*") if file.is_file()}


def written_files(scratch: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of `write`, each with its partition's folder as Hive spells it."""
    root = scratch / "rows"
    files = [root] if root.is_file() else sorted(item for item in root.rglob("*") if item.is_file())
    for file in files:
        yield ("" if file == root else _partition_folder(file.parent.relative_to(root))), file


def put_in_place(objects: Objects, target_uri: str, files: Iterable[tuple[str, Path]]) -> list[str]:
    """Move files to S3, each into its folder below the target; return the URIs."""
    bucket, prefix = split_uri(target_uri)
    stamp = f"{datetime.now(UTC):%Y%m%d_%H%M%S}_{secrets.randbelow(100000):05d}_{_letters(5)}"
    written = []
    for folder, file in files:
        key = f"{prefix}{folder}{stamp}_{uuid.uuid4()}"
        objects.adopt(bucket, key, file)
        written.append(f"s3://{bucket}/{key}")
    return written


def partitions(uris: Iterable[str], target_uri: str) -> dict[tuple[str, ...], str]:
    """Return the folders below a target that hold files, by the values of their keys."""
    folders = {uri[: uri.rindex("/") + 1] for uri in uris}
    return {
        tuple(
            unquote(part.split("=", 1)[1]) for part in folder[len(target_uri) : -1].split("/")
        ): folder
        for folder in folders
    }


def _letters(count: int) -> str:
    return "".join(secrets.choice("abcdefghijkmnpqrstuvwxyz23456789") for _ in range(count))


def _partition_folder(relative: Path) -> str:
    """Return Hive's spelling of folders that DuckDB created."""
    pairs = (part.split("=", 1) for part in relative.parts)
    return "".join(key_folder(unquote(key), unquote(value)) for key, value in pairs)


def key_folder(key: str, value: str | None) -> str:
    """Return the folder name of a key's value, as Hive spells it; None is NULL's."""
    escaped = _ESCAPED.sub(lambda found: f"%{ord(found[0]):02X}", value or DEFAULT_PARTITION)
    return f"{key}={escaped}/"
