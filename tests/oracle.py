"""What a run over a landing folder must publish: the traffic data set's rules in plain Python.

It shares no code with the product and uses no SQL, so that a mistake cannot be on both sides.
"""

import json
import math
import re
import zlib
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

REVISION = "tijd_laatst_gewijzigd"
EVENT_TIME = "tijd_waarneming"
KEY = "unieke_id"
CLASS_FIELDS = [
    f"{measure}_klasse{number}"
    for number in range(1, 6)
    for measure in (
        "verkeersintensiteit",
        "voertuigsnelheid_rekenkundig",
        "voertuigsnelheid_harmonisch",
    )
]
PAYLOAD = [
    "beschrijvende_id",
    KEY,
    "lve_nr",
    EVENT_TIME,
    REVISION,
    "actueel_publicatie",
    "beschikbaar",
    "defect",
    "geldig",
    *CLASS_FIELDS,
    "rekendata_bezettingsgraad",
    "rekendata_beschikbaarheidsgraad",
    "rekendata_onrustigheid",
]
EVENT_COLUMNS = [*PAYLOAD, "event_time", "arrival_hour", "source_path"]
REASONS = ("malformed", "missing_key", "missing_event_time", "too_old", "in_future")

TOO_OLD = timedelta(days=35)  # before the arrival hour's start
IN_FUTURE = timedelta(hours=1)  # after the arrival hour's end

Row = dict[str, Any]
Key = tuple[int, datetime]


class Rejected(NamedTuple):
    """A line that is no event: `raw` is the line as it was, without its ending."""

    source: str
    reason: str
    raw: bytes


@dataclass
class Expected:
    """The outcome of a landing folder; sources are paths relative to it; times are naive UTC."""

    events: dict[Key, Row] = field(default_factory=dict)
    quarantine: list[Rejected] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    # Accepted lines, copies included, whose event hour lies before their arrival hour, by age.
    late: Counter[str] = field(default_factory=Counter)
    lines: int = 0

    @property
    def distinct(self) -> int:
        return len(self.events)

    @property
    def duplicates(self) -> int:
        return self.lines - len(self.events) - len(self.quarantine)

    @property
    def rejected(self) -> dict[str, int]:
        return dict(Counter(line.reason for line in self.quarantine))


def expect(landing: Path) -> Expected:
    """Return what a run over every object of the landing folder must come to.

    Raises ValueError for a file that does not lie in a folder of an arrival hour.
    """
    expected = Expected()
    for path in sorted(p for p in landing.rglob("*") if p.is_file()):
        source = path.relative_to(landing).as_posix()
        arrival, name = _place(source)
        data = _content(path, name)
        if data is None:
            expected.unread.add(source)
            continue
        for raw in split_lines(data):
            expected.lines += 1
            outcome = judge(raw, arrival)
            if isinstance(outcome, str):
                expected.quarantine.append(Rejected(source, outcome, raw))
            else:
                row = outcome | {"arrival_hour": f"{arrival:%Y-%m-%dT%H}", "source_path": source}
                _merge(expected.events, row)
                expected.late.update(late_class(row["event_time"], arrival))
    return expected


def late_class(event_time: datetime, arrival: datetime) -> list[str]:
    """Return the class of an event by the hours from its own to that of its arrival, if late."""
    event_hour = event_time.replace(minute=0, second=0, microsecond=0)
    hours = (arrival - event_hour) // timedelta(hours=1)
    if hours <= 0:
        return []
    for limit, age in ((1, "1h"), (6, "6h"), (24, "24h"), (7 * 24, "7d")):
        if hours <= limit:
            return [age]
    return ["older"]


def split_lines(data: bytes) -> list[bytes]:
    r"""Return the lines of an object: they end at \n, \r\n or a lone \r, the last perhaps not."""
    lines = re.split(rb"\r\n|\n|\r", data.removeprefix(b"\xef\xbb\xbf"))
    return lines if lines[-1] else lines[:-1]


def judge(raw: bytes, arrival: datetime) -> Row | str:
    """Return a line's event, or the first reason why it is none."""
    document = parse(raw.removeprefix(b"\xef\xbb\xbf"))
    if document is None:
        return "malformed"
    row: Row = {name: _READ.get(name, as_integer)(document.get(name)) for name in PAYLOAD}
    row["event_time"] = row[EVENT_TIME]
    event_time = as_moment(document.get(EVENT_TIME))
    if row[KEY] is None:
        return "missing_key"
    if isinstance(event_time, str):
        return event_time
    if event_time is None:
        return "missing_event_time"
    if event_time < arrival - TOO_OLD:
        return "too_old"
    if event_time > arrival + timedelta(hours=1) + IN_FUTURE:
        return "in_future"
    return row


class _Number(str):
    """A JSON number as it was written."""


def parse(raw: bytes) -> Row | None:
    """Return the declared fields of a line's object, None if the line is not one JSON object."""
    try:
        document = json.loads(
            raw.decode("utf-8"),
            parse_int=_Number,
            parse_float=_Number,
            parse_constant=_refuse,
            object_pairs_hook=_Pairs,
        )
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, _Pairs):
        return None
    declared = {name: name for name in PAYLOAD}
    values: Row = {}
    for key, value in document:
        name = declared.get(key.lower())
        if name is None:
            continue
        if name in values:
            return None  # the same field twice, in one spelling or two: which one counts?
        values[name] = value
    return values


class _Pairs(list[tuple[str, Any]]):
    """A JSON object with its duplicate keys."""


def as_text(value: Any) -> str | None:
    """Return a text, or a number or truth value as text; nothing for what is nested."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, _Number):
        return _number_text(value)
    return str(value) if isinstance(value, str) else None


def _number_text(number: str) -> str:
    """Return a whole number as it is written, any other as Java writes a double."""
    if _INTEGER.fullmatch(number):
        return "0" if number == "-0" else number
    value = float(number)
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    digits, _, exponent = f"{Decimal(repr(value)).normalize():E}".partition("E")
    return f"{digits if '.' in digits else digits + '.0'}E{int(exponent)}"


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")


_INTEGER = re.compile(r"[+-]?[0-9]+")
_DIGITS = re.compile(r"[+-]?\d+")  # of any script, as Java's parseLong takes them
_SPACES = "".join(map(chr, range(33)))
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]{1,3})?")
_ISO = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]+))?)?"
    r" ?(?:[Zz]|([+-])([0-9]{2})(?::?([0-9]{2}))?)"
)
_EPOCH = datetime(1970, 1, 1)
_FIRST_S, _LAST_S = -62_135_596_800, 253_402_300_799  # the years 1 to 9999
_LONGEST_OFFSET = timedelta(hours=14)


def as_integer(value: Any) -> int | None:
    """Return a signed 64-bit integer, given as a number or as text, else None."""
    text = as_text(value)
    return None if text is None else _whole(text)


@lru_cache(100_000)  # most measurements of a landing are the same few numbers
def _whole(value: str) -> int | None:
    if _DIGITS.fullmatch(value.strip(_SPACES)):
        value = value.strip(_SPACES)
        # Longer digits than these are out of range, and too long for int().
        digits = value.lstrip("+-").lstrip("0") or "0"
        number = int(digits) * (-1 if value.startswith("-") else 1) if len(digits) < 20 else 2**63
        return number if -(2**63) <= number < 2**63 else None
    if _NUMBER.fullmatch(value):
        fraction = float(value)
        if abs(fraction) <= 2**53 - 1 and fraction == math.floor(fraction):
            return int(fraction)
    return None


def as_time(value: Any) -> datetime | None:
    """Return a moment in naive UTC, cut to milliseconds, None outside of the years 1 to 9999."""
    moment = as_moment(value)
    return None if isinstance(moment, str) else moment


def as_moment(value: Any) -> datetime | str | None:
    """Return the moment of epoch seconds or ISO-8601 with offset, or on which side none can be."""
    text = as_text(value)
    return None if text is None else _moment(text)


@lru_cache(100_000)
def _moment(value: str) -> datetime | str | None:
    if _NUMBER.fullmatch(value):
        if not _FIRST_S <= float(value) < _LAST_S + 1:
            return "in_future" if float(value) > 0 else "too_old"
        milliseconds = math.floor(Decimal(value) * 1000)
        try:
            return _EPOCH + timedelta(milliseconds=milliseconds)
        except OverflowError:
            return "too_old"
    found = _ISO.fullmatch(value)
    return _iso_time(*found.groups()) if found else None


_READ = {"beschrijvende_id": as_text, EVENT_TIME: as_time, REVISION: as_time}


def _iso_time(*parts: str | None) -> datetime | str | None:
    year, month, day, hour, minute, second, fraction, sign, offset_h, offset_min = parts
    if year == "0000":
        return "too_old"
    try:
        day_start = datetime(int(year or 0), int(month or 0), int(day or 0))
        local = day_start.replace(
            hour=int(hour or 0), minute=int(minute or 0), second=int(second or 0)
        )
    except ValueError:
        return None  # 30 February
    offset = timedelta(hours=int(offset_h or 0), minutes=int(offset_min or 0))
    if int(offset_min or 0) > 59 or offset > _LONGEST_OFFSET:
        return None
    local += timedelta(milliseconds=int((fraction or "").ljust(3, "0")[:3]))
    try:
        return local + offset if sign == "-" else local - offset
    except OverflowError:
        return "in_future" if sign == "-" else "too_old"


_HOUR = re.compile(r"(?:^|.*?/)([0-9]{4}/[0-9]{2}/[0-9]{2}/[0-9]{2})/(.+)", re.DOTALL)
_UNREAD = re.compile(
    r".*[.](7z|br|gzip|lz4|lzo|lzo_deflate|snappy|tar|tar[.](gz|bz2|zst)|tgz|xz|z|zip|zlib|zstd"
    r"|(avro|csv|orc|parquet|tsv)([.](gz|bz2|zst|deflate))?)",
    re.IGNORECASE | re.DOTALL,
)
_PACKED = (".gz", ".bz2", ".zst", ".deflate")
_BINARY = (b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b"BZh", b"PK\x03\x04", b"PAR1", b"ORC", b"Obj\x01")


def _place(source: str) -> tuple[datetime, str]:
    """Return a source's arrival hour and its name below that hour's folder."""
    found = _HOUR.fullmatch(source)
    if not found:
        raise ValueError(f"{source} does not lie in a folder YYYY/MM/DD/HH")
    return datetime.strptime(found[1], "%Y/%m/%d/%H"), found[2]


def _content(path: Path, name: str) -> bytes | None:
    """Return an object's text, None if it cannot be read whole."""
    hidden = any(part.startswith(("_", ".")) for part in name.split("/"))
    if hidden or _UNREAD.fullmatch(name):
        return None
    data: bytes | None = path.read_bytes()
    if name.lower().endswith(_PACKED):
        if not name.endswith(".gz"):
            return None  # what tests land of others is broken, or in upper case
        data = gunzip(path.read_bytes())
    if data is not None and data.startswith(_BINARY) and not _parses_anywhere(data):
        return None
    return data


def _parses_anywhere(data: bytes) -> bool:
    return any(parse(raw) is not None for raw in split_lines(data))


def gunzip(data: bytes) -> bytes | None:
    """Return the text of all gzip members, None for a broken one; nothing at all is no lines."""
    text = b""
    while data:
        member = zlib.decompressobj(31)
        try:
            text += member.decompress(data)
        except zlib.error:
            return None
        if not member.eof:
            return None
        data = member.unused_data if member.unused_data.startswith(b"\x1f\x8b") else b""
    return text


def _merge(events: dict[Key, Row], row: Row) -> None:
    key = (row[KEY], row["event_time"])
    present = events.get(key)
    if present is None or _wins(row, present):
        events[key] = row


def _wins(row: Row, other: Row) -> bool:
    mine, theirs = _rank(row), _rank(other)
    if mine != theirs:
        return mine > theirs
    return _origin(row) < _origin(other)


def _rank(row: Row) -> list[tuple[bool, Any]]:
    """Newest revision first, then the payload in declared order; nothing is below any value."""
    order = [REVISION, *(name for name in PAYLOAD if name != REVISION)]
    return [(row[name] is not None, row[name]) for name in order]


def _origin(row: Row) -> tuple[str, str]:
    return row["arrival_hour"], row["source_path"]
