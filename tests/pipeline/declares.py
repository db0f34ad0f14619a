"""Data sets that tests declare, and that every step then uses."""

from pathlib import Path

import pytest
from springtide.dataset import loading
from springtide.dataset.declaration import DataSet

from tests.files import put

_load = loading.load


def use(patch: pytest.MonkeyPatch, name: str, folder: Path) -> DataSet:
    """Has every step use this data set, whatever name it looks for."""
    patch.setattr(loading, "load", lambda *_: _load(name, folder))
    return _load(name, folder)


class Declares:
    """Writes declarations, each in a folder of its own, and has every step use the newest."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._folder, self._patch, self._number = folder, patch, 0

    def __call__(self, name: str, declaration: str, **sql: str) -> DataSet:
        """Declares a data set with these files of SQL, by their names without the ending."""
        self._number += 1
        folder = self._folder / str(self._number)
        put(folder / name / "dataset.toml", declaration)
        for file, text in sql.items():
            put(folder / name / f"{file}.sql", text)
        return use(self._patch, name, folder)
