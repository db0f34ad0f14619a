"""Finds the offered signature of a call, and with it what DuckDB is to work out."""

import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from offline.athena.sql.literals import TRANSLATED
from offline.athena.sql.types import (
    MOST_DIGITS,
    UNKNOWN,
    WHOLE,
    ZONED,
    Type,
    coercible,
    common,
    parse,
)

_LINE = re.compile(r"(\w+)\((.*)\) -> ([^|]+?) \| (@zone )?(.+)")
_ABOVE_DECIMAL = {"real", "double"}
_UNORDERED = {"real", "double", "array", "map", "row", "json", "unknown"}
_CLASSES = {"I": set(WHOLE), "F": _ABOVE_DECIMAL, "N": {*WHOLE, *_ABOVE_DECIMAL}}
LITERALS = set(TRANSLATED)


@dataclass(frozen=True)
class Signature:
    """One way to call a function; `template` is DuckDB's SQL with `$1` for the first argument."""

    name: str
    parameters: tuple[Type, ...]
    result: Type
    template: str
    any_zone: bool
    repeats: bool


@dataclass
class Match:
    """What a call's types make of a signature."""

    signature: Signature
    bound: dict[str, Any] = field(default_factory=dict)
    cost: int = 0

    def parameter(self, at: int) -> Type:
        """Return the type that the call's argument at this position is coerced to."""
        return substitute(self.declared(at), self.bound)

    def declared(self, at: int) -> Type:
        """Return the type that the signature has at a position."""
        return self.signature.parameters[min(at, len(self.signature.parameters) - 1)]

    @property
    def result(self) -> Type:
        """The type of the call."""
        return substitute(self.signature.result, self.bound)


@cache
def offered() -> dict[str, list[Signature]]:
    """Return every signature that the embedded engine offers, by the function's name."""
    found: dict[str, list[Signature]] = defaultdict(list)
    for line in _data("offered.txt"):
        name, parameters, result, zone, template = _LINE.fullmatch(line).groups()  # type: ignore[union-attr]
        repeats = parameters.endswith("...")
        kinds = parse(f"function({parameters.removesuffix('...')})").args
        found[name].append(Signature(name, kinds, parse(result), template, bool(zone), repeats))
    return dict(found)


@cache
def trino_names() -> frozenset[str]:
    """Return the names of the functions that Trino has."""
    return frozenset(line.split("(")[0] for line in _data("trino_functions.txt"))


@cache
def _of_decimals() -> frozenset[str]:
    """Return the functions that Trino has for decimals: it makes no doubles of them there."""
    return frozenset(
        line.split("(")[0] for line in _data("trino_functions.txt") if "(decimal(" in line
    )


def _data(name: str) -> list[str]:
    text = files("offline.athena.functions").joinpath(name).read_text()
    return [line for line in text.splitlines() if line and not line.startswith("--")]


def substitute(kind: Type, bound: dict[str, Any]) -> Type:
    """Put what variables stand for in their place."""
    if kind.is_variable:
        found: Type = bound.get(kind.name, UNKNOWN)
        return found
    if kind.name == ZONED:
        return Type(ZONED, (bound.get("p", kind.args[0]), bound.get("zone", kind.args[1])))
    args = tuple(
        substitute(item, bound) if isinstance(item, Type) else bound.get(item, item)
        for item in kind.args
    )
    if kind.name == "varchar" and args and not isinstance(args[0], int):
        args = ()
    return Type(kind.name, args, kind.fields)


def matches(
    candidates: Sequence[Signature],
    kinds: Sequence[Type | None],
    lambdas: Callable[[int, tuple[Type, ...]], Type | None],
) -> Match | None:
    """Return the best match of a call's types; of equals the first.

    A None among the types is a lambda, whose result `lambdas` tells by its position and the types
    of its parameters.
    """
    found = [match for item in candidates if (match := _match(item, kinds, lambdas)) is not None]
    if UNKNOWN in kinds and len(found) > 1:
        return None  # Trino cannot choose either
    return min(found, key=lambda match: match.cost) if found else None


def _match(
    signature: Signature,
    kinds: Sequence[Type | None],
    lambdas: Callable[[int, tuple[Type, ...]], Type | None],
) -> Match | None:
    wanted = len(signature.parameters)
    if len(kinds) != wanted and not (signature.repeats and len(kinds) > wanted):
        return None
    match = Match(signature)
    for at, kind in enumerate(kinds):
        if kind is not None and not _bind(match.declared(at), kind, match.bound):
            return None
    for at, kind in enumerate(kinds):
        declared = match.declared(at)
        if (declared.name == "function") != (kind is None):
            return None
        if kind is None:
            *takes, gives = declared.args
            before = dict(match.bound)
            made = lambdas(at, tuple(substitute(item, match.bound) for item in takes))
            if made is None or not _bind(gives, made, match.bound):
                return None
            if substitute(gives, match.bound) != made:
                return None
            if gives.name in before and made != before[gives.name]:
                again = tuple(substitute(item, match.bound) for item in takes)
                if lambdas(at, again) != made:
                    return None
        elif declared.name not in LITERALS:
            target = match.parameter(at)
            if not coercible(kind, target):
                return None
            if kind.name == "decimal" != target.name and signature.name in _of_decimals():
                return None
            match.cost += kind != target and not (kind.name == target.name == "varchar")
    return match


def _bind(declared: Type, kind: Type, bound: dict[str, Any]) -> bool:
    """Note what the variables of a declared type stand for; False if the type cannot fit."""
    if declared.is_variable:
        known = bound.get(declared.name)
        both = kind if known is None else common(known, kind)
        allowed = _CLASSES.get(declared.name[0])
        if both is None or (allowed and both.name not in allowed):
            return False
        if declared.name == "C" and both.name in _UNORDERED:
            return False
        bound[declared.name] = both
        return True
    if declared.name in LITERALS:
        return kind.name == "varchar"
    if kind == UNKNOWN:
        return True
    if declared.name == "decimal":
        if kind.name != "decimal":
            return False
        digits, scale = kind.args
        bound.update(zip(declared.args, kind.args, strict=True))
        bound.update(rp=digits - scale + min(scale, 1), p1=min(digits + 1, MOST_DIGITS))
        return True
    if declared.name == "timestamp":
        if kind.name not in ("timestamp", "date"):
            return False
        digits = kind.args[0] if kind.args else 0
        bound[declared.args[0]] = max(digits, bound.get(declared.args[0], 0))
        return True
    if declared.name == ZONED:
        if kind.name != ZONED:
            return False
        zone = bound.get("zone", kind.args[1])
        bound["zone"] = zone if zone == kind.args[1] else None
        bound["p"] = max(kind.args[0], bound.get("p", 0))
        return True
    if declared.name in ("array", "map", "row"):
        if kind.name != declared.name or len(kind.args) != len(declared.args):
            return False
        return all(_bind(a, b, bound) for a, b in zip(declared.args, kind.args, strict=True))
    if declared.name == "varchar" and declared.args:
        bound.setdefault(declared.args[0], kind.args[0] if kind.args else None)
    return declared.name == kind.name or coercible(kind, declared)
