"""Reads values from TOML tables; errors name the file and the place."""

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from springtide.model.errors import DataSetError
from springtide.model.wording import shown

T = TypeVar("T")

# A column's name: Glue's limit is 255, and a name of Springtide's own may be added to it.
NAME = re.compile(r"[a-z][a-z0-9_]{0,127}")
NAMES_ARE = "a name is lower-case letters, digits and underscores, a letter first, 128 at most"
# A type's name in messages.
_KINDS = {str: "text", int: "whole number", bool: "truth value", list: "list", dict: "table"}


# A place in the file: names of tables, with an entry's number after a list of tables.
Place = tuple[str | int, ...]
_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")


class ReportedError(DataSetError):
    """A value cannot be read because of a mistake that is already reported."""


class Reader:
    """The tables of one file; every method raises DataSetError for a value that does not fit.

    `found` are the mistakes of reads that were only attempted.
    """

    def __init__(self, file: str, text: str = "") -> None:
        self.file = file
        self.found: list[str] = []
        self._entry: Place = ()
        self._lines = _line_numbers(text)

    def error(self, where: str, what: str) -> DataSetError:
        """The error that says what is wrong at a place, with the line of the file."""
        named: Place = tuple(where.split("."))
        places = [
            (*self._entry, named[-1]), (*self._entry, what.split(" ")[0]), self._entry or named,
            named, named[:1],
        ]  # fmt: skip
        line = next((self._lines[place] for place in places if place in self._lines), 1)
        return DataSetError(f"{self.file}:{line}: {where}: {what}")

    def attempt(self, read: Callable[[], T]) -> T | None:
        """What `read` returns; None if it raises for a mistake, which is kept in `found`."""
        try:
            return read()
        except ReportedError:
            return None
        except DataSetError as err:
            self.found.append(str(err))
            return None

    def each(
        self,
        document: Mapping[str, Any],
        name: str,
        read: Callable[[int, Mapping[str, Any]], T],
    ) -> tuple[T, ...]:
        """What `read` returns for each entry of a list of tables, except those with mistakes."""
        entries = self.tables(document, name)
        read_all = lambda: [self.attempt(lambda: read(*entry)) for entry in entries]  # noqa: B023, E731
        return tuple(value for value in self.attempt(read_all) or [] if value is not None)

    def only(self, table: Mapping[str, Any], where: str, allowed: set[str]) -> None:
        """The table, if it has no other names than those allowed."""
        unknown = sorted(set(table) - allowed)
        if unknown:
            raise self.error(
                where or "top level", f"unknown {shown(unknown)}; there are {sorted(allowed)}"
            )

    def table(self, document: Mapping[str, Any], name: str, allowed: set[str]) -> Mapping[str, Any]:
        """A table of the document, if it has no other names than those allowed."""
        table: Mapping[str, Any] = self.get(document, "", name, dict)
        self.only(table, name, allowed)
        return table

    def get(
        self, table: Mapping[str, Any], where: str, name: str, kind: type, usual: Any = None
    ) -> Any:
        """A value of the kind; it is required unless there is a `usual` one."""
        place = f"{where}.{name}" if where else name
        if name not in table and usual is not None:
            return usual
        if name not in table:
            raise self.error(place, "is missing")
        value = table[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(place, f"{shown(value)} is not a {_KINDS[kind]}")
        return value

    def tables(
        self, document: Mapping[str, Any], name: str, where: str = ""
    ) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """The entries of a list of tables by their numbers; empty if it is not declared."""
        if name not in document and name != "fields":
            return
        outer = self._entry
        for index, entry in enumerate(self.get(document, where, name, list)):
            self._entry = (*outer, name, index)
            if not isinstance(entry, dict):
                place = f"{where}.{name}" if where else name
                raise self.error(f"{place}[{index}]", f"{shown(entry)} is not a table")
            yield index, entry
        self._entry = outer

    def names(self, table: Mapping[str, Any], where: str, name: str) -> tuple[str, ...]:
        """A list of names without repeats."""
        found = self.get(table, where, name, list)
        place = f"{where}.{name}"
        for each in found:
            if not isinstance(each, str):
                raise self.error(place, f"{shown(each)} is not a text")
            if found.count(each) > 1:
                raise self.error(place, f"{shown(each)} stands there twice")
        return tuple(found)

    def text(self, table: Mapping[str, Any], where: str, name: str) -> str:
        """An optional text."""
        return str(self.get(table, where, name, str, ""))

    def within(self, place: str, value: int, most: int) -> None:
        """The value, if it is a whole number from 0 to `most`."""
        if not 0 <= value <= most:
            raise self.error(place, f"{shown(value)} is not between 0 and {most}")


def read_toml(file: Path) -> tuple[Mapping[str, Any], Reader]:
    """The parsed document of a file, and a reader of its tables; raises DataSetError."""
    try:
        text = file.read_text(encoding="utf-8-sig")  # some editors write a byte order mark
        document = tomllib.loads(text)
    except UnicodeDecodeError as err:
        line_number = err.object.count(b"\n", 0, err.start) + 1
        raise DataSetError(
            f"{file}:{line_number}: byte {err.object[err.start]:#x} is not UTF-8: save the file as"
            " UTF-8"
        ) from err
    except ValueError as err:
        line = re.search(r"\(at line (\d+)", str(err))
        raise DataSetError(f"{file}:{line[1] if line else 1}: {err}") from err
    return document, Reader(str(file), text)


def _line_numbers(text: str) -> dict[Place, int]:
    """The line of each header and key of a TOML file, from 1; multi-line strings are skipped."""
    numbers: dict[Place, int] = {}
    entries: Counter[Place] = Counter()
    place: Place = ()
    within = False
    for number, line in enumerate(text.splitlines(), 1):
        was_within = within
        within ^= (line.count('"""') + line.count("'''")) % 2 == 1
        if was_within:
            continue
        if header := _HEADER.match(line):
            place = ()
            *outer, last = header[2].split(".")
            for name in outer:
                # Keys below a list of tables belong to its newest entry.
                place = (*place, name)
                if entries[place]:
                    place = (*place, entries[place] - 1)
            place = (*place, last)
            if header[1] == "[[":
                entries[place] += 1
                place = (*place, entries[place] - 1)
            numbers[place] = number
        elif key := _KEY.match(line):
            numbers.setdefault((*place, key[1]), number)
    return numbers
