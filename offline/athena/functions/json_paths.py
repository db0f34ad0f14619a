"""Finds one value in a JSON text as Trino does: from its beginning, reading no further than needed.

Of equal keys the first counts, and what is broken behind the value does not matter.
"""

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from typing import Any

from offline.athena.functions.json_rules import NotJsonError, java_double

_STEP = re.compile(r"\.\"([^\"]+)\"|\.(\w+)|\[(\d+)\]")
_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?=[ \t\r\n,\]}]|\Z)")
_WORD = re.compile(r"(true|false|null)(?=[ \t\r\n,\]}]|\Z)")


class _Number(str):
    __slots__ = ()


def _constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(
    object_pairs_hook=lambda pairs: tuple(pairs),
    parse_int=lambda text: _Number("0" if text == "-0" else text),
    parse_float=lambda text: _number(float(text)),
    parse_constant=_constant,
)


def _number(value: float) -> str:
    text = java_double(value)
    return text if text.endswith("Infinity") else _Number(text)


def extract(text: str, path: str) -> str | None:
    """Return json_extract's JSON: members in their order, numbers as Java writes them."""
    try:
        at = _find(text, path)
        return None if at is None else _written(_DECODER.raw_decode(text, at)[0])
    except (ValueError, IndexError, RecursionError):
        return None


def scalar(text: str, path: str) -> str | None:
    """Return json_extract_scalar's text: a number as it is written."""
    try:
        at = _find(text, path)
        if at is None or text[at] in "{[":
            return None
        if text[at] == '"':
            found: str = scanstring(text, at + 1)[0]
            return found
        number = _NUMBER.match(text, at) or _WORD.match(text, at)
        return None if number is None or number[1] == "null" else number[1]
    except (ValueError, IndexError, RecursionError):
        return None


def _find(text: str, path: str) -> int | None:
    at = _skip(text, 0)
    for quoted, name, index in _STEP.findall(path):
        found = _item(text, at, int(index)) if index else _member(text, at, quoted or name)
        if found is None:
            return None
        at = found
    return at


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _member(text: str, at: int, wanted: str) -> int | None:
    if text[at] != "{":
        return None
    at = _skip(text, at + 1)
    while text[at] == '"':
        name, at = scanstring(text, at + 1)
        at = _skip(text, at)
        if text[at] != ":":
            raise NotJsonError("no colon")
        at = _skip(text, at + 1)
        if name == wanted:
            return at
        at = _skip(text, _DECODER.raw_decode(text, at)[1])
        if text[at] != ",":
            return None
        at = _skip(text, at + 1)
    return None


def _item(text: str, at: int, wanted: int) -> int | None:
    if text[at] != "[":
        return None
    at = _skip(text, at + 1)
    for _ in range(wanted):
        at = _skip(text, _DECODER.raw_decode(text, at)[1])
        if text[at] != ",":
            return None
        at = _skip(text, at + 1)
    return None if text[at] == "]" else at


def _written(value: Any) -> str:
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, tuple):
        return "{" + ",".join(f"{_written(key)}:{_written(item)}" for key, item in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
