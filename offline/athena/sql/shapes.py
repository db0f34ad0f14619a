"""The columns of queries' results, worked out once for queries of the same shape."""

import re
from collections.abc import Hashable

import duckdb

Columns = list[tuple[str, str]]

# Dates, version ids, numbers as text: whatever they say, the result's types stay the same. A text
# that names types, such as a JSON format, begins otherwise.
_VALUES = re.compile(r"'[0-9][^'{}\"]*'")
_MOST_KNOWN = 512


class Shapes:
    """Describes queries; binding one with many macros takes DuckDB as long as running it."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Columns] = {}

    def describe(self, cursor: duckdb.DuckDBPyConnection, query: str, sources: Hashable) -> Columns:
        """Name and DuckDB type of each column; `sources` stands for the types of what it reads."""
        key = (_VALUES.sub("'0'", query), sources)
        if key not in self._known:
            described = cursor.execute(f"DESCRIBE {query}").fetchall()
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = [(row[0], row[1]) for row in described]
        return self._known[key]
