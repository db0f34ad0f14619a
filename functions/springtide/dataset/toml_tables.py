"""Reads values out of TOML tables with errors that name the file and the place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from springtide.model.errors import DataSetError
from springtide.model.wording import shown

# What a message calls a type.
_KINDS = {str: "text", int: "whole number", list: "list", dict: "table"}


class Reader:
    """One file's tables; every method raises DataSetError for what does not fit."""

    def __init__(self, file: str) -> None:
        self.file = file

    def error(self, where: str, what: str) -> DataSetError:
        """The error that says what is wrong at a place."""
        return DataSetError(f"{self.file}: {where}: {what}")

    def only(self, table: Mapping[str, Any], where: str, allowed: set[str]) -> None:
        """Passes a table that has no other names than those."""
        unknown = sorted(set(table) - allowed)
        if unknown:
            raise self.error(
                where or "top level", f"unknown {shown(unknown)}; there are {sorted(allowed)}"
            )

    def table(self, document: Mapping[str, Any], name: str, allowed: set[str]) -> Mapping[str, Any]:
        """A table of the document, with no other names than those."""
        table: Mapping[str, Any] = self.get(document, "", name, dict)
        self.only(table, name, allowed)
        return table

    def get(self, table: Mapping[str, Any], where: str, name: str, kind: type) -> Any:
        """A value that has to be there, and of that kind."""
        place = f"{where}.{name}" if where else name
        if name not in table:
            raise self.error(place, "is missing")
        value = table[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(place, f"{shown(value)} is not a {_KINDS[kind]}")
        return value

    def tables(
        self, document: Mapping[str, Any], name: str, where: str = ""
    ) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """The entries of a list of tables, none where it is not declared, by their numbers."""
        if name not in document and name != "fields":
            return
        for index, entry in enumerate(self.get(document, where, name, list)):
            if not isinstance(entry, dict):
                place = f"{where}.{name}" if where else name
                raise self.error(f"{place}[{index}]", f"{shown(entry)} is not a table")
            yield index, entry

    def names(self, table: Mapping[str, Any], where: str, name: str) -> tuple[str, ...]:
        """A list of names, each once."""
        found = self.get(table, where, name, list)
        place = f"{where}.{name}"
        for each in found:
            if not isinstance(each, str):
                raise self.error(place, f"{shown(each)} is not a text")
            if found.count(each) > 1:
                raise self.error(place, f"{shown(each)} stands there twice")
        return tuple(found)

    def text(self, table: Mapping[str, Any], where: str, name: str) -> str:
        """A text that need not be declared."""
        return str(self.get(table, where, name, str)) if name in table else ""

    def within(self, place: str, value: int, most: int) -> None:
        """Passes a whole number from 0 to `most`."""
        if not 0 <= value <= most:
            raise self.error(place, f"{shown(value)} is not between 0 and {most}")
