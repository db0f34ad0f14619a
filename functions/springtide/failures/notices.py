"""The texts of notices: what failed, where, what is left, and what to do."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from springtide.aws.executions import Ended, console_link
from springtide.failures.runbook import HELD, advice
from springtide.ledger.slices import Slice
from springtide.model.settings import Settings

# SNS: a subject is ASCII, begins with a letter, and has fewer than 100 characters
# (docs.aws.amazon.com/sns/latest/api/API_Publish.html). A cause is cut to what helps.
_LONGEST_SUBJECT = 99
_LONGEST_CAUSE = 4_000


class Notice(NamedTuple):
    """A message to the alarm topic."""

    subject: str
    message: str


class Left(NamedTuple):
    """What an execution left behind; `slice` is None if it had planned none."""

    slice: Slice | None
    # Partitions by table whose flips had begun.
    flips: Mapping[str, int]
    # Queries that were stopped, and those that Athena would not stop, with its reason.
    stopped: Sequence[str]
    running: Sequence[str]
    lease: str
    complete_up_to: str | None
    # Attempts that had begun and whose query id was never recorded.
    unnamed: Sequence[str]


def failed_run(settings: Settings, ended: Ended, left: Left) -> Notice:
    """The notice of an execution that failed, timed out or was aborted."""
    what = f"{ended.status} with {ended.error}" if ended.error else ended.status
    lines = [
        ("Stack", f"{settings.stack}, data set {settings.data_set}"),
        ("Ended", f"{moment(ended.stopped)} as {ended.status}"),
        ("State", ended.state or "unknown"),
        ("Error", _error(ended.error, ended.cause)),
        *_slice_lines(left),
        ("Complete", f"up to arrival hour {left.complete_up_to or '(none yet)'}"),
        ("Lease", left.lease),
        *[("Stopped", query) for query in left.stopped],
        *[("Still runs", query) for query in left.running],
        *[("May run", f"{attempt}, whose query id was never recorded") for attempt in left.unnamed],
    ]
    found = advice(ended.status, ended.error)
    head = f"A run of {settings.stack} ended as {what}."
    return _notice(
        f"Springtide {settings.stack}: run {what}",
        [head, _table(lines), _where(ended.arn), f"What to do: {found.line}\nMore: {found.more}"],
    )


def held_hours(
    settings: Settings, execution: str, slice_id: str, hours: Sequence[str], why: tuple[str, str]
) -> Notice:
    """The notice of arrival hours that a run holds; `why` is the error and its cause."""
    count = f"{len(hours)} arrival hour{'s' if len(hours) > 1 else ''}"
    found = advice("FAILED", why[0])
    free = f"Then: springtide retry {' '.join(hours)} --stack {settings.stack}"
    return _notice(
        f"Springtide {settings.stack}: holds {count} after {why[0]}",
        [
            f"A run of {settings.stack} holds {count}: nothing in it is published"
            " until its objects change or it is retried. The run continues without it.",
            _held(settings, slice_id, hours, why),
            _where(execution),
            f"What to do: {found.line}\n{free}\nMore: {HELD}, {found.more}",
        ],
    )


def held_derived(
    settings: Settings, execution: str, slice_id: str, hours: Sequence[str], why: tuple[str, str]
) -> Notice:
    """The notice of event hours of a derived table that a run holds."""
    return _notice(
        f"Springtide {settings.stack}: holds hours of a derived table after {why[0]}",
        [
            f"A run of {settings.stack} cannot build these hours: they stay as they were until they"
            " are retried. The events are published, and the run continues.",
            _held(settings, slice_id, hours, why),
            _where(execution),
            "What to do: correct the table's SQL, or reject the value by a rule and rebuild the"
            f" hours.\nThen: springtide retry --stack {settings.stack}\n"
            "More: docs/operations.md#held-hours-of-derived-tables",
        ],
    )


def _held(settings: Settings, slice_id: str, hours: Sequence[str], why: tuple[str, str]) -> str:
    lines = [
        ("Stack", f"{settings.stack}, data set {settings.data_set}"),
        ("Held", ", ".join(hours)),
        ("Slice", slice_id),
        ("Error", _error(*why)),
    ]
    return _table(lines)


def moment(when: datetime) -> str:
    """A time as people read it, in UTC."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _slice_lines(left: Left) -> list[tuple[str, str]]:
    item = left.slice
    if item is None:
        return [("Slice", "none was planned, so nothing was written")]
    hours, pending = f"none, it {_without_hours(item)}", "the next run tries it again"
    if item["hours"]:
        hours = f"{item['hours']}, from arrival hour {item['first_hour']} to {item['last_hour']}"
        pending = "its hours are pending or held"
    lines = [("Slice", f"{item['sk']} ({item['state']})"), ("Hours", hours)]
    flips = ", ".join(f"{count} of {table}" for table, count in sorted(left.flips.items()))
    if item["state"] == "recorded":
        return [*lines, ("Published", f"the whole slice, partitions: {flips or 'none'}")]
    if flips:
        whole = "each is complete, old or new; the next run repeats the slice"
        return [*lines, ("Published", f"in part, partitions: {flips}; {whole}")]
    return [*lines, ("Published", f"nothing of the slice; {pending}")]


def _without_hours(item: Slice) -> str:
    if "erases" in item:
        return "erases values"
    if "fills" in item:
        return f"builds {item['fills']} from events"
    return "merges late rows that have waited"


def _error(error: str, cause: str) -> str:
    shown = cause if len(cause) <= _LONGEST_CAUSE else f"{cause[:_LONGEST_CAUSE]} ... (cut)"
    return f"{error}: {shown}" if error and shown else error or shown or "not given"


def _table(lines: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"{name + ':':<12}{text}" for name, text in lines)


def _where(execution: str) -> str:
    return f"{execution}\n{console_link(execution)}"


def _notice(subject: str, parts: Sequence[str]) -> Notice:
    plain = "".join(c if " " <= c <= "~" else "?" for c in subject)
    return Notice(plain[:_LONGEST_SUBJECT], "\n\n".join(parts))
