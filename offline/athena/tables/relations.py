"""Makes a Glue table, pruned for one mention of it, readable by DuckDB."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from springtide.sql.quoting import literal
from sqlglot import exp

from offline.athena.catalog.catalog import PATH, Column, Partition, Table, files_below, uri_of
from offline.athena.catalog.system_tables import Row
from offline.athena.files.parquet_types import columns as columns_of
from offline.athena.files.parquet_types import value
from offline.athena.files.readings import Readings, SourceFile
from offline.athena.files.text_lines import TextLines
from offline.athena.sql import rows
from offline.athena.sql.finding import find
from offline.athena.tables import pruning
from offline.athena.tables.projection import partitions as projected_partitions

_PATH_COLUMN = Column(PATH, "VARCHAR")
# Which of the reads of a table reads a file, and the file's place in it.
_PLACE_COLUMNS = (Column("$read", "BIGINT"), Column("$place", "BIGINT"))
# What DuckDB reads of files with a schema: asking it takes a millisecond.
_stored: dict[str, Mapping[str, tuple[str, Any]]] = {}


@dataclass(frozen=True)
class Reader:
    """Reads tables for one statement."""

    cursor: duckdb.DuckDBPyConnection
    readings: Readings
    used_columns: frozenset[str] | None  # None: all

    def create_view(self, name: str, table: Table, place: exp.Table) -> None:
        """Create a temporary view of the table, with what the statement can need of it here.

        Raises QueryFailed.
        """
        if table.rows is not None:
            self._typed(name, table.columns, table.rows)
            return
        files = self._files(table, place)
        if table.is_text:
            lines = TextLines(table, files, self.readings)
            if casts := rows.parsed_rows(place.root()):
                rows.note(casts, *lines.first_members())
            self._text(name, table, lines)
        elif full := [file for file in files if file.item.size]:
            self._parquet(name, table, full)
        else:
            self._typed(name, (*table.every, _PATH_COLUMN), ())

    def _files(self, table: Table, place: exp.Table) -> list[SourceFile]:
        keys = [key.name for key in table.keys]
        by_keys = pruning.predicate_over(place, keys) if keys else None
        if not keys:
            found = [Partition((), table.location)]
        elif table.is_projected:
            found = list(projected_partitions(table, by_keys, self._uris))
        else:
            found = list(table.partitions)
        kept = pruning.keep(self.cursor, table.keys, [item.values for item in found], by_keys)
        files = [
            SourceFile(item, found[at].values)
            for at in kept
            for item in files_below(self.readings.objects, found[at].location)
        ]
        by_path = pruning.predicate_over(place, [*keys, PATH])
        pruning.drop_settled(place, [*keys, PATH])
        if by_path is None or not _mentions_path(by_path):
            return files
        rows = [(*file.values, uri_of(file.item)) for file in files]
        columns = (*table.keys, _PATH_COLUMN)
        return [files[at] for at in pruning.keep(self.cursor, columns, rows, by_path)]

    def _uris(self, prefix: str) -> list[str]:
        folder = prefix[: prefix.rindex("/") + 1]
        return [uri_of(item) for item in files_below(self.readings.objects, folder)]

    def _typed(self, name: str, columns: Sequence[Column], rows: Sequence[Row]) -> None:
        select, values = pruning.typed(columns, rows)
        self.cursor.execute(f'CREATE TEMP TABLE "{name}" AS {select}', values)

    def _text(self, name: str, table: Table, lines: TextLines) -> None:
        self.cursor.register(f"{name}_lines", lines)
        casts = (
            f'TRY_CAST("{column.name}" AS {column.type}) AS "{column.name}"'
            for column in (*table.every, _PATH_COLUMN)
        )
        self._view(name, f'SELECT {", ".join(casts)} FROM "{name}_lines"')

    def _parquet(self, name: str, table: Table, files: list[SourceFile]) -> None:
        paths = [self.readings.open(file) for file in files]
        footers = [self._footer(file, path) for file, path in zip(files, paths, strict=True)]
        in_common = (*table.keys, _PATH_COLUMN)  # for all rows of a file
        shared = [f'f."{column.name}"' for column in in_common]
        rows: list[Row] = []
        selects = []
        for number, (schema, alike) in enumerate(_alike(footers).items()):
            rows += [
                (*files[at].values, uri_of(files[at].item), str(number), str(place))
                for place, at in enumerate(alike)
            ]
            listed = ", ".join(literal(paths[at]) for at in alike)
            source = f"read_parquet([{listed}], hive_partitioning=false)"
            if schema not in _stored:
                described = self.cursor.sql(f"SELECT * FROM {source}")
                found = list(zip(described.columns, described.types, strict=True))
                _stored[schema] = columns_of(found)
            columns = [_column(_stored[schema], column) for column in table.columns]
            selects.append(
                f"SELECT {', '.join([*columns, *shared])} FROM {source} r JOIN"
                f' "{name}_files" f ON f."$read" = {number} AND r.file_index = f."$place"'
            )
        self._typed(f"{name}_files", (*in_common, *_PLACE_COLUMNS), rows)
        self._view(name, " UNION ALL ".join(selects))
        self.readings.count(sum(map(self._column_bytes, footers)))

    def _footer(self, file: SourceFile, path: str) -> pq.FileMetaData:
        try:
            return pq.read_metadata(path)
        except (pa.ArrowException, OSError) as error:
            raise self.readings.fail(
                f"HIVE_BAD_DATA: Malformed Parquet file. {error} [{uri_of(file.item)}]"
            ) from error

    def _column_bytes(self, footer: pq.FileMetaData) -> int:
        """Return the compressed size of the columns that the statement uses."""
        chunks = [
            footer.row_group(group).column(at)
            for group in range(footer.num_row_groups)
            for at in range(footer.num_columns)
        ]
        return sum(item.total_compressed_size for item in chunks if self._uses(item.path_in_schema))

    def _uses(self, path: str) -> bool:
        if self.used_columns is None:
            return True
        around = accumulate(path.lower().split("."), "{}.{}".format)
        return not self.used_columns.isdisjoint(around)

    def _view(self, name: str, query: str) -> None:
        self.cursor.execute(f'CREATE TEMP VIEW "{name}" AS {query}')


def _alike(footers: Sequence[pq.FileMetaData]) -> dict[str, list[int]]:
    """The files, by position, that have the same columns, by the schema as pyarrow shows it."""
    groups: dict[str, list[int]] = {}
    for at, footer in enumerate(footers):
        _, _, shown = str(footer.schema).partition("\n")  # cuts off its memory address
        groups.setdefault(shown, []).append(at)
    return groups


def _column(stored: Mapping[str, tuple[str, Any]], column: Column) -> str:
    if column.name not in stored:
        return f'CAST(NULL AS {column.type}) AS "{column.name}"'
    name, found = stored[column.name]
    read = value(f'r."{name}"', column.name, found, column.hive_type)
    return f'{read} AS "{column.name}"'


def _mentions_path(predicate: exp.Expr) -> bool:
    return any(column.name == PATH for column in find(predicate, exp.Column))
