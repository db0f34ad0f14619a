"""Reads how the files of a landing folder are laid out."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from springtide.dataset.layout import Layout
from springtide.model.arrival import FIRST_ARRIVAL_HOUR, ArrivalHour

from cli.errors import CommandError
from offline.files_below import files_below

# Defaults of the template's parameters for a folder. Its files no longer change, so an arrival hour
# counts as soon as it is over. Each slice merges the event hours of late rows again, so few large
# ones take less time; 13 million lines in one still fit into DuckDB's memory.
OF_A_FOLDER = {"SettleMinutes": "0", "MaxSliceBytes": "1000000000"}
_NAMED = 5  # the most files that a message names
FOLDERS = "Files must lie in a folder for each hour or day of their arrival"


@dataclass(frozen=True)
class LandingFolder:
    """A folder of landing files: `prefix` is empty or ends in a slash."""

    folder: Path
    prefix: str
    layout: Layout
    files: int
    hours: tuple[ArrivalHour, ...]  # in order
    ignored: tuple[str, ...]  # hidden files outside the hours' folders
    # Folders with years of their own beside the landing's, such as Firehose's error prefix, and
    # their files.
    beside: tuple[tuple[str, int], ...] = ()
    outside: tuple[str, ...] = ()  # other files outside the layout

    @property
    def root(self) -> Path:
        """The folder in which the layout begins."""
        return self.folder / self.prefix

    def hours_not_over(self, now: datetime) -> list[ArrivalHour]:
        """Return the arrival hours that are not over yet, or have not begun."""
        return [hour for hour in self.hours if hour > self.layout.newest(now)]


def read_landing(folder: Path, layout: Layout, *, may_be_empty: bool = False) -> LandingFolder:
    """Return the folder's prefix and arrival hours.

    A folder that may be empty, and is, has no prefix. Raises CommandError if it holds no landing
    files, or several prefixes, and OSError for a folder in it that cannot be read.
    """
    if not folder.is_dir():
        wrong = "is a file; give a folder" if folder.exists() else "no such folder"
        raise CommandError(f"--landing {folder}: {wrong}")
    hours: dict[str, set[ArrivalHour]] = {}
    files: Counter[str] = Counter()
    strays, ignored = [], []
    examples: dict[str, str] = {}
    in_layout = re.compile(rf"((?:[^/]+/)*?){layout.pattern}.+", re.DOTALL)
    for path in files_below(folder):
        name = path.relative_to(folder).as_posix()
        # A file that would not become an object is refused, and not left out silently.
        if not path.is_file():
            raise CommandError(
                f"--landing {folder}: {_spelled(name)} is not a file: links to folders, broken"
                " links and devices are not followed. Put the files themselves there."
            )
        check_name(f"--landing {folder}", name)
        found = in_layout.fullmatch(name)
        hour = layout.hour_of(found[2]) if found else None
        if found and hour and hour >= FIRST_ARRIVAL_HOUR:
            files[found[1]] += 1
            hours.setdefault(found[1], set()).add(hour)
            examples.setdefault(found[1], name)
        elif any(part.startswith(".") for part in name.split("/")):
            ignored.append(name)
        else:
            strays.append(name)
    beside = _error_prefixes(list(examples))
    if may_be_empty and not examples and not strays:
        return LandingFolder(folder, "", layout, 0, (), tuple(ignored))
    _check(folder, layout, {p: n for p, n in examples.items() if p not in beside}, strays)
    (prefix,) = examples.keys() - beside
    return LandingFolder(
        folder,
        prefix,
        layout,
        files[prefix],
        tuple(sorted(hours[prefix])),
        tuple(ignored),
        tuple((each, files[each]) for each in sorted(beside)),
        tuple(strays),
    )


def _error_prefixes(prefixes: list[str]) -> set[str]:
    """The folders above years to which Firehose has written errors.

    It names them by the type of the error, such as processing-failed and format-conversion-failed
    (docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html, firehose:error-output-type).
    """
    errors = {p for p in prefixes if any(part.endswith("-failed") for part in p.split("/"))}
    return errors if len(errors) < len(prefixes) else set()


def check_name(option: str, name: str) -> None:
    """Raise CommandError for a file's name that is not UTF-8, which no object can have."""
    if _spelled(name) != name:
        raise CommandError(
            f"{option}: {_spelled(name)} is not a UTF-8 name, which S3 needs; rename it"
        )


def _spelled(name: str) -> str:
    return name.encode(errors="backslashreplace").decode()


def _check(folder: Path, layout: Layout, prefixes: dict[str, str], strays: list[str]) -> None:
    if not prefixes:
        seen = f"; it holds {len(strays):,} others: {_some(strays)}" if strays else ""
        raise CommandError(
            f"--landing {folder}: no files in the layout {layout}, the time in which they arrived;"
            f" folders above may be there too{seen}. {FOLDERS}; another layout of these is declared"
            " in [landing] of the data set"
        )
    if len(prefixes) > 1:
        examples = _some(list(prefixes.values()))
        raise CommandError(
            f"--landing {folder}: years lie below {len(prefixes)} different folders: {examples}."
            " Give the folder of one data set, or declare the folders that vary in [landing]."
        )
    (prefix,) = prefixes
    if re.search(r"\s", prefix):
        raise CommandError(
            f"--landing {folder}: the folder {prefix!r} above the years has white space in its"
            " name, which a landing prefix may not have; rename it"
        )


def _some(names: list[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")
