"""Finds objects that lie outside the declared layout, which no run reads."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from springtide.arrivals.landing import Landing
from springtide.aws import clients
from springtide.dataset.layout import NAME, PARTS

# At most this many objects outside the layout are counted, and this many named.
MAX_COUNTED = 1_000
_MAX_NAMES = 20
# Folders beside those of the layout that are looked into, at each place: each takes a request, and
# a bucket that others use too may have thousands.
MAX_FOLDERS = 100


class Outside(NamedTuple):
    """Objects outside the layout: how many, up to MAX_COUNTED, and the keys of some of them.

    `inside` says whether any object lies within the layout.
    """

    objects: int
    names: list[str]
    inside: bool


def outside(landing: Landing) -> Outside:
    """Lists the folders of the layout, level by level; of years, days and hours only the newest.

    So its cost does not grow with the landing. It does not see objects beside the hours of an
    older day.
    """
    look = _Look(landing)
    keys = look.strays()
    return Outside(len(keys), keys[:_MAX_NAMES], look.inside)


class _Look:
    def __init__(self, landing: Landing) -> None:
        self._landing = landing
        self._levels = landing.layout.template.split("/")
        self._values = dict(landing.layout.folders)
        self.inside = False

    def strays(self) -> list[str]:
        """Keys outside the layout: first one of each place, then more of each."""
        places = list(self._below(self._landing.prefix, 0))
        firsts = [keys[0] for keys in places if keys]
        return [*firsts, *(key for keys in places for key in keys[1:])][:MAX_COUNTED]

    def _below(self, prefix: str, level: int) -> Iterator[list[str]]:
        """The keys outside the layout, by the place in which they lie."""
        if level == len(self._levels):
            self.inside = True
            return
        keys, folders = self._list(prefix, delimiter="/")
        yield keys
        names = {folder[len(prefix) : -1]: folder for folder in folders}
        pattern = self._pattern(level)
        fitting = sorted(name for name in names if re.fullmatch(pattern, name))
        for name in sorted(names.keys() - fitting)[:MAX_FOLDERS]:
            yield self._list(names[name])[0]
        if any(f"{{{part}}}" in self._levels[level] for part in PARTS):
            fitting = fitting[-1:]
        for name in fitting:
            yield from self._below(names[name], level + 1)

    def _pattern(self, level: int) -> str:
        def either(found: re.Match[str]) -> str:
            values = "|".join(map(re.escape, self._values.get(found[1], ())))
            return PARTS.get(found[1], f"(?:{values})")

        return NAME.sub(either, self._levels[level].replace(".", "[.]"))

    def _list(self, prefix: str, delimiter: str = "") -> tuple[list[str], list[str]]:
        """Keys that are not hidden, MAX_COUNTED at most, and the folders right below a prefix."""
        keys: list[str] = []
        folders: list[str] = []
        pages = clients.s3().get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._landing.bucket, Prefix=prefix, Delimiter=delimiter):
            found = (entry["Key"] for entry in page.get("Contents", []))
            keys += [key for key in found if not (key.endswith("/") or "/." in f"/{key}")]
            folders += [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]
            if len(keys) >= MAX_COUNTED:
                break
        return keys[:MAX_COUNTED], folders
