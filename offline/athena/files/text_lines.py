"""Streams the lines of text objects into DuckDB, a block at a time."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa

from offline.athena.catalog.catalog import PATH, Table, uri_of
from offline.athena.errors import refused
from offline.athena.files.readings import Readings, SourceFile
from offline.athena.files.text_files import UnreadableFileError, read_lines
from offline.s3.objects import MissingObjectError

_HIVE_NULL = "\\N"
# DuckDB processes each batch separately, and most objects are small.
_BATCH_LINES = 8_192
_BATCH_BYTES = 1 << 20  # fewer of long lines: a function holds its results for a whole batch
_SPELLING_LINES = 100
_UNSUPPORTED = {"escape.delim", "line.delim", "mapkey.delim"}
_HEADER = "skip.header.line.count"


class TextLines:
    """The rows of some text objects; each scan reads them again."""

    def __init__(self, table: Table, files: list[SourceFile], readings: Readings) -> None:
        self._table = table
        self._files = files
        self._readings = readings
        _require_lines(table)
        self._null = table.serde_parameters.get("serialization.null.format", _HIVE_NULL)
        names = (*(column.name for column in table.every), PATH)
        self._schema = pa.schema([(name, pa.string()) for name in names])

    def __arrow_c_schema__(self) -> Any:
        return self._schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        reader = pa.RecordBatchReader.from_batches(self._schema, self._batches())
        return reader.__arrow_c_stream__()

    def first_members(self) -> tuple[dict[str, str], bool]:
        """Return the spelling of members' names in the first lines, by their lower case.

        Also return whether all members there are text, whole numbers, booleans or null.
        """
        found: dict[str, str] = {}
        plain = True

        def note(pairs: list[tuple[str, Any]]) -> None:
            nonlocal plain
            for name, value in pairs:
                found.setdefault(name.lower(), name)
                plain = plain and isinstance(value, str | int | None)

        if not self._files:
            return found, plain
        first = self._files[0].item
        # An error here comes again when all of it is read.
        with suppress(UnreadableFileError, MissingObjectError, OSError):
            path = self._readings.objects.path(first.bucket, first.key)
            for line in next(read_lines(path, first.key), [])[:_SPELLING_LINES]:
                with suppress(ValueError, RecursionError):  # not JSON
                    json.loads(line, object_pairs_hook=note)
        return found, plain

    def _batches(self) -> Iterator[pa.RecordBatch]:
        ready: list[pa.RecordBatch] = []
        lines = size = 0
        for batch in self._of_files():
            ready.append(batch)
            lines += batch.num_rows
            size += batch.nbytes
            if lines >= _BATCH_LINES or size >= _BATCH_BYTES:
                yield pa.concat_batches(ready)
                ready, lines, size = [], 0, 0
        if ready:
            yield pa.concat_batches(ready)

    def _of_files(self) -> Iterator[pa.RecordBatch]:
        for file in self._files:
            path = Path(self._readings.open(file))
            self._readings.count(file.item.size)
            constants = (*file.values, uri_of(file.item))
            try:
                for lines in read_lines(path, file.item.key):
                    shared = [pa.repeat(pa.scalar(v, pa.string()), len(lines)) for v in constants]
                    yield pa.record_batch([self._texts(lines), *shared], schema=self._schema)
            except (UnreadableFileError, OSError) as error:
                raise self._readings.fail(
                    f"HIVE_CURSOR_ERROR: Failed to read file at {uri_of(file.item)}: {error}"
                ) from error

    def _texts(self, lines: list[str]) -> pa.Array:
        if self._null not in lines:
            return pa.array(lines, pa.string())
        return pa.array([None if line == self._null else line for line in lines], pa.string())


def _require_lines(table: Table) -> None:
    """Refuse a text table whose rows are not whole lines, as the landing's are."""
    given = table.serde_parameters
    lines = given.get("field.delim") == "\n" and not given.keys() & _UNSUPPORTED
    if not lines or len(table.columns) != 1 or table.parameters.get(_HEADER, "0") != "0":
        raise refused(f"the text table {table.name}, whose rows are not whole lines")
