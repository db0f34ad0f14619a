"""Asks the embedded engine what was recorded of a real Trino, and says how the answers compare."""

import base64
import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal, cast

import numpy

from offline.athena.catalog.catalog import Catalog
from offline.athena.engine import DuckDBEngine
from offline.athena.errors import QueryFailed
from offline.athena.files.values import as_text
from offline.athena.sql.statements import Query, parse
from offline.s3.objects import Objects
from tests.trino.expressions import RECORDED

Outcome = Literal["same", "refused", "fails in both", "different"]
HINT = "--trino URL"
_APART = 1e-14  # of doubles: libraries differ in the last bit of sin, exp and the like


class Embedded:
    """The embedded engine over a catalog without tables."""

    def __init__(self) -> None:
        self._engine = DuckDBEngine(cast(Objects, None), cast(Catalog, None), threads=1)

    def answer(self, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Return the types as Athena calls them, and the rows. Raises QueryFailed."""
        statement = parse(sql)
        assert isinstance(statement, Query)
        session = self._engine.session("db")
        try:
            found = session.select(statement)
        finally:
            session.close()
        return [kind.partition("(")[0] for _, kind in found.columns], found.rows

    def close(self) -> None:
        self._engine.close()


def compare(case: Mapping[str, Any], embedded: Embedded) -> tuple[Outcome, str]:
    """Return how the embedded engine's answer compares with a recorded one, and what it was."""
    try:
        types, rows = embedded.answer(case["sql"])
    except QueryFailed as failed:
        if "error" in case:
            return "fails in both", failed.reason
        return ("refused" if HINT in failed.reason else "different"), failed.reason
    shown = f"{types} {rows}"
    if "error" in case or types != [_kind(name) for name in case["types"]]:
        return "different", shown
    sent = [
        [_sent(value, name) for value, name in zip(row, case["types"], strict=True)] for row in rows
    ]
    return ("same" if _equal_rows(case["sql"], sent, case["rows"]) else "different"), shown


def _kind(name: str) -> str:
    """Return what Athena calls a type: without its parameters."""
    kind = re.sub(r"\(.*\)", "", name.lower())
    return "float" if kind == "real" else kind


def _equal_rows(sql: str, ours: Sequence[Any], theirs: Sequence[Any]) -> bool:
    if len(ours) != len(theirs):
        return False
    if " ORDER BY " not in sql.rsplit(")", 1)[-1]:
        ours, theirs = sorted(ours, key=repr), sorted(theirs, key=repr)
    return all(map(_equal, ours, theirs))


def _equal(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, int | float):
        return ours == theirs or math.isclose(ours, theirs, rel_tol=_APART)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_equal, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(_equal(ours[key], theirs[key]) for key in ours)
    return type(ours) is type(theirs) and ours == theirs


@cache
def _parts(name: str) -> tuple[str, list[str]]:
    """Return a type's name and the types in its parentheses, without the names of fields."""
    found = re.fullmatch(r"(\w+)\((.*)\)(.*)", name, re.DOTALL)
    if found is None:
        return name.lower(), []
    inner, parts, depth, start = found[2], [], 0, 0
    for at, character in enumerate(inner + ","):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth == 0:
            parts.append(inner[start:at].strip())
            start = at + 1
    return (found[1] + found[3]).lower(), parts


def _double(value: float, *, real: bool = False) -> float | str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return float(str(numpy.float32(value))) if real else value


def _sent(value: Any, name: str) -> Any:
    """Return a value as Trino's protocol sends one of this type."""
    if value is None:
        return None
    kind, parts = _parts(name)
    nested: dict[str, Callable[[], Any]] = {
        "array": lambda: [_sent(item, parts[0]) for item in value],
        "map": lambda: {
            _key(_sent(key, parts[0])): _sent(item, parts[1]) for key, item in value.items()
        },
        "row": lambda: [
            _sent(item, re.sub(r'^("[^"]*"|\w+) ', "", part))
            for item, part in zip(
                value.values() if isinstance(value, dict) else value, parts, strict=True
            )
        ],
        "double": lambda: _double(value),
        "real": lambda: _double(value, real=True),
        "decimal": lambda: f"{value:.{parts[1]}f}",
        "varbinary": lambda: base64.b64encode(value).decode(),
    }
    if kind in nested:
        return nested[kind]()
    if isinstance(value, datetime):
        return _moment(value, int(parts[0]))
    if isinstance(value, timedelta):
        return as_text(value)
    return value if isinstance(value, bool | int) else str(value)


def _key(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _moment(value: datetime, digits: int) -> str:
    fraction = f".{value.microsecond:06d}000"[: digits + 1] if digits else ""
    return f"{value.year:04d}-{value:%m-%d %H:%M:%S}{fraction}{' UTC' if value.tzinfo else ''}"


@cache
def _recorded() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(RECORDED.read_text())
    return found


def recorded() -> list[dict[str, Any]]:
    """Return the statements and Trino's answers to them."""
    cases: list[dict[str, Any]] = _recorded()["cases"]
    return cases


def functions() -> set[str]:
    """Return the names of Trino's functions."""
    return set(_recorded()["functions"])
