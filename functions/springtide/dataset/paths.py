"""A field's path in a document: member names, positions in lists, entries found by a key."""

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from springtide.dataset.toml_tables import Reader
from springtide.model.wording import shown

# Names that a path in text form may have; others need the list form.
_DOTTED = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z_][A-Za-z0-9_-]*)*")
# Characters that would need escaping in a path of Trino's json_extract.
UNFIT = re.compile(r'["\\\x00-\x1f]')
_CONTROL = re.compile(r"[\x00-\x1f]")
_LONGEST_PATH = 512
_LAST_POSITION = 9_999


class Entry(NamedTuple):
    """The first element of a list whose member `name` has this text as its value."""

    member: str
    value: str

    def __repr__(self) -> str:
        """As it is declared, without escapes."""
        return f'{{ {self.member} = "{self.value}" }}'


Step = str | int | Entry


def has_entry(path: Sequence[Step]) -> bool:
    """Whether the path leads into a list by a key."""
    return any(isinstance(step, Entry) for step in path)


def read_path(at: Reader, where: str, name: str, value: Any) -> tuple[Step, ...]:
    """A declared path: text with dots, or a list of steps; raises DataSetError."""
    steps = value.split(".") if isinstance(value, str) and _DOTTED.fullmatch(value) else value
    if not isinstance(steps, list) or not steps or not isinstance(steps[0], str):
        raise at.error(
            where,
            f"{name} {shown(value)} is not member names with dots between them; write any other"
            ' as a list, such as ["@timestamp"], ["items", 0, "sku"] or'
            ' ["attributes", { key = "service.name" }, "value"]',
        )
    path = tuple(_step(at, where, name, step) for step in steps)
    if sum(len(str(step)) for step in path) > _LONGEST_PATH:
        raise at.error(where, f"{name} has more than {_LONGEST_PATH} characters")
    return path


def _step(at: Reader, where: str, name: str, step: Any) -> Step:
    if isinstance(step, dict):
        return _entry(at, where, name, step)
    if isinstance(step, bool) or not isinstance(step, (str, int)) or step == "":
        raise at.error(where, f"{name}: {shown(step)} is no member name and no position")
    if isinstance(step, int):
        at.within(f"{where}.{name}", step, _LAST_POSITION)
        return step
    return _member(at, where, name, step)


def _entry(at: Reader, where: str, name: str, step: dict[str, Any]) -> Entry:
    ((member, value),) = step.items() if len(step) == 1 else [("", None)]
    if not member or not isinstance(value, str) or _CONTROL.search(value):
        raise at.error(
            where,
            f"{name}: {shown(step)} is not one member and its text, such as"
            ' { key = "service.name" }',
        )
    return Entry(_member(at, where, name, member), value)


def _member(at: Reader, where: str, name: str, member: str) -> str:
    if UNFIT.search(member):
        raise at.error(
            where, f"{name}: {shown(member)} has a quote, a backslash or a control character"
        )
    return member
