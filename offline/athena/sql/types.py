"""Trino's types: how they are written, which coerces to which, what DuckDB keeps them in."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from offline.athena.service.errors import not_supported

WHOLE = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}  # and digits as a decimal
_ORDER = (*WHOLE, "decimal", "real", "double")
MOST_DIGITS = 38
ZONED = "timestamp with time zone"
DAY_INTERVAL, MONTH_INTERVAL = "interval day to second", "interval year to month"
_DUCKDB = {
    "integer": "INTEGER",
    "real": "FLOAT",
    "varbinary": "BLOB",
    "char": "VARCHAR",
    "unknown": "INTEGER",
    ZONED: "TIMESTAMP WITH TIME ZONE",
    DAY_INTERVAL: "INTERVAL",
    MONTH_INTERVAL: "INTERVAL",
}
_ATHENA = {"real": "float"}
_SPELLINGS = {"int": "integer", "float": "real", "string": "varchar", "binary": "varbinary"}
_SPELLINGS |= {"struct": "row", "numeric": "decimal", "timestamptz": ZONED, "text": "varchar"}
_DEFAULTS: dict[str, tuple[Any, ...]] = {
    "decimal": (38, 0),
    "timestamp": (3,),
    "time": (3,),
    "char": (1,),
}
_TOKEN = re.compile(r'\s*("(?:[^"]|"")+"|[A-Za-z_0-9]+|[(),<>:])')


@dataclass(frozen=True)
class Type:
    """A type or, in a signature, a variable (one capital letter) that stands for any.

    `args` are digits, lengths and the types inside. A zoned timestamp's second one is the zone of
    its values, None where each has its own. `fields` are a row's names, empty for none.
    """

    name: str
    args: tuple[Any, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def is_variable(self) -> bool:
        """Whether it stands for any type."""
        return self.name[0].isupper()

    @property
    def is_number(self) -> bool:
        """Whether it is a number's type."""
        return self.name in _ORDER

    def __str__(self) -> str:
        if self.name == ZONED:
            return f"timestamp({self.args[0]}) with time zone"
        if self.name == "row":
            parts = [f"{name} {kind}".strip() for name, kind in self.members()]
            return f"row({', '.join(parts)})"
        if self.name == "json":
            return "json"
        joint = "," if self.name == "decimal" else ", "
        return self.name + (f"({joint.join(map(str, self.args))})" if self.args else "")

    def members(self) -> Iterator[tuple[str, "Type"]]:
        """Yield the name, empty if it has none, and type of each field of a row."""
        yield from zip(self.fields or ("",) * len(self.args), self.args, strict=True)

    @property
    def duckdb(self) -> str:
        """DuckDB's type for the values."""
        if self.name == "decimal":
            return f"DECIMAL({self.args[0]},{self.args[1]})"
        if self.name == "array":
            return f"{self.args[0].duckdb}[]"
        if self.name == "map":
            return f"MAP({self.args[0].duckdb}, {self.args[1].duckdb})"
        if self.name == "row":
            kinds = (
                f'"{name or f"v{at}"}" {kind.duckdb}'
                for at, (name, kind) in enumerate(self.members(), 1)
            )
            return f"STRUCT({', '.join(kinds)})"
        return _DUCKDB.get(self.name, self.name.upper())

    @property
    def athena(self) -> str:
        """The name that GetQueryResults gives the type."""
        return _ATHENA.get(self.name, self.name)

    def inside(self) -> Iterator["Type"]:
        """Yield the type and every type within it."""
        yield self
        for item in self.args:
            if isinstance(item, Type):
                yield from item.inside()


RAW_JSON = Type("json", ("raw",))  # as it was written: keys in their order, numbers too
UNKNOWN, BOOLEAN, INTEGER, BIGINT = map(Type, ("unknown", "boolean", "integer", "bigint"))
REAL, DOUBLE, VARCHAR, JSON, DATE = map(Type, ("real", "double", "varchar", "json", "date"))
VARBINARY = Type("varbinary")
TIMESTAMP = Type("timestamp", (3,))
UTC_TIMESTAMP = Type(ZONED, (3, "UTC"))


def parse(text: str) -> Type:
    """Return the type that Trino, Hive or a signature writes so.

    Raises QueryFailed for a type that is not offered here.
    """
    found, rest = _parse(_TOKEN.findall(text))
    if rest:
        raise not_supported(f"the type {text}")
    return found


def _parse(tokens: list[str]) -> tuple[Type, list[str]]:
    word, *tokens = tokens
    name = word if re.fullmatch(r"[A-Z]\d?", word) else word.lower()
    name = _SPELLINGS.get(name, name)
    if name == "double" and tokens[:1] and tokens[0].lower() == "precision":
        tokens = tokens[1:]
    if name == "interval":
        to = " ".join(tokens[:3]).lower()
        return Type(f"interval {to}"), tokens[3:]
    args: list[Any] = []
    fields: list[str] = []
    if tokens[:1] in (["("], ["<"]):
        closing = {"(": ")", "<": ">"}[tokens[0]]
        tokens = tokens[1:]
        while tokens[0] != closing:
            if name == "row" and tokens[1] not in (",", closing, "(", "<"):
                fields.append(tokens[0].strip('"').lower())
                tokens = tokens[2:] if tokens[1] == ":" else tokens[1:]
            if tokens[0].isdigit() or (name in ("decimal", "timestamp", "varchar", "char")):
                item: Any = int(tokens[0]) if tokens[0].isdigit() else tokens[0]
                tokens = tokens[1:]
            else:
                item, tokens = _parse(tokens)
            args.append(item)
            tokens = tokens[1:] if tokens[0] == "," else tokens
        tokens = tokens[1:]
    if name == "decimal" and len(args) == 1:
        args.append(0)
    found = tuple(args) or _DEFAULTS.get(name, ())
    if [item.lower() for item in tokens[:3]] == ["with", "time", "zone"]:
        name, tokens = ZONED, tokens[3:]
    if name == "zoned":
        return Type(ZONED, (3, None)), tokens
    if name == ZONED:
        found = (*(found or (3,))[:1], "UTC")
    return Type(name, found, tuple(fields) if len(fields) == len(found) else ()), tokens


def as_decimal(kind: Type) -> Type:
    """Return the decimal that holds every value of a whole number's type."""
    return kind if kind.name == "decimal" else Type("decimal", (WHOLE[kind.name], 0))


def common(left: Type, right: Type) -> Type | None:
    """Return the type to which Trino coerces both, None if there is none."""
    if left.name == right.name == "json":
        return JSON
    if left == right or right == UNKNOWN:
        return left
    if left == UNKNOWN:
        return right
    if left.is_number and right.is_number:
        return _common_number(left, right)
    if left.name == right.name == "varchar":
        lengths = (left.args and right.args) and (max(left.args[0], right.args[0]),)
        return Type("varchar", lengths or ())
    moments = [Type("timestamp", (0,)) if item == DATE else item for item in (left, right)]
    if all(item.name in ("timestamp", ZONED) for item in moments):
        digits = max(item.args[0] for item in moments)
        zones = {item.args[1] if item.name == ZONED else "UTC" for item in moments}
        if {item.name for item in moments} == {"timestamp"}:
            return Type("timestamp", (digits,))
        return Type(ZONED, (digits, zones.pop() if len(zones) == 1 else None))
    if left.name == right.name and left.name in ("array", "map", "row"):
        inner = [common(a, b) for a, b in zip(left.args, right.args, strict=False)]
        if None in inner or len(left.args) != len(right.args):
            return None
        same = left.fields == right.fields
        return Type(left.name, tuple(inner), left.fields if same else ())
    return None


def _common_number(left: Type, right: Type) -> Type | None:
    name = max(left.name, right.name, key=_ORDER.index)
    if name != "decimal":
        return Type(name)
    (p, s), (q, t) = as_decimal(left).args, as_decimal(right).args
    scale = max(s, t)
    digits = max(p - s, q - t) + scale
    return Type("decimal", (min(digits, MOST_DIGITS), scale))


def coercible(source: Type, target: Type) -> bool:
    """Tell whether Trino takes a value of one type where another is wanted."""
    if target.name == "varchar" and not target.args:
        return source.name == "varchar" or source == UNKNOWN
    found = common(source, target)
    if found is not None and found.name == ZONED == target.name:
        return True
    return found == target


def can_compare(kind: Type) -> bool:
    """Tell whether values of a type are equal in DuckDB when they are in Trino."""
    return not any(item.name in ("json", "function") for item in kind.inside())
