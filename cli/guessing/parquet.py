"""Reads a sample of Parquet objects: rows as Springtide's JSON text has them, columns by type."""

import io
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from offline.glue.parquet_columns import glue_type


class Ranges(io.RawIOBase):
    """An object of which only what is read is fetched."""

    def __init__(self, size: int, fetch: Callable[[int, int], bytes]) -> None:
        self._size, self._fetch, self._at = size, fetch, 0

    def readable(self) -> bool:
        """Always."""
        return True

    def seekable(self) -> bool:
        """Always."""
        return True

    def tell(self) -> int:
        """Return where the next byte is read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        """Fetch the bytes from here on."""
        end = min(self._at + len(buffer), self._size)
        data = self._fetch(self._at, end) if end > self._at else b""
        buffer[: len(data)] = data
        self._at += len(data)
        return len(data)


def read(file: BinaryIO, most: int) -> tuple[dict[str, str | None], list[dict[str, Any]]]:
    """Return the columns' types, None for what no landing has, and the first rows.

    Raises pyarrow.ArrowException for what is no Parquet.
    """
    opened = pq.ParquetFile(file)
    columns = {field.name.lower(): glue_type(field.type) for field in opened.schema_arrow}
    batch = next(opened.iter_batches(batch_size=most), None)
    if batch is None:
        return columns, []
    rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
    fields = list(batch.schema)
    return columns, [
        {
            field.name.lower(): _value(value, field.type)
            for field, value in zip(fields, row, strict=True)
        }
        for row in rows
    ]


def _value(value: Any, kind: pa.DataType) -> Any:
    """A value as the row's JSON text has it."""
    if value is None or isinstance(value, bytes):
        return None
    if pa.types.is_struct(kind):
        return {field.name.lower(): _value(value[field.name], field.type) for field in kind}
    if pa.types.is_map(kind):
        return {str(key): _value(item, kind.item_type) for key, item in value}
    if isinstance(value, list):
        return [_value(item, kind.value_type) for item in value]
    if isinstance(value, datetime):
        return f"{value.replace(tzinfo=None).isoformat(timespec='milliseconds')}Z"
    if isinstance(value, date | Decimal):
        return str(value)
    return value
