"""The members that a sample's documents have, by path, with their values."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from springtide.dataset.declaration import TIME_UNITS
from springtide.dataset.paths import read_path
from springtide.dataset.toml_tables import Reader
from springtide.model.errors import DataSetError

# An object with more different members than this is a map: its keys are values, not fields.
_MOST_MEMBERS = 40
_DEEPEST = 6
_ISO8601 = re.compile(
    r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?(?P<offset> ?([Zz]|[+-]\d\d(:?\d\d)?))?"
)
# Times as in Apache's logs, in mail and in prose, and ISO 8601 without its separators.
_MONTH = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_OTHER_TIME = re.compile(
    rf"(?i)\[?([a-z]+,? )?(\d{{1,4}}[-/. ](\d\d?|{_MONTH})[-/. ]\d{{2,4}}"
    rf"|{_MONTH} +\d\d?(,? \d{{4}})?)[ t:,]+\d\d?:\d\d.*|\d{{8}}t\d{{4}}.*"
)
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?")
# The share of values that may be odd, in a real landing, without changing the guess.
_ODD = 0.02
# From 1990 to 2090: a number outside is not a time.
_FIRST, _LAST = 631_152_000, 3_786_912_000
Path = tuple[str, ...]


@dataclass
class Member:
    """One path of the documents: how often it is present and not null, and its values."""

    path: Path
    present: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    # By document number.
    values: dict[int, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The path as a person writes it."""
        return ".".join(self.path)

    def only(self, *kinds: str) -> bool:
        """Tell whether there are values, and all are of these kinds."""
        return bool(self.kinds) and set(self.kinds) <= set(kinds)

    def texts(self) -> Iterator[str]:
        """Yield the values as text."""
        return (str(value) for value in self.values.values())


def members(documents: Iterable[Mapping[str, Any]]) -> list[Member]:
    """Return the members that may be fields, in the order of their first appearance.

    Objects are looked into; lists, and maps with changing keys, are not.
    """
    found: dict[Path, Member] = {}
    for number, document in enumerate(documents):
        _walk(found, (), number, document)
    for member in found.values():
        _leave_odd_out(member)
    return [member for path, member in found.items() if _is_field(found, path)]


def is_declarable(member: Member) -> bool:
    """Tell whether a declaration accepts the member's path."""
    try:
        read_path(Reader(""), "", "path", list(member.path))
        member.name.encode()  # half a surrogate pair cannot be written to a file
    except (DataSetError, UnicodeEncodeError):
        return False
    return True


def names_by_case(documents: Iterable[Mapping[str, Any]]) -> list[list[str]]:
    """Return groups of top-level names that differ only in case."""
    found: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for document in documents for name in document):
        found.setdefault(name.lower(), []).append(name)
    return [names for names in found.values() if len(names) > 1]


def _leave_odd_out(member: Member) -> None:
    """Remove values of other kinds than nearly all have."""
    groups = ({"whole"}, {"whole", "number"}, {"text"}, {"boolean"}, {"object"}, {"list"})
    for group in groups:
        fitting = sum(member.kinds[kind] for kind in group)
        if fitting >= (1 - _ODD) * member.present:
            member.kinds = Counter({k: n for k, n in member.kinds.items() if k in group})
            member.values = {n: v for n, v in member.values.items() if _kind(v) in group}
            return


def _walk(found: dict[Path, Member], path: Path, number: int, value: Any) -> None:
    if path:
        member = found.setdefault(path, Member(path))
        if value is None:
            return
        member.present += 1
        member.kinds[_kind(value)] += 1
        member.values[number] = value
    if isinstance(value, dict) and len(path) < _DEEPEST:
        for name, below in value.items():
            _walk(found, (*path, name), number, below)


def _kind(value: Any) -> str:
    names = {bool: "boolean", int: "whole", float: "number", str: "text", dict: "object"}
    return names.get(type(value), "list")


def _is_field(found: Mapping[Path, Member], path: Path) -> bool:
    """Whether the path ends here: a scalar, a list, a map, or a mixture."""
    above = (found[path[:depth]] for depth in range(1, len(path)))
    if not all(_is_structure(found, member) for member in above):
        return False
    return not _is_structure(found, found[path])


def _is_structure(found: Mapping[Path, Member], member: Member) -> bool:
    """Whether the member is an object of fields, which are looked at instead of it."""
    if not member.only("object") or len(member.path) >= _DEEPEST:
        return False
    depth = len(member.path)
    below = [m for p, m in found.items() if p[:depth] == member.path and len(p) == depth + 1]
    # Each key of a map is in few of the objects.
    rare = sum(each.present < member.present / 4 for each in below)
    return bool(below) and len(below) <= _MOST_MEMBERS and (len(below) < 4 or rare < len(below) / 2)


def time_format(member: Member) -> str | None:
    """Return the format in which the member may spell a time: iso8601, an epoch, or None."""
    iso8601 = (_ISO8601.fullmatch(text) is not None for text in member.texts())
    if member.only("text") and nearly_all(iso8601):
        return "iso8601"
    if not member.only("whole", "number", "text"):
        return None
    numbers = [_number(value) for value in member.values.values()]
    for name, units in TIME_UNITS.items():
        if nearly_all(_FIRST * units <= number <= _LAST * units for number in numbers):
            return name
    return None


def is_whole(member: Member) -> bool:
    """Tell whether nearly all values are whole numbers, and some are numbers rather than text."""
    whole = (re.fullmatch(r"-?[0-9]{1,18}", text) is not None for text in member.texts())
    return (
        member.kinds["whole"] > 0 and member.only("whole", "number", "text") and nearly_all(whole)
    )


def nearly_all(fits: Iterable[bool]) -> bool:
    """Tell whether there are any, and all but a few odd ones fit."""
    listed = list(fits)
    return bool(listed) and sum(listed) >= (1 - _ODD) * len(listed)


def _number(value: Any) -> Decimal:
    """A number, also from text; 0, which is no plausible epoch, if it is not one."""
    return Decimal(str(value) if re.fullmatch(r"[0-9]{1,20}([.][0-9]+)?", str(value)) else 0)


def time_of_another_form(member: Member) -> str | None:
    """Return an example that is not read, if the texts look like times of no supported format."""
    fits = (_OTHER_TIME.fullmatch(text) is not None for text in member.texts())
    if member.only("text") and nearly_all(fits) and time_format(member) is None:
        return next(text for text in member.texts() if not _ISO8601.fullmatch(text))
    return None


def without_offset(member: Member) -> str:
    """Return how many of its ISO 8601 times have no offset: all, some, or empty for none."""
    if time_format(member) != "iso8601":
        return ""
    found = (_ISO8601.fullmatch(text) for text in member.texts())
    named = [match["offset"] is not None for match in found if match]
    if nearly_all(named):
        return ""
    return "some" if any(named) else "all"


def moment(value: Any, format_: str) -> int | None:
    """Return a time in milliseconds, cut as a run does; UTC if it has no offset."""
    if format_ != "iso8601":
        return int(_number(value) * 1000 // TIME_UNITS[format_]) or None
    text = re.sub(r" (?=[Z+-])", "", str(value).upper())
    try:
        read = datetime.fromisoformat(text)
        since = (read if read.tzinfo else read.replace(tzinfo=UTC)) - datetime.fromtimestamp(0, UTC)
        return since // timedelta(milliseconds=1)
    except (ValueError, OverflowError):
        return None


def type_of(member: Member) -> tuple[str, str]:
    """Return the type of a member that is not a time, and a remark about it."""
    if member.only("boolean"):
        return "boolean", ""
    if member.only("whole"):
        if (kind := _whole_type(member.texts())) != "bigint":
            return kind, "beyond 64 bits" if kind != "double" else "beyond 38 digits: rounded"
        if {*member.values.values()} == {0, 1}:
            return "bigint", 'only 0 and 1: type boolean with true_values = ["1"] reads it too'
        return "bigint", ""
    if is_whole(member):
        return "bigint", "sometimes as text, or with a fraction, which is NULL"
    if member.only("whole", "number"):
        return "double", "decimal(p,s) keeps every digit"
    if member.only("text"):
        return _type_of_text(member)
    if member.only("whole", "number", "text") and nearly_all(
        _NUMBER.fullmatch(text) is not None for text in member.texts()
    ):
        return "double", "sometimes as text; decimal(p,s) keeps every digit"
    if not member.kinds:
        return "varchar", "null in every document of the sample: a guess"
    if member.only("list"):
        return "json", f"a list{_by_key(member)}"
    if member.only("object"):
        return "json", "an object whose members change"
    kinds = ", ".join(f"{kind}: {n:,}" for kind, n in member.kinds.most_common())
    return "json" if member.kinds["object"] or member.kinds["list"] else "varchar", kinds


def _whole_type(texts: Iterable[str]) -> str:
    """The smallest type that holds nearly all of these whole numbers."""
    values = [Decimal(text) for text in texts]
    for kind, end in (("bigint", 2**63), ("decimal(38,0)", 10**38)):
        if nearly_all(-end < value < end for value in values):
            return kind
    return "double"


def _by_key(member: Member) -> str:
    """The fields from a list of entries that one of their members names."""
    lists = (found for found in member.values.values() if isinstance(found, list))
    entries = [entry for found in lists for entry in found]
    for name in ("key", "name"):
        if entries and all(isinstance(e, dict) and isinstance(e.get(name), str) for e in entries):
            return f'; of one entry: path = [{_steps(member)}, {{ {name} = "…" }}, "…"]'
    return ""


def _steps(member: Member) -> str:
    return ", ".join(json.dumps(part, ensure_ascii=False) for part in member.path)


def _type_of_text(member: Member) -> tuple[str, str]:
    different = set(member.texts())
    if different <= {"true", "false"}:
        return "boolean", "written as text"
    if all(_DATE.fullmatch(text) for text in different):
        return "date", ""
    if all(re.fullmatch("[0-9]+", text) for text in different):
        kind = _whole_type(different)
        return "varchar", f"whole numbers written as text: {kind} reads them too"
    # 2.1 and 2.10 are one number, but two versions.
    if all(re.fullmatch(r"-?\d+(\.\d+)?", text) for text in different):
        return "varchar", "numbers written as text: decimal(p,s) reads them too"
    if nearly_all(map(_is_object, different)):
        return "varchar", f"JSON in a text: json_in = [{_steps(member)}] and a path open it"
    return "varchar", ""


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False
