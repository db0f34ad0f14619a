"""Emits what a slice adds to the metrics: each line and row once, however often it is read."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict

from springtide.aws.observability import emit
from springtide.ledger import slices, waiting
from springtide.ledger.step import Step
from springtide.model.lateness import AGES
from springtide.model.partitions import EVENTS
from springtide.model.unread import Counted, counted


class MeasuredRows(TypedDict):
    """An item of kind `measured`: rows of `event#<hour>` or of `waiting` that were emitted.

    For an arrival hour, `arrival#<hour>`, the item holds what was emitted as `Counted`.
    """

    rows: int


_NOTHING: Counted = {"lines": 0, "accepted": 0, "rejected": {}, "late": {}, "unread": 0}


def report(step: Step, now: datetime) -> None:
    """Emits the metrics of a slice that is about to be recorded, unless an earlier call has.

    It emits what the slice changes in the account. For an arrival hour that was read before, by a
    recorded slice or by one that died, that is the difference. So the sums equal the account, and a
    single value may be negative. Emitted values are recorded right after, so only a crash between
    the two emits something twice.
    """
    settings, ledger, slice_id = step.settings, step.ledger, step.slice
    item = slices.one(ledger, slice_id)
    assert item is not None
    if "measured_at" in item:
        return
    chunks = list(step.documents.all_passed())
    counts = step.documents.counts().items()
    arrivals = {f"arrival#{hour}": counted(account) for hour, account in counts}
    events: dict[str, MeasuredRows] = {
        "event#" + "T".join(entry["partition"]): {"rows": entry["rows"]}
        for chunk in chunks
        if chunk["table"] == EVENTS.table
        for entry in chunk["staged"]
    }
    now_waits: dict[str, MeasuredRows] = {"waiting": {"rows": _waiting(step)}}
    measured = {**arrivals, **events, **now_waits}
    known = ledger.items.get_all("measured", measured)
    new = _difference(arrivals, known)
    rows, waits = (
        sum(now_has["rows"] - known.get(p, {"rows": 0})["rows"] for p, now_has in of.items())
        for of in (events, now_waits)
    )
    started_at = datetime.fromisoformat(item["started_at"])
    emit(
        settings,
        {
            "Lines": new["lines"],
            "Accepted": new["accepted"],
            "Duplicates": new["accepted"] - rows - waits,
            "Rejected": new["lines"] - new["accepted"],
            "Unread": new["unread"],
            "Slices": 1,
            "PartitionsPublished": sum(len(chunk["staged"]) for chunk in chunks),
            "SliceSeconds": (now - started_at).total_seconds(),
            "WaitingRows": now_waits["waiting"]["rows"],
            "RejectedByReason": dict(new["rejected"]),
            "LateEventsByAge": {age: new["late"][age] for age in AGES},
        },
    )
    ledger.items.put_all("measured", measured.items())
    slices.measured(ledger, slice_id, now)


def _waiting(step: Step) -> int:
    """Late rows that wait once the slice is recorded."""
    merged = step.documents.chunks("merge")
    gone = [entry for chunk in merged["chunks"] for entry in chunk.get("waiting", [])]
    added = [*waiting.entries(step.ledger), *merged.get("deferred", [])]
    present = {waiting.sort_of(entry): entry["rows"] for entry in added}
    for entry in gone:
        present.pop(waiting.sort_of(entry), None)
    return sum(present.values())


def _difference(arrivals: Mapping[str, Counted], known: Mapping[str, Counted]) -> Counted:
    """The sum of what the arrival hours have in addition to what was known of them."""
    rejected: Counter[str] = Counter()
    late: Counter[str] = Counter()
    summed: Counted = {**_NOTHING, "rejected": rejected, "late": late}
    for sort, now_has in arrivals.items():
        had = known.get(sort, _NOTHING)
        summed["lines"] += now_has["lines"] - had["lines"]
        summed["accepted"] += now_has["accepted"] - had["accepted"]
        summed["unread"] += now_has["unread"] - had["unread"]
        rejected.update(now_has["rejected"])
        rejected.subtract(had["rejected"])
        late.update(now_has["late"])
        late.subtract(had["late"])
    return summed
