"""Guesses which members are the event time, the key and the revision."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from cli.guessing.members import Member, is_whole, moment, time_format

# Names of times of other happenings than the event's, and of numbers that count changes.
_LATER = re.compile(
    r"(?i)recei|ingest|process|load|updat|chang|modif|sent|upload|expir|arriv|deliver|stored|publish"
    r"|queue|observed_?time"
)
_REVISION = re.compile(r"(?i)(^|_|\.)(version|revision|rev|seq|sequence)|updat|chang|modif")
_EVENT = re.compile(r"(?i:event|occur|time|happen|created|(^|[_.])(at|ts|date)$)|At$")
_ID = re.compile(r"(?i:(^|[._-])(id|uuid|guid|key)$|_id)|Id$|ID$")  # but not "paid"
_KEY = re.compile(rf"{_ID.pattern}|(?i:event)")
_MOST_KEYS = 12


@dataclass(frozen=True)
class Time:
    """A member that may be the event time.

    `late_hours` are nearly the least, the median and nearly the greatest number of hours after the
    folder's start.
    """

    member: Member
    format: str
    late_hours: tuple[float, float, float] | None


def times(members: Sequence[Member], arrived: Mapping[int, datetime], documents: int) -> list[Time]:
    """Return the members that may be the event time, the most likely first.

    `arrived` is when a document's folder began, by document number.
    """
    found = []
    for member in members:
        format_ = time_format(member)
        if format_ is not None:
            found.append(Time(member, format_, _lateness(member, format_, arrived)))
    return sorted(found, key=lambda time: _unlikely(time, documents))


def _lateness(
    member: Member, format_: str, arrived: Mapping[int, datetime]
) -> tuple[float, float, float] | None:
    # The extreme values of a landing are mistakes.
    late = sorted(
        arrived[number].timestamp() / 3600 - at / 3_600_000
        for number, value in member.values.items()
        if number in arrived and (at := moment(value, format_)) is not None
    )
    odd = len(late) // 200
    return (late[odd], late[len(late) // 2], late[-1 - odd]) if late else None


def _unlikely(time: Time, documents: int) -> tuple[Any, ...]:
    """The sort key of likelihood: always present, plausible, named like an event time, plainly."""
    missing = time.member.present < 0.99 * documents
    middle = time.late_hours[1] if time.late_hours else 0.0
    name = time.member.name
    implausible = not -48 <= middle <= 24 * 366
    return (missing, implausible, bool(_LATER.search(name)), not _EVENT.search(name),
            len(time.member.path), len(name), time.member.path)  # fmt: skip


def _as_read(member: Member) -> Mapping[int, Any]:
    """The values as a run reads them: two times within a millisecond are equal."""
    format_ = time_format(member)
    if format_ is None:
        return member.values
    return {number: moment(value, format_) for number, value in member.values.items()}


@dataclass(frozen=True)
class Key:
    """Members that together with the event time identify a document.

    `share` is the share of documents that are identified, copies of the same text left out.
    """

    members: tuple[Member, ...]
    share: float


def key(members: Sequence[Member], time: Time | None, documents: Sequence[Any]) -> Key | None:
    """Return the most likely key; None if no member is in all documents."""
    moments = _as_read(time.member) if time else {}
    different = list({json.dumps(d, sort_keys=True): n for n, d in enumerate(documents)}.values())
    candidates = [
        member
        for member in members
        if member.only("text", "whole")
        and member.present >= 0.99 * len(documents)
        and (time is None or member.path != time.member.path)
        and (time_format(member) is None or _ID.search(member.name))
    ]
    candidates.sort(key=lambda m: (not _KEY.search(m.name), -len({*m.values.values()})))
    tried: list[tuple[Member, ...]] = [(each,) for each in candidates]
    tried += list(combinations(candidates[:_MOST_KEYS], 2))
    best: Key | None = None
    for members_ in tried:
        seen = {(*(str(m.values.get(n)) for m in members_), str(moments.get(n))) for n in different}
        share = len(seen) / len(different)
        # A longer key, or one without such a name, must be much better: revisions of an event
        # differ in other members.
        named = all(_KEY.search(member.name) for member in members_)
        better = 0.01 if named and len(members_) == 1 else 0.1
        if best is None or share > best.share + better:
            best = Key(members_, share)
    return best


def revision(
    members: Sequence[Member], time: Time | None, key_: Key | None, documents: Sequence[Any]
) -> tuple[Member | None, int]:
    """Return the member that distinguishes revisions of a key, and how many keys have several."""
    if key_ is None or time is None:
        return None, 0
    groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
    moments = _as_read(time.member)
    for number in {json.dumps(d, sort_keys=True): n for n, d in enumerate(documents)}.values():
        same = (*(str(m.values.get(number)) for m in key_.members), str(moments.get(number)))
        groups[same].append(number)
    several = [numbers for numbers in groups.values() if len(numbers) > 1]
    taken = {member.path for member in (*key_.members, time.member)}
    for member in members:
        ordered = is_whole(member) or time_format(member) is not None
        if member.path in taken or not ordered or not _REVISION.search(member.name):
            continue
        values = _as_read(member)
        differing = sum(len({str(values.get(n)) for n in g}) == len(g) for g in several)
        if not several or differing > 0.9 * len(several):
            return member, len(several)
    return None, len(several)
