"""Guesses in which lists documents hold events, and takes the events out of them."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from springtide.dataset.declaration import OUTERMOST

from cli.guessing.members import members, nearly_all, time_format

# AWS's names of a document's list of events: CloudTrail, CloudWatch Logs.
_LISTS = (
    "Records", "logEvents", "resourceLogs", "scopeLogs", "logRecords", "resourceSpans",
    "scopeSpans", "spans",
)  # fmt: skip


def lists_of_events(documents: Sequence[dict[str, Any]]) -> tuple[str, ...]:
    """The lists in which documents hold events, from the outside in, if any.

    A document without them is rejected, so nearly all must have a list that is not one of AWS's.
    """
    found = Counter(filter(None, map(_lists_in, documents)))
    for names, _ in found.most_common():
        if names[0] in _LISTS or nearly_all(names[0] in document for document in documents):
            return names
    return ()


def _lists_in(document: dict[str, Any]) -> tuple[str, ...]:
    """The member that is the document's list of events, and known lists within it, if any."""
    names: tuple[str, ...] = ()
    while True:
        name = next(
            (
                key
                for key, value in document.items()
                if isinstance(value, list) and value and all(isinstance(v, dict) for v in value)
                if key in _LISTS or (not names and len(document) <= 3 and _are_events(value))
            ),
            None,
        )
        if name is None:
            return names
        names, document = (*names, name), document[name][0]


def _are_events(entries: Sequence[dict[str, Any]]) -> bool:
    """Whether these may be events, which have times of their own, and not parts of one."""
    return len(entries) > 1 and any(time_format(member) for member in members(entries))


def events(document: dict[str, Any], records: tuple[str, ...]) -> list[dict[str, Any]]:
    """The objects in a document's lists, or the document itself if it has no such list.

    Each has the members of the levels around it, by the first name of the paths that lead there.
    """
    if not records or not isinstance(document.get(records[0]), list):
        return [document]
    levels: list[tuple[dict[str, Any], dict[str, Any]]] = [({}, document)]
    for level, name in zip((OUTERMOST, *records), records, strict=False):
        levels = [
            (around | _but(outer, name, level), each)
            for around, outer in levels
            if isinstance(outer.get(name), list)
            for each in outer[name]
            if isinstance(each, dict)
        ]
    return [around | event for around, event in levels]


def _but(outer: dict[str, Any], name: str, level: str) -> dict[str, Any]:
    """What is around the list with that name, if anything."""
    rest = {key: value for key, value in outer.items() if key != name}
    return {level: rest} if rest else {}
