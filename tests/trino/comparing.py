"""Asks the embedded engine what was recorded of a real Trino, and says how the answers compare."""

import json
import math
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import duckdb
import numpy

from offline.athena.functions import registry
from offline.athena.service.errors import QueryFailed, translate
from offline.athena.sql.names import name_results
from offline.athena.sql.queries import Translator
from offline.athena.sql.statements import Query, parse
from offline.athena.sql.types import ZONED, Type

SAME, REFUSED, FAILED, DIFFERENT = "same", "refused", "fails in both", "different"
_REASONS = {"NOT_SUPPORTED", "FUNCTION_NOT_FOUND", "TYPE_MISMATCH", "SYNTAX_ERROR"}
_APART = 1e-14  # of doubles: libraries differ in the last bit of sin, exp and the like


class Embedded:
    """The embedded engine's SQL without tables."""

    def __init__(self) -> None:
        self._database = duckdb.connect()
        self._database.execute("SET TimeZone = 'UTC'")
        self._database.execute("SET threads = 1")
        self._database.execute("SET disabled_optimizers = 'common_subplan'")
        registry.register(self._database)

    def answer(self, sql: str) -> tuple[list[Type], list[list[Any]]]:
        """Return the types and rows, values as Trino's protocol writes them.

        Raises QueryFailed.
        """
        statement = parse(sql)
        assert isinstance(statement, Query)
        name_results(statement.tree)
        made = Translator({}).result(statement.tree)
        try:
            rows = self._database.execute(made.sql).fetchall()
        except duckdb.Error as error:
            raise translate(error, {}) from error
        kinds = [kind for _, kind in made.columns]
        return kinds, [
            [_sent(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in rows
        ]


def compare(case: Mapping[str, Any], embedded: Embedded) -> tuple[str, str]:
    """Return how the embedded engine's answer compares with a recorded one, and what it was."""
    try:
        kinds, rows = embedded.answer(case["sql"])
    except QueryFailed as failed:
        refused = failed.reason.split(":")[0] in _REASONS
        if "error" in case:
            return FAILED, failed.reason
        return (REFUSED if refused else DIFFERENT), failed.reason
    shown = f"{[str(kind) for kind in kinds]} {rows}"
    if "error" in case:
        return DIFFERENT, shown
    same = _as_type_names(case["types"]) == _as_type_names(map(str, kinds))
    if same and _equal_rows(case["sql"], rows, case["rows"]):
        return SAME, shown
    return DIFFERENT, shown


def _as_type_names(names: Any) -> list[str]:
    """Return types without what Athena does not tell: the lengths of texts."""
    import re

    return [re.sub(r"varchar\(\d+\)", "varchar", name.lower()).replace(" ", "") for name in names]


def _equal_rows(sql: str, ours: Sequence[Any], theirs: Sequence[Any]) -> bool:
    if len(ours) != len(theirs):
        return False
    if " ORDER BY " not in sql.rsplit(")", 1)[-1]:
        ours, theirs = sorted(ours, key=repr), sorted(theirs, key=repr)
    return all(_equal(a, b) for a, b in zip(ours, theirs, strict=True))


def _equal(ours: Any, theirs: Any) -> bool:
    if isinstance(ours, float) and isinstance(theirs, int | float):
        return ours == theirs or math.isclose(ours, theirs, rel_tol=_APART)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(_equal, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(_equal(ours[key], theirs[key]) for key in ours)
    return type(ours) is type(theirs) and ours == theirs


def _sent(value: Any, kind: Type) -> Any:
    """Return a value as Trino's protocol sends it."""
    if value is None:
        return None
    if kind.name in ("double", "real"):
        if math.isnan(value):
            return "NaN"
        if kind.name == "real":
            value = float(str(numpy.float32(value)))
        return value if math.isfinite(value) else ("Infinity" if value > 0 else "-Infinity")
    if kind.name == "decimal":
        return f"{value:.{kind.args[1]}f}"
    if kind.name == "varbinary":
        import base64

        return base64.b64encode(value).decode()
    if kind.name == "json":
        return value
    if kind.name == "array":
        return [_sent(item, kind.args[0]) for item in value]
    if kind.name == "map":
        return {
            _key(_sent(key, kind.args[0])): _sent(item, kind.args[1]) for key, item in value.items()
        }
    if kind.name == "row":
        return [_sent(item, inner) for item, inner in zip(value.values(), kind.args, strict=True)]
    if kind.name in ("timestamp", ZONED):
        return _moment(value, kind)
    if isinstance(value, timedelta):
        return _interval(value)
    return value if isinstance(value, bool | int) else str(value)


def _key(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _moment(value: Any, kind: Type) -> str:
    if isinstance(value, str):
        return value
    zone = kind.args[1] if kind.name == ZONED else ""
    if zone:
        from zoneinfo import ZoneInfo

        value = value.astimezone(ZoneInfo(zone))
    digits = kind.args[0]
    fraction = f".{value.microsecond:06d}"[: digits + 1] if digits else ""
    return f"{value:%Y-%m-%d %H:%M:%S}{fraction}{' ' + zone if zone else ''}"


def _interval(value: timedelta) -> str:
    sign, value = ("-", -value) if value < timedelta(0) else ("", value)
    seconds = value.seconds
    clock = f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
    return f"{sign}{value.days} {clock}.{value.microseconds // 1000:03d}"


def recorded() -> list[dict[str, Any]]:
    """Return what was recorded."""
    from tests.trino.expressions import RECORDED

    cases: list[dict[str, Any]] = json.loads(RECORDED.read_text())["cases"]
    return cases
