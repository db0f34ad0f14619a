"""Makes a Glue table, pruned for one place in a statement, readable by DuckDB."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
from sqlglot import exp

from offline.athena.files.readings import Readings, SourceFile
from offline.athena.files.text_lines import TextLines
from offline.athena.tables import pruning
from offline.athena.tables.catalog import PATH, Column, Partition, Table, files_below, uri_of
from offline.athena.tables.projection import partitions as projected_partitions
from offline.athena.tables.system_tables import Row

_PATH_COLUMN = Column(PATH, "VARCHAR")


@dataclass(frozen=True)
class Reader:
    """Reads tables for one statement."""

    cursor: duckdb.DuckDBPyConnection
    readings: Readings
    used_columns: frozenset[str] | None  # None: all of them

    def create_view(self, name: str, table: Table, place: exp.Table) -> None:
        """Create a temporary view of the table with what the statement can need of it here.

        Raises QueryFailed.
        """
        if table.rows is not None:
            self._rows(name, table, table.rows)
            return
        files = self._files(table, place)
        if table.is_text:
            self._text(name, table, files)
        elif files:
            self._parquet(name, table, files)
        else:
            self._nothing(name, table)

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
        if by_path is None or not _mentions_path(by_path):
            return files
        rows = [(*file.values, uri_of(file.item)) for file in files]
        columns = (*table.keys, _PATH_COLUMN)
        return [files[at] for at in pruning.keep(self.cursor, columns, rows, by_path)]

    def _uris(self, prefix: str) -> list[str]:
        folder = prefix[: prefix.rindex("/") + 1]
        return [uri_of(item) for item in files_below(self.readings.objects, folder)]

    def _rows(self, name: str, table: Table, rows: Sequence[Row]) -> None:
        data = {
            column.name: pa.array([row[at] for row in rows], pa.string())
            for at, column in enumerate(table.columns)
        }
        self.cursor.register(f"{name}_rows", pa.table(data))
        casts = (
            f'CAST("{column.name}" AS {column.type}) AS "{column.name}"' for column in table.columns
        )
        self._view(name, f'SELECT {", ".join(casts)} FROM "{name}_rows"')

    def _text(self, name: str, table: Table, files: list[SourceFile]) -> None:
        lines = TextLines(table, files, self.readings)
        self.cursor.register(f"{name}_lines", lines)
        casts = (
            f'TRY_CAST("{column.name}" AS {column.type}) AS "{column.name}"'
            for column in (*table.columns, *table.keys, _PATH_COLUMN)
        )
        self._view(name, f'SELECT {", ".join(casts)} FROM "{name}_lines"')

    def _parquet(self, name: str, table: Table, files: list[SourceFile]) -> None:
        full = [file for file in files if file.item.size]
        if not full:
            self._nothing(name, table)
            return
        paths = [self.readings.open(file) for file in full]
        listed = ", ".join(_quote(path) for path in paths)
        source = f"read_parquet([{listed}], union_by_name=true, hive_partitioning=false)"
        described = self.cursor.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
        stored = {row[0].lower(): row[0] for row in described}
        columns = [
            f'CAST(r."{stored[column.name]}" AS {column.type}) AS "{column.name}"'
            if column.name in stored
            else f'CAST(NULL AS {column.type}) AS "{column.name}"'
            for column in table.columns
        ]
        self._index_files(f"{name}_files", table, full)
        columns += [f'f."{column.name}"' for column in (*table.keys, _PATH_COLUMN)]
        self._view(
            name,
            f"SELECT {', '.join(columns)} FROM {source} r "
            f'JOIN "{name}_files" f ON r.file_index = f."$index"',
        )
        self.readings.count(self._column_bytes(listed))

    def _index_files(self, name: str, table: Table, files: Sequence[SourceFile]) -> None:
        """Create a table that says for each file, by position, what its rows have in common."""
        keys = [[file.values[at] for file in files] for at in range(len(table.keys))]
        values = [list(range(len(files))), *keys, [uri_of(file.item) for file in files]]
        casts = ", ".join(
            f'CAST(unnest(${at}::varchar[]) AS {column.type}) AS "{column.name}"'
            for at, column in enumerate((*table.keys, _PATH_COLUMN), 2)
        )
        self.cursor.execute(
            f'CREATE TEMP TABLE "{name}" AS SELECT unnest($1::bigint[]) AS "$index", {casts}',
            values,
        )

    def _column_bytes(self, listed: str) -> int:
        """Return the compressed size of the columns that the statement uses."""
        rows = self.cursor.execute(
            "SELECT lower(split_part(path_in_schema, ', ', 1)), sum(total_compressed_size) "
            f"FROM parquet_metadata([{listed}]) GROUP BY 1"
        ).fetchall()
        used = self.used_columns
        return int(sum(size for name, size in rows if used is None or name in used))

    def _nothing(self, name: str, table: Table) -> None:
        columns = (
            f'CAST(NULL AS {column.type}) AS "{column.name}"'
            for column in (*table.columns, *table.keys, _PATH_COLUMN)
        )
        self._view(name, f"SELECT {', '.join(columns)} WHERE false")

    def _view(self, name: str, query: str) -> None:
        self.cursor.execute(f'CREATE TEMP VIEW "{name}" AS {query}')


def _mentions_path(predicate: exp.Expr) -> bool:
    return any(column.name == PATH for column in predicate.find_all(exp.Column))


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
