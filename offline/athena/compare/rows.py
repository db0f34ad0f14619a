"""Compares two results as multisets of rows."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import duckdb
from springtide.sql.quoting import literal

from offline.athena.files.values import as_text
from offline.athena.interface import Rows, Written
from offline.s3.objects import Objects

TextRow = tuple[str | None, ...]

# The target may lie below folders that look like a partition's.
_OPTIONS = "hive_partitioning = false"


@dataclass(frozen=True)
class Comparison:
    """One statement on both engines: rows that only one of them has, and why only one failed.

    `key` is a writing statement's id, or a query's text. Values are text, as in results.
    """

    key: str
    columns: tuple[str, ...] = ()
    rows: int = 0
    only_first: tuple[TextRow, ...] = ()
    only_second: tuple[TextRow, ...] = ()
    problem: str | None = None

    @property
    def differs(self) -> bool:
        """Whether the engines disagree."""
        return bool(self.problem or self.only_first or self.only_second)


@dataclass(frozen=True)
class Table:
    """Rows as text, and which columns are doubles."""

    columns: tuple[str, ...]
    doubles: tuple[bool, ...]
    rows: list[TextRow]


def of_rows(found: Rows) -> Table:
    """Return a query's rows as text."""
    kinds = [kind for _, kind in found.columns]
    rows = [
        tuple(as_text(value, kind) for value, kind in zip(row, kinds, strict=True))
        for row in found.rows
    ]
    names = tuple(name for name, _ in found.columns)
    return Table(names, tuple(kind in ("double", "float") for kind in kinds), rows)


def of_files(objects: Objects, target: str, written: Written) -> Table:
    """Read the Parquet files below a target; a partition's folder becomes another column."""
    queries = []
    for uri in written.uris:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        folders = uri.removeprefix(target).rpartition("/")[0]
        source = f"read_parquet({literal(str(objects.path(bucket, key)))}, {_OPTIONS})"
        queries.append(f'SELECT *, {literal(folders)} AS "$partition" FROM {source}')
    if not queries:
        return Table((), (), [])
    with duckdb.connect() as connection:
        read = " UNION ALL BY NAME ".join(queries)
        connection.execute(f"CREATE TEMP TABLE found AS {read}")
        described = connection.execute("DESCRIBE found").fetchall()
        texts = ", ".join(f'CAST("{row[0]}" AS VARCHAR)' for row in described)
        rows = connection.execute(f"SELECT {texts} FROM found").fetchall()
    names = tuple(row[0] for row in described)
    return Table(names, tuple(row[1] in ("DOUBLE", "FLOAT") for row in described), rows)


def compare(first: Table, second: Table, tolerance: float) -> Comparison:
    """Compare rows as multisets."""
    if first.rows and second.rows and first.columns != second.columns:
        problem = f"columns: embedded {first.columns}; Trino {second.columns}"
        return Comparison("", problem=problem)
    counted = Counter(first.rows), Counter(second.rows)
    ours = list((counted[0] - counted[1]).elements())
    theirs = list((counted[1] - counted[0]).elements())
    if tolerance:
        ours, theirs = _unlike(ours, theirs, first.doubles, tolerance)
    columns = first.columns or second.columns
    return Comparison("", columns, len(first.rows), _sorted(ours), _sorted(theirs))


def _sorted(rows: Iterable[TextRow]) -> tuple[TextRow, ...]:
    return tuple(sorted(rows, key=lambda row: [cell or "" for cell in row]))


def _unlike(
    ours: list[TextRow], theirs: list[TextRow], doubles: Sequence[bool], tolerance: float
) -> tuple[list[TextRow], list[TextRow]]:
    """Drop pairs of rows whose doubles are close and whose other values are equal."""

    def all_else(row: TextRow) -> TextRow:
        return tuple(
            None if double and cell is not None else f"={cell}"
            for cell, double in zip(row, doubles, strict=True)
        )

    def close(a: TextRow, b: TextRow) -> bool:
        return all(
            math.isclose(float(x), float(y), rel_tol=tolerance, abs_tol=tolerance) or x == y
            for x, y, double in zip(a, b, doubles, strict=True)
            if double and x is not None and y is not None
        )

    waiting: dict[TextRow, list[TextRow]] = defaultdict(list)
    for row in theirs:
        waiting[all_else(row)].append(row)
    left = []
    for row in ours:
        candidates = waiting[all_else(row)]
        partner = next((item for item in candidates if close(row, item)), None)
        if partner is None:
            left.append(row)
        else:
            candidates.remove(partner)
    return left, [row for rows in waiting.values() for row in rows]
