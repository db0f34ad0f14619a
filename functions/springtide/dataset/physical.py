"""The columns of a Parquet landing in Glue's types, and how a field's path leads into them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from springtide.dataset.paths import Entry, Step

SCALARS = ("string", "boolean", "int", "bigint", "float", "double", "date", "timestamp")
DECIMAL = re.compile(r"decimal\(([1-9][0-9]?),([0-9]{1,2})\)")
# Characters that need no escape in Glue's spelling of a struct, in JSON or in a quoted SQL name.
_NAME = re.compile(r'[^\s"\\,:;<>(){}=\x00-\x1f]{1,255}')
# Athena reads only struct members with these names: letters and digits of 16 bits, as in Hive.
_MEMBER = re.compile(r"(?:[._$]|(?![\U00010000-\U0010ffff])[^\W_])+")
_NOT_READ = {
    "binary": "bytes have no place in JSON: leave the column out, or declare string for UTF-8",
    "tinyint": "declare int",
    "smallint": "declare int",
    "integer": "declare int",
    "varchar": "declare string",
    "char": "declare string",
}


def decimal_of(kind: str) -> tuple[int, int]:
    """Precision and scale of `decimal(p,s)`; raises ValueError if it is not one."""
    found = DECIMAL.fullmatch(kind)
    precision, scale = (int(found[1]), int(found[2])) if found else (0, 0)
    if not scale <= precision <= 38 or not precision:  # as in Athena
        raise ValueError(f"{kind!r} is not decimal(p,s) with s <= p <= 38")
    return precision, scale


class Physical(NamedTuple):
    """A column's type; names are in lower case, as in Glue and Athena.

    `members` are a struct's by name; an array's element and a map's value have the name "".
    """

    kind: str  # one of SCALARS, decimal, array, map, struct
    members: "tuple[tuple[str, Physical], ...]" = ()
    digits: tuple[int, int] = (0, 0)  # decimals: precision and scale

    @property
    def inner(self) -> "Physical":
        """The element of an array, the value of a map."""
        return self.members[0][1]

    def __str__(self) -> str:
        """Glue's spelling."""
        if self.kind == "decimal":
            return f"decimal({self.digits[0]},{self.digits[1]})"
        if self.kind == "struct":
            return f"struct<{','.join(f'{name}:{kind}' for name, kind in self.members)}>"
        if self.kind == "map":
            return f"map<string,{self.inner}>"
        return f"array<{self.inner}>" if self.kind == "array" else self.kind


Columns = Sequence[tuple[str, Physical]]


def parse(text: str) -> Physical:
    """The type with this spelling in Glue; raises ValueError that says what is wrong with it."""
    text = text.strip().lower()
    kind, opening, inner = text.partition("<")
    kind = kind.strip()
    if not opening:
        return _scalar(text)
    if not inner.endswith(">") or kind not in ("array", "map", "struct"):
        raise ValueError(f"{text!r} is not array<…>, map<string,…> or struct<name:…>")
    parts = split(inner[:-1])
    if kind == "struct":
        return Physical(kind, tuple(_member(part) for part in parts))
    if len(parts) != (1 if kind == "array" else 2):
        raise ValueError(f"{text!r} is not array<…> or map<string,…>")
    if kind == "map" and parts[0].strip() != "string":
        raise ValueError(f"{text!r}: a map's keys are string")
    return Physical(kind, (("", parse(parts[-1])),))


def name_of(text: str) -> str:
    """A column's or member's name in Glue; raises ValueError if it cannot be one."""
    if not _NAME.fullmatch(text.strip()):
        raise ValueError(f"{text!r} is not the name of a column")
    return text.strip().lower()


def _scalar(text: str) -> Physical:
    if text in SCALARS:
        return Physical(text)
    if text.startswith("decimal"):
        return Physical("decimal", digits=decimal_of(text.replace(" ", "")))
    hint = _NOT_READ.get(text.partition("(")[0].strip())
    types = ", ".join((*SCALARS, "decimal(p,s)", "array<…>", "map<string,…>", "struct<name:…>"))
    raise ValueError(f"{text!r} is not one of {types}" + (f"; {hint}" if hint else ""))


def _member(part: str) -> tuple[str, Physical]:
    name, _, kind = part.partition(":")
    name = name_of(name)
    if not _MEMBER.fullmatch(name):
        raise ValueError(
            f"{name!r}: Athena reads no struct with a member of this name, but letters, digits,"
            " '_', '.' and '$': leave the member out"
        )
    return name, parse(kind)


def split(text: str) -> list[str]:
    """Cuts at the commas that are not inside angle brackets or parentheses."""
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        if character in "<(":
            depth += 1
        elif character in ">)":
            depth -= 1
        elif character == "," and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    return [*parts, text[start:]]


def follow(columns: Columns, path: Sequence[Step]) -> tuple[tuple[Step, ...], Physical]:
    """The path as the row's JSON text spells it, and the type that it leads to.

    Columns and members of structs are matched case-insensitively, keys of maps exactly. Raises
    ValueError if there is no such member.
    """
    here = Physical("struct", tuple(columns))
    spelled: list[Step] = []
    for step in path:
        if (here.kind, type(step)) in (("array", int), ("map", str)):
            here = here.inner
        elif here.kind == "array" and isinstance(step, Entry):
            # The element has such a member; it is spelled as in the column's type.
            (name,), _ = follow(here.inner.members, [step.member])
            here, step = here.inner, Entry(str(name), step.value)
        elif here.kind == "struct" and isinstance(step, str):
            step, members = step.lower(), dict(here.members)
            if step not in members:
                place = ".".join(map(str, spelled)) if spelled else "[landing.columns]"
                raise ValueError(f"{step!r} is not in {place}; there are {sorted(members)}")
            here = members[step]
        else:
            raise ValueError(f"{step!r} leads into {'.'.join(map(str, spelled))}, which is {here}")
        spelled.append(step)
    return tuple(spelled), here
