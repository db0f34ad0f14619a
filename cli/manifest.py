"""What earlier exports wrote below --out, so that changes by others are seen."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_FILE = "exported.json"
_HIDDEN = (".", "_")  # what Hive, Spark and DuckDB's readers pass over in a partition's folder


@dataclass(frozen=True)
class Partition:
    """A folder as it was written: whence, and its files with their sizes and times."""

    location: str
    files: dict[str, list[int]]


def file_stamps(folder: Path) -> dict[str, list[int]]:
    """Return size in bytes and time of change in nanoseconds of the files that readers see."""
    found = {}
    for file in sorted(folder.iterdir()):
        if _is_shown(file):
            stat = file.stat()
            found[file.name] = [stat.st_size, stat.st_mtime_ns]
    return found


def _is_shown(file: Path) -> bool:
    return file.is_file() and not file.name.startswith(_HIDDEN)


class Manifest:
    """The folders of an export; a file that cannot be read counts as none, and all is rewritten."""

    def __init__(self, file: Path, known: dict[str, Partition], begun: Mapping[str, Any]) -> None:
        self._file = file
        self.known = known
        self._begun = dict(begun)  # names by folder, of an export that may not have ended

    @classmethod
    def read(cls, home: Path) -> "Manifest":
        """Read the manifest of a state's folder."""
        file = home / _FILE
        try:
            document = json.loads(file.read_bytes())
            known = {name: Partition(**entry) for name, entry in document["folders"].items()}
            return cls(file, known, document["begun"])
        except (FileNotFoundError, ValueError, LookupError, TypeError, AttributeError):
            return cls(file, {}, {})

    def shows(self, out: Path, folder: str, location: str) -> bool:
        """Tell whether a folder is there, from that location and as it was written."""
        known, target = self.known.get(folder), out / folder
        if known is None or known.location != location or not target.is_dir():
            return False
        return file_stamps(target) == known.files

    def foreign(self, out: Path, tables: Iterable[str]) -> list[str]:
        """Return the files below some tables' folders that no export wrote or is about to."""
        ours = {f"{folder}/{name}" for folder, names in self._begun.items() for name in names}
        ours |= {f"{folder}/{name}" for folder, each in self.known.items() for name in each.files}
        files = (file for table in tables for file in (out / table).rglob("*") if _is_shown(file))
        return sorted({file.relative_to(out).as_posix() for file in files} - ours)

    def begin(self, changed: Mapping[str, list[str]]) -> None:
        """Note what is about to be written, so that an export after a cut knows it as its own."""
        for folder, names in changed.items():
            self._begun[folder] = [*self._begun.get(folder, ()), *names]
        self._write()

    def end(self, wanted: Iterable[str]) -> None:
        """Note that the folders are these, all of them written."""
        self.known = {folder: self.known[folder] for folder in wanted}
        self._begun = {}
        self._write()

    def _write(self) -> None:
        folders = {name: asdict(partition) for name, partition in self.known.items()}
        part = self._file.with_name(f".{_FILE}")
        part.write_text(json.dumps({"folders": folders, "begun": self._begun}, indent=1))
        part.replace(self._file)
