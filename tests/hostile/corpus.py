"""Lines that no producer should write: every odd value in every field, and bytes at random.

They are for the data set `odd` (tests/golden/odd), which has a field of each type, at the top and
below it, and a rule that divides. Nothing of them may fail a statement, here or on a real Trino.
"""

import itertools
import json
from collections.abc import Iterator

from hypothesis import strategies as st

_DIGITS = ("0", "-0", "7", "12.0", "-0.0", "1e0", "1E400", "-1e400", "1e-400", "1e99999999999")
_LARGE = ("9223372036854775807", "9223372036854775808", "-9223372036854775808", "9" * 400, "1e18")
_EPOCHS = (
    "1594600200", "1594600200.9996", "1594600200000", "1594600200000000", "253402300799.9999",
    "253402300800", "-62135596800.001", "-62167219200",
)  # fmt: skip
NUMBERS = (*_DIGITS, *_LARGE, *_EPOCHS)
OFFSETS = (
    "Z", "z", "", "+00:00", "-00:00", "+14:00", "-14:00", "+14:01", "+15:00", "-18:00", "+23:59",
    "+24:00", "+99:99", "+12:60", "+1", "+0200", "+02", "[UTC]", " UTC", "Europe/Brussels",
)  # fmt: skip
TIMES = (
    "2020-07-13T00:30:00", "2020-07-13T00:30", "2020-07-13 00:30:00", "2020-07-13T24:00:00",
    "2020-02-30T00:00:00", "0000-01-01T00:00:00", "0001-01-01T00:00:00", "9999-12-31T23:59:59",
    "2020-07-13T00:30:00.1234567890123", "2020-W29-1T00:30:00", "2020-195T00:30:00",
)  # fmt: skip
TEXTS = (
    "", " ", "null", "NaN", "-Infinity", "true", "\u0661", "\uff11", "1_000", "0x10", "1d", "\\N",
    "'; DROP TABLE events; --", "\x00", "\x01", "\x7f", "\u2028", "\ufeff", "\U0010ffff", "\ud83d",
    "e\u0301", "x" * 70_000,
)  # fmt: skip
NESTED = ("null", "true", "false", "[]", "{}", "[[1]]", '{"q":1,"q":2}', "[" * 1001 + "]" * 1001)
FIELDS: tuple[str, ...] = ("id", "at", "s", "n", "d", "b", "t", "ms", "q", "r")


def values() -> Iterator[str]:
    """Yield each odd value as JSON: numbers as they are and as texts, texts, and what is nested."""
    yield from NUMBERS
    texts = [*NUMBERS, *TEXTS, *(time + offset for time in TIMES for offset in OFFSETS)]
    yield from (json.dumps(text) for text in texts)
    yield from NESTED


def lines() -> Iterator[bytes]:
    """Yield a line for every value in every field, the other fields being in order."""
    numbers = itertools.count()
    for field, value in itertools.product(FIELDS, values()):
        members: dict[str, str] = {
            "id": f'"{next(numbers)}"',
            "at": '"2020-07-13T00:30:00Z"',
            field: value,
        }
        below = {name: members.pop(name) for name in [*members] if name in ("q", "r")}
        if below:
            members["p"] = _object(below)
        yield _object(members).encode("utf-8", "surrogatepass")


def _object(members: dict[str, str]) -> str:
    return "{" + ",".join(f'"{name}":{value}' for name, value in members.items()) + "}"


_SIGNS = '{}[]:,"\\ \t\x01-.07TZ\ufeff'
_WORDS = (
    "\\u",
    "d83d",
    '"id"',
    '"at"',
    '"p"',
    '"q"',
    "null",
    "1e400",
    "+15:00",
    "2020-07-13T00:30:00",
)
_PIECES = st.sampled_from((*_SIGNS, *_WORDS))
_TEXT = st.lists(_PIECES | st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"))
# A line of pieces of documents, a document of any values, or any bytes.
ANY_LINE: st.SearchStrategy[bytes] = st.one_of(
    _TEXT.map("".join).map(str.encode),
    st.dictionaries(st.sampled_from(FIELDS), st.sampled_from(sorted(values()))).map(
        lambda members: _object(members).encode()
    ),
    st.binary(max_size=200).map(lambda data: data.replace(b"\n", b"").replace(b"\r", b"")),
)
