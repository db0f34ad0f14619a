"""Reads a sample of Parquet objects: rows as Springtide's JSON text, columns with their types."""

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq
from springtide.dataset.physical import Physical, name_of, parse

from offline.glue.parquet_columns import glue_type


class Ranges(io.RawIOBase):
    """A file-like object that fetches only the bytes that are read."""

    def __init__(self, size: int, fetch: Callable[[int, int], bytes]) -> None:
        self._size, self._fetch, self._at = size, fetch, 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fetch bytes from the current position."""
        end = min(self._at + len(buffer), self._size)
        data = self._fetch(self._at, end) if end > self._at else b""
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


_WIDER = {"int": "bigint", "float": "double"}
# Errors of reading bytes that are not Parquet, or that have changed.
UNREADABLE = (pa.ArrowException, OSError, UnicodeDecodeError)


def read(file: BinaryIO, most: int) -> tuple[dict[str, Physical | None], list[dict[str, Any]]]:
    """Return the columns' types, None for those a landing cannot have, and the first rows.

    Raises one of UNREADABLE.
    """
    opened = pq.ParquetFile(file)
    none = pa.RecordBatch.from_pylist([], opened.schema_arrow)
    batch = next(opened.iter_batches(batch_size=most), none)
    fields = list(batch.schema)
    columns = {
        field.name.lower(): _declarable(field, values)
        for field, values in zip(fields, batch.columns, strict=True)
    }
    rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
    return columns, [
        {
            field.name.lower(): _value(value, field.type)
            for field, value in zip(fields, row, strict=True)
        }
        for row in rows
    ]


def _declarable(field: pa.Field, values: pa.Array) -> Physical | None:
    try:
        name_of(field.name)
        if pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type):
            values.cast(pa.string())  # which takes bytes that are UTF-8
            return Physical("string")
        return parse(glue_type(field.type) or "")
    except ValueError:  # pyarrow's too
        return None


def union(one: Physical, other: Physical) -> Physical:
    """Return the type that takes the values and has the members of both; else the first one."""
    if one.kind != other.kind:
        return other if _WIDER.get(one.kind) == other.kind else one
    members = dict(one.members)
    for name, kind in other.members:
        members[name] = union(members.get(name, kind), kind)
    return one._replace(members=tuple(sorted(members.items())))


def _value(value: Any, kind: pa.DataType) -> Any:
    """A value as in the row's JSON text."""
    if value is None:
        return None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if pa.types.is_struct(kind):
        known = [field for field in kind if glue_type(field.type) is not None]
        return {field.name.lower(): _value(value[field.name], field.type) for field in known}
    if pa.types.is_map(kind):
        return {str(key): _value(item, kind.item_type) for key, item in value}
    if isinstance(value, list):
        return [_value(item, kind.value_type) for item in value]
    if isinstance(value, datetime):
        return f"{value.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
    if isinstance(value, date | Decimal):
        return str(value)
    return value
