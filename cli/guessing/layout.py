"""Guesses how the folders of a landing spell the time, from names of objects."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from springtide.dataset.landing import TAKEN
from springtide.dataset.layout import Layout

_TIME = re.compile(
    r"(?P<above>(?:[^/]+/)*?)(?P<y>[A-Za-z_]*=?)(?:19|20)\d\d"
    r"(?P<m>[-_]?|/(?:[A-Za-z_]+=)?)(?:0[1-9]|1[0-2])"
    r"(?P<d>[-_]?|/(?:[A-Za-z_]+=)?)(?:0[1-9]|[12]\d|3[01])"
    r"(?:(?P<h>[-_T]|/(?:[A-Za-z_]+=)?)(?:[01]\d|2[0-3]))?/.+"
)
_MOST_VALUES = 100


@dataclass(frozen=True)
class FoundLayout:
    """A layout, what lies above it, and how many of the names are in it."""

    layout: Layout
    prefix: str
    names: int


def guess_layout(names: Sequence[str]) -> FoundLayout | None:
    """Return the layout of most of the names; None if no name spells a date in its folders."""
    found = [match for match in map(_TIME.fullmatch, names) if match]
    if not found:
        return None
    spelled = Counter((m["y"], m["m"], m["d"], m["h"]) for m in found)
    (year, month, day, hour), count = spelled.most_common(1)[0]
    time = f"{year}{{yyyy}}{month}{{MM}}{day}{{dd}}" + (f"{hour}{{HH}}" if hour is not None else "")
    above = [m["above"].split("/")[:-1] for m in found if _spelling(m) == (year, month, day, hour)]
    depth = Counter(map(len, above)).most_common(1)[0][0]
    above = [parts for parts in above if len(parts) == depth]
    prefix, lead, folders = _folders(list(map(list, zip(*above, strict=True))))
    layout = Layout(lead + time, folders)
    return FoundLayout(layout, prefix, count)


def _spelling(match: re.Match[str]) -> tuple[str, str, str, str]:
    return match["y"], match["m"], match["d"], match["h"]


def _folders(
    levels: list[list[str]],
) -> tuple[str, str, tuple[tuple[str, tuple[str, ...]], ...]]:
    """The folders above the time: what is the same in all, the template from there, and values."""
    varying = [at for at, names in enumerate(levels) if len(set(names)) > 1]
    first = varying[0] if varying else len(levels)
    prefix = "".join(f"{names[0]}/" for names in levels[:first])
    template, folders = "", []
    for at, names in enumerate(levels[first:], first):
        if at not in varying:
            template += f"{names[0]}/"
            continue
        key = re.match(r"([A-Za-z_]+)=", names[0])
        name = key[1].lower() if key and key[1].lower() not in TAKEN else f"folder_{at + 1}"
        start = key[0] if key and all(each.startswith(key[0]) for each in names) else ""
        values = sorted({each.removeprefix(start) for each in names})[:_MOST_VALUES]
        template += f"{start}{{{name}}}/"
        folders.append((name, tuple(values)))
    return prefix, template, tuple(folders)
