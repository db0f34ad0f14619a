"""The record of what earlier exports wrote below --out, to detect changes by others."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from offline.json_shape import fits

_FILE = "exported.json"
_SHAPE = {
    "folders": {str: {"location": str, "files": {str: [int]}}},
    "begun": {str: [str]},
}
_HIDDEN = (".", "_")  # files that Hive, Spark and DuckDB ignore in a partition's folder


@dataclass(frozen=True)
class Partition:
    """A folder as it was written: its source, and its files with sizes and times."""

    location: str
    files: dict[str, list[int]]


def file_stamps(folder: Path) -> dict[str, list[int]]:
    """Return size in bytes and modification time in nanoseconds of the files that readers see."""
    found = {}
    for file in sorted(folder.iterdir()):
        if _is_shown(file):
            stat = file.stat()
            found[file.name] = [stat.st_size, stat.st_mtime_ns]
    return found


def _is_shown(file: Path) -> bool:
    return file.is_file() and not file.name.startswith(_HIDDEN)


class Manifest:
    """The folders of an export; an unreadable one counts as empty, so all is rewritten."""

    def __init__(self, file: Path, known: dict[str, Partition], begun: Mapping[str, Any]) -> None:
        self._file = file
        self.known = known
        self._begun = dict(begun)  # file names by folder, of an export that may not have ended

    @classmethod
    def read(cls, home: Path) -> "Manifest":
        """Read the manifest in a state's folder."""
        file = home / _FILE
        try:
            document = json.loads(file.read_bytes())
        except (FileNotFoundError, ValueError):
            document = None
        if not fits(document, _SHAPE):
            return cls(file, {}, {})
        known = {
            name: Partition(entry["location"], entry["files"])
            for name, entry in document["folders"].items()
        }
        return cls(file, known, document["begun"])

    def shows(self, out: Path, folder: str, location: str) -> bool:
        """Tell whether a folder exists, from that location and unchanged."""
        known, target = self.known.get(folder), out / folder
        if known is None or known.location != location or not target.is_dir():
            return False
        return file_stamps(target) == known.files

    def foreign(self, out: Path, tables: Iterable[str]) -> list[str]:
        """Return the files below some tables' folders that no export wrote or is about to write."""
        ours = {f"{folder}/{name}" for folder, names in self._begun.items() for name in names}
        ours |= {f"{folder}/{name}" for folder, each in self.known.items() for name in each.files}
        files = (file for table in tables for file in (out / table).rglob("*") if _is_shown(file))
        return sorted({file.relative_to(out).as_posix() for file in files} - ours)

    def begin(self, changed: Mapping[str, list[str]]) -> None:
        """Record what is about to be written, so that after a crash it is known as an export's."""
        for folder, names in changed.items():
            self._begun[folder] = [*self._begun.get(folder, ()), *names]
        self._write()

    def end(self, wanted: Iterable[str]) -> None:
        """Record that these folders are written completely."""
        self.known = {folder: self.known[folder] for folder in wanted}
        self._begun = {}
        self._write()

    def _write(self) -> None:
        folders = {name: asdict(partition) for name, partition in self.known.items()}
        part = self._file.with_name(f".{_FILE}")
        part.write_text(json.dumps({"folders": folders, "begun": self._begun}, indent=1))
        part.replace(self._file)
