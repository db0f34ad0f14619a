"""What is the same for all queries of one shape, worked out once."""

import re
from collections.abc import Callable, Hashable

import duckdb

Columns = list[tuple[str, str]]

# Dates, version ids, numbers as text: whatever they say, the result's types stay the same. A text
# that names types, such as a JSON format, begins otherwise.
_VALUES = re.compile(r"'[0-9][^'{}\"]*'")
_MOST_KNOWN = 512


class Shapes:
    """Queries seen before: whether they passed the checks, and the columns of their results.

    Checking a query, or binding one with many macros, takes as long as running it over a few rows.
    """

    def __init__(self) -> None:
        self._known: dict[Hashable, Columns] = {}
        self._passed: set[Hashable] = set()

    def once(self, query: str, sources: Hashable, check: Callable[[], None]) -> None:
        """Do the check, unless a query of this shape has passed it; `sources` as in `describe`."""
        key = (_VALUES.sub("'0'", query), sources)
        if key not in self._passed:
            check()
            if len(self._passed) >= _MOST_KNOWN:
                self._passed.clear()
            self._passed.add(key)

    def describe(self, cursor: duckdb.DuckDBPyConnection, query: str, sources: Hashable) -> Columns:
        """Name and DuckDB type of each column; `sources` stands for the types of what it reads."""
        key = (_VALUES.sub("'0'", query), sources)
        if key not in self._known:
            described = cursor.execute(f"DESCRIBE {query}").fetchall()
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[key] = [(row[0], row[1]) for row in described]
        return self._known[key]
