"""Guesses from names of objects how the landing's folders spell the time."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from springtide.dataset.landing import FOLDER, LITERAL, MOST_COMBINATIONS, TAKEN, VALUE
from springtide.dataset.layout import Layout
from springtide.model.arrival import ArrivalHour

_TIME = re.compile(
    r"(?P<above>(?:[^/]+/)*?)(?P<y>(?:[A-Za-z0-9_.=-]*[A-Za-z_.=-])?)(?:19|20)\d\d"
    r"(?P<m>[-_.]?|/[A-Za-z_.=-]*)(?:0[1-9]|1[0-2])"
    r"(?P<d>[-_.]?|/[A-Za-z_.=-]*)(?:0[1-9]|[12]\d|3[01])"
    r"(?:(?P<h>[-_.T]?|/[A-Za-z_.=-]*)(?:[01]\d|2[0-3]))?/.+"
)
# The way Spark writes numbers.
_UNPADDED = re.compile(
    r"(?:.*/)?[A-Za-z_]*=?(?:19|20)\d\d(?P<rest>(?:(?:[-_.]|/[A-Za-z_]*=?)\d\d?){2,3})/.+"
)


@dataclass(frozen=True)
class FoundLayout:
    """A layout, the folders above it, and values of folders that no declaration can have."""

    layout: Layout
    prefix: str
    left_out: tuple[str, ...]

    def hour(self, name: str) -> ArrivalHour | None:
        """Return the arrival hour of an object, None if it is outside the layout."""
        inside = name.startswith(self.prefix)
        found = self.layout.match(name[len(self.prefix) :]) if inside else None
        return found[0] if found else None


def guess_layout(names: Sequence[str]) -> FoundLayout | None:
    """Return the layout of most of the names; None if no name has a date in its folders."""
    found = [match for match in map(_TIME.fullmatch, names) if match]
    # Runs skip Firehose's error prefix too.
    found = [match for match in found if "-failed/" not in match.string] or found
    if not found:
        return None
    spelled = [match.group("y", "m", "d", "h") for match in found]
    (year, month, day, hour), _ = Counter(spelled).most_common(1)[0]
    time = f"{year}{{yyyy}}{month}{{MM}}{day}{{dd}}" + (f"{hour}{{HH}}" if hour is not None else "")
    alike = [m for m, s in zip(found, spelled, strict=True) if s == (year, month, day, hour)]
    above = [match["above"].split("/")[:-1] for match in alike]
    depth = Counter(map(len, above)).most_common(1)[0][0]
    above = [parts for parts in above if len(parts) == depth]
    prefix, lead, folders, left_out = _folders(list(map(list, zip(*above, strict=True))))
    return FoundLayout(Layout(lead + time, folders), prefix, left_out)


def unpadded(names: Sequence[str]) -> str | None:
    """Return a name whose folders spell a month, day or hour with one digit, if there is one."""
    found = ((name, _UNPADDED.fullmatch(name)) for name in names)
    return next((name for name, m in found if m and re.search(r"\D\d(?!\d)", m["rest"])), None)


def _folders(
    levels: list[list[str]],
) -> tuple[str, str, tuple[tuple[str, tuple[str, ...]], ...], tuple[str, ...]]:
    """The folders above the time: those that all share, the others' template, and their values.

    The last result has values that are left out, since no declaration can have them.
    """
    varying = [at for at, names in enumerate(levels) if len(set(names)) > 1]
    first = varying[0] if varying else len(levels)
    prefix = "".join(f"{names[0]}/" for names in levels[:first])
    template, left_out = "", []
    folders: dict[str, tuple[str, ...]] = {}
    for at, names in enumerate(levels[first:], first):
        if at not in varying and LITERAL.fullmatch(names[0]):
            template += f"{names[0]}/"
            continue
        key = re.match(r"([A-Za-z_]+)=", names[0])
        name = key[1].lower() if key else ""
        if not FOLDER.fullmatch(name) or name in TAKEN or name in folders:
            name = f"folder_{at + 1}"
        start = key[0] if key and all(each.startswith(key[0]) for each in names) else ""
        values = sorted({each.removeprefix(start) for each in names})
        fit = [value for value in values if VALUE.fullmatch(value)][:MOST_COMBINATIONS]
        template += f"{start}{{{name}}}/"
        folders[name] = tuple(fit)
        left_out += [value for value in values if value not in fit]
    return prefix, template, tuple(folders.items()), tuple(left_out)
