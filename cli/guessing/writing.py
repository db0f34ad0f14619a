"""Writes a guessed declaration as TOML, with a comment beside each guess."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from unicodedata import combining, normalize

from springtide.dataset.declaration import EVENT_TIME, is_reserved
from springtide.dataset.landing import MOST_COMBINATIONS
from springtide.dataset.layout import Layout

from cli.guessing.layout import FoundLayout, unpadded
from cli.guessing.members import Member, time_format, time_of_another_form, type_of, without_offset
from cli.guessing.roles import Key, Time
from cli.guessing.sample import Sample
from cli.landing import FOLDERS

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_DAY = 24
# DynamoDB writes a value as a member that is named by its type.
_ATTRIBUTE_TYPES = {"S", "N", "B", "L", "M", "BOOL", "NULL", "SS", "NS", "BS"}


@dataclass(frozen=True)
class Guess:
    """What was guessed from a sample."""

    sample: Sample
    members: Sequence[Member]
    # Members that hardly any document has, which are not declared.
    rare: Sequence[str]
    # Members that no path of a declaration can name, and names that differ only in case.
    unfit: Sequence[str]
    alike: Sequence[Sequence[str]]
    times: Sequence[Time]
    key: Key | None
    revision: Member | None
    # Keys for which the sample has several different documents.
    revised: int

    @property
    def time(self) -> Time | None:
        """The most likely event time."""
        return self.times[0] if self.times else None

    def undecided(self) -> list[str]:
        """What a person must decide or check, one sentence each."""
        layout = self.sample.layout
        found = [*self.sample.noted(), *_undecided_layout(layout, self.sample.names)]
        if layout is not None and self.time is not None and self.time.late_hours is not None:
            after = -self.time.late_hours[0] - layout.layout.longest_hours
            if after > 0.1:
                found.append(
                    f"time_zone: events lie up to {after:.1f} h behind the end of their folders, if"
                    " these are named in UTC"
                )
        if self.time is None:
            found.append("the event time: no member is a time in every document")
        found += self._undecided_times()
        if self.key is None:
            found.append("the key: no member is there in every document")
        elif self.key.share < 1 and self.revision is None:
            found.append(
                f"the key: {1 - self.key.share:.1%} of the documents share theirs with another one"
            )
        if self.revised and self.revision is None:
            found.append(
                f"the revision: {self.revised:,} keys have several documents, and no member says"
                " which is newer"
            )
        if self.rare:
            found.append(
                f"{len(self.rare):,} members that hardly any document has: {_listed(self.rare)}"
            )
        if self.unfit:
            found.append(
                f"{len(self.unfit):,} members left out, whose names no path can have:"
                f" {_listed(self.unfit)}"
            )
        for names in self.alike:
            found.append(
                f"{_listed(names)} differ only in case, and are one name to Athena: a document with"
                " several of them is rejected as malformed if any is declared"
            )
        return found

    def _undecided_times(self) -> list[str]:
        """What must be decided about times without an offset, and about unsupported formats."""
        lacking = [
            f"{share} of {member.name!r}"
            for member in self.members
            if (share := without_offset(member))
        ]
        others = [
            f"{member.name!r} ({example!r})"
            for member in self.members
            if (example := time_of_another_form(member)) is not None
        ]
        found = []
        if lacking:
            found.append(
                f"zone: times that name no offset ({', '.join(lacking)}) are NULL without a zone,"
                " and as the event time rejected"
            )
        if others:
            found.append(
                f"what looks like a time in another form: {', '.join(others)}. Only ISO 8601 texts"
                " and epochs are read: convert it before it lands, in the producer or in a Firehose"
                " transformation"
            )
        return found


def _undecided_layout(layout: FoundLayout | None, names: Sequence[str]) -> list[str]:
    outside = [name for name in names if layout is None or not layout.hour(name)]
    found = []
    if layout is None:
        found.append(
            f"the layout: no folder of the landing spells a day. {FOLDERS}; where they do,"
            " [landing] says how these are named"
        )
    elif outside:
        found.append(
            f"{len(outside):,} of {len(names):,} objects lie outside the layout, where nothing is"
            f" read (for example {outside[0]})"
        )
    if name := unpadded(outside):
        found.append(
            f"a month, day or hour of one digit (for example {name}), which no layout can have:"
            " name such folders with two digits"
        )
    if layout is not None and layout.left_out:
        found.append(
            f"{len(layout.left_out):,} values of [landing.folders] that are left out, since they"
            f" cannot be declared: {_listed(layout.left_out)}"
        )
    if layout is not None and len(layout.layout.leads) > MOST_COMBINATIONS:
        found.append(
            f"{len(layout.layout.leads):,} combinations of [landing.folders], of which"
            f" {MOST_COMBINATIONS} can be declared"
        )
    return found


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names[:10]))


def write(name: str, guess: Guess) -> str:
    """Return the text of dataset.toml."""
    names = _columns(guess)
    parts = [
        f"name = {_text(name)}",
        f"# Guessed from {len(guess.sample.documents):,} documents of {guess.sample.objects:,}"
        " objects. Correct what is wrong, then: springtide check",
        *(f"# TO DECIDE: {each}." for each in guess.undecided()),
        'description = ""',
        '# grain = "day" # partitions of events are hours if not given; days for some 100 MB a day',
        *_landing(guess.sample),
        *_event_time(guess, names),
        *_key(guess, names),
        *_revision(guess, names),
        *_lateness(guess.time),
        *(line for member in guess.members for line in _field(member, guess, names[member.path])),
    ]
    return "\n".join(parts) + "\n"


def _landing(sample: Sample) -> list[str]:
    found = sample.layout
    lines = ['format = "parquet"'] if sample.columns else []
    records = () if sample.columns else sample.records
    if found is not None and found.layout != Layout():
        lines += [
            f"layout = {_text(found.layout.template)} # below"
            f" {found.prefix or 'the root of the landing'}",
            'time_zone = "UTC" # of the folders; the sample cannot say it',
        ]
    if records:
        named = records[0] if len(records) == 1 else list(records)
        lines.append(
            f"records = {json.dumps(named, ensure_ascii=False)}"
            " # the list in which a document holds its events"
        )
    elif sample.concatenated:
        lines.append("concatenated = true # lines with several documents, each of them an event")
    if sample.columns:
        lines += ["", "[landing.columns] # as the objects have them, in Glue's types"]
        lines += [f"{_text(name)} = {_text(str(kind))}" for name, kind in sample.columns.items()]
    if found is not None and found.layout.folders:
        lines += ["", "[landing.folders] # every value; those that are not named are not read"]
        lines += [
            f"{name} = {json.dumps(values, ensure_ascii=False)}"
            for name, values in found.layout.folders
        ]
    return ["", "[landing]", *lines] if lines else []


def _event_time(guess: Guess, names: dict[tuple[str, ...], str]) -> list[str]:
    lines = ["", "[event_time]"]
    if guess.time is None:
        return [*lines, 'field = "" # TO DECIDE']
    others = [f"{names[time.member.path]}{_late(time)}" for time in guess.times[1:4]]
    also = f"; also times: {', '.join(others)}" if others else ""
    field = names[guess.time.member.path]
    return [*lines, f"field = {_text(field)} #{_late(guess.time) or ' a time'}{also}"]


def _late(time: Time) -> str:
    if time.late_hours is None:
        return ""
    _, middle, most = time.late_hours
    middle, most = max(0.0, middle), max(0.0, most)
    return f" ({time.format}, {middle:.0f} h late in the middle, {most:.0f} h at most)"


def _key(guess: Guess, names: dict[tuple[str, ...], str]) -> list[str]:
    if guess.key is None:
        return ["", "[key]", "fields = [] # TO DECIDE: what is unique together with the event time"]
    fields = [names[member.path] for member in guess.key.members]
    say = f"# with the event time unique in {guess.key.share:.1%} of the documents, copies left out"
    return ["", "[key]", f"fields = {json.dumps(fields)} {say}"]


def _revision(guess: Guess, names: dict[tuple[str, ...], str]) -> list[str]:
    if guess.revision is None:
        return []
    said = f"# {guess.revised:,} keys of the sample have several documents"
    return ["", "[revision]", f"field = {_text(names[guess.revision.path])} {said}"]


def _lateness(time: Time | None) -> list[str]:
    late = time.late_hours[2] if time and time.late_hours else 0.0
    hours = max(30 * _DAY, _DAY * ceil(2 * late / _DAY))
    return [
        "",
        "[lateness]",
        f"too_old_hours = {hours} # later is rejected; the latest here: {max(0.0, late):.0f} h",
        "in_future_hours = 1",
    ]


def _field(member: Member, guess: Guess, name: str) -> list[str]:
    format_ = time_format(member)
    time = guess.time is not None and member.path == guess.time.member.path
    shown = next((time for time in guess.times if time.member.path == member.path), None)
    lines = ["", "[[fields]]", f"name = {_text(name)}"]
    if format_ is not None and (time or shown is None or format_ == "iso8601" or _plausible(shown)):
        lines += ['type = "timestamp"', f"formats = [{_text(format_)}]"]
        if lacking := without_offset(member):
            lines[-1] += f" # TO DECIDE: {lacking} have no offset, and are NULL without a zone"
    else:
        kind, say = type_of(member)
        column = guess.sample.column(member.path)
        if column is not None and column.kind == "decimal":  # which comes as text
            kind, say = str(column), ""
        lines.append(f"type = {_text(kind)}" + (f" # {say}" if say else ""))
    if member.path != (name,):
        lines.append(f"path = {_path(member.path)}")
    missing = len(guess.sample.documents) - member.present
    if missing:
        share = missing / len(guess.sample.documents)
        lines[2] += f" # missing or null in {share:.1%}"
    return lines


def _plausible(time: Time) -> bool:
    """Whether a number that could be an epoch lies near its arrival, as an id would not."""
    return time.late_hours is None or abs(time.late_hours[1]) < 5 * 366 * _DAY


def _path(path: tuple[str, ...]) -> str:
    if all(_PLAIN.fullmatch(part) for part in path):
        return _text(".".join(path))
    return "[" + ", ".join(map(_text, path)) + "]"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _columns(guess: Guess) -> dict[tuple[str, ...], str]:
    """A column's name for each member: its last part, with the parts above it if that is taken."""
    names: dict[tuple[str, ...], str] = {}
    for member in guess.members:
        path = member.path
        if len(path) > 1 and path[-1] in _ATTRIBUTE_TYPES:
            path = path[:-1]
        tries = [_snake("_".join(path[-depth:])) for depth in range(1, len(path) + 1)]
        tries.append(f"field_{tries[-1]}")
        tries += [f"{tries[-1]}_{number}" for number in range(2, 1000)]
        is_time = guess.time is not None and member.path == guess.time.member.path
        taken = {*names.values(), *(() if is_time else (EVENT_TIME,))}
        names[member.path] = next(
            name for name in tries if name not in taken and not is_reserved(name)
        )
    return names


def _snake(text: str) -> str:
    # Letters without their accents.
    plain = "".join(c for c in normalize("NFKD", text) if not combining(c))
    words = re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", plain).casefold()
    name = re.sub(r"_+", "_", re.sub(r"[^a-z0-9]", "_", words)).strip("_")
    return (name if name[:1].isalpha() else f"field_{name}".rstrip("_"))[:60]
