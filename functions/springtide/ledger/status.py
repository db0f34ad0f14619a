"""A stack's status: who holds the lease, what was ingested, what waits or is held."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from springtide.aws import catalog, glue_partitions
from springtide.dataset import loading
from springtide.dataset.tables import published_tables
from springtide.ledger import (
    completeness,
    erase_requests,
    fills,
    held_derived,
    hour_requests,
    lease,
    marks,
    open_hours,
    outside_layout,
    published,
    rebuild_requests,
    slices,
    waiting,
)
from springtide.ledger.chunks import recorded_rows
from springtide.ledger.hour_requests import HourRequest
from springtide.ledger.lease import Lease
from springtide.ledger.open_hours import OpenHour
from springtide.ledger.outside_layout import OutsideLayout
from springtide.ledger.rebuild_requests import RebuildRequest
from springtide.ledger.slices import Slice
from springtide.ledger.table import Ledger
from springtide.ledger.undeclared import undeclared
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import WaitingRows
from springtide.model.partitions import keys_of
from springtide.model.settings import Settings

_SLICES = 10
# How many of each table's newest partitions are compared with the ledger; `springtide repair`
# compares all. One call of Glue returns this many.
_COMPARED = 1000
# Days before the mark whose partitions are requested first; more only if those are none.
_NEAR_DAYS = (2, 60)


@dataclass(frozen=True)
class Status:
    """A stack at one time; hours and times are text, in UTC."""

    # Holder, expiry and fence; None if no run holds the lease.
    lease: dict[str, Any] | None
    mark: str | None
    complete_up_to: str | None
    fresh_up_to: str | None
    # The newest first: id, state, hours, objects, and its account or what failed.
    slices: list[dict[str, Any]]
    pending: list[dict[str, Any]]
    held: list[dict[str, Any]]
    # Hours of derived tables that no run builds until they are retried, each with the reason.
    held_derived: list[dict[str, str]]
    # Derived tables that still lack event hours, and whether a rollback holds each.
    filling: dict[str, bool]
    # Late rows that are in no table yet: how many, since when, and of which event hours, each with
    # the versions of the deltas that hold them.
    waiting: dict[str, Any]
    # Requested arrival hours that no run has looked at yet.
    requests: list[dict[str, str]]
    # Requested rebuilds of event hours that are not done yet.
    rebuilds: list[dict[str, str]]
    # Unfinished erasures: how many values, of which field, and since when.
    erasures: list[dict[str, Any]]
    # Objects that the last run saw outside the layout: how many, and the keys of some.
    outside: OutsideLayout
    # By table: its newest partition, and what its parameters tell its readers.
    tables: dict[str, dict[str, str | None]]
    # Tables that are no longer declared, so that no run builds them.
    undeclared: list[str]
    # The newest partitions that were dropped or moved since a run published them: `left` is where
    # the run left it, `now` where it points.
    moved: list[dict[str, str | None]]


def status(settings: Settings) -> Status:
    """The stack's status now; writes nothing."""
    ledger = Ledger(settings.ledger_table, settings.data_set)
    still_open = open_hours.read(ledger)
    mark = marks.mark(ledger)
    upto = completeness.upto(ledger, settings.start_from).parameters()
    newest = slices.newest_first(ledger, _SLICES)
    declared = published_tables(loading.load(settings.data_set))
    others = undeclared(settings, ledger)
    return Status(
        lease=_lease(lease.current(ledger)),
        mark=None if mark is None else str(mark),
        complete_up_to=upto[completeness.COMPLETE],
        fresh_up_to=upto[completeness.FRESH],
        slices=[_slice(item) for item in newest],
        pending=[_open(h, item) for h, item in still_open.items() if item["state"] == "pending"],
        held=[_open(h, item) for h, item in still_open.items() if item["state"] == "held"],
        held_derived=held_derived.shown(ledger),
        filling=fills.filling(ledger),
        waiting=_waiting(waiting.entries(ledger)),
        requests=_ranges(hour_requests.read(ledger)),
        rebuilds=_ranges(rebuild_requests.read(ledger)),
        erasures=[
            {
                "field": item["field"],
                "values": len(item["values"]),
                "requested_at": item["requested_at"],
            }
            for item in erase_requests.unfulfilled(ledger)
        ],
        outside=outside_layout.read(ledger),
        tables={name: _table(settings, name, mark) for name in dict.fromkeys([*declared, *others])},
        undeclared=list(others),
        moved=_moved(settings, ledger),
    )


def _moved(settings: Settings, ledger: Ledger) -> list[dict[str, str | None]]:
    moved = []
    for name in published_tables(loading.load(settings.data_set)):
        newest = published.newest(ledger, name, _COMPARED)
        present = glue_partitions.get(settings.database, name, newest)
        moved += [stray.shown() for stray in published.strays(ledger, name, newest, present)]
    return moved


def _lease(item: Lease) -> dict[str, Any] | None:
    if "holder" not in item:
        return None
    expires_at = datetime.fromtimestamp(item["expires_at"], UTC)
    return {
        "holder": item["holder"],
        "expires_at": expires_at.isoformat(),
        "fence": item["fence"],
    }


def _waiting(found: list[WaitingRows]) -> dict[str, Any]:
    hours = [
        {
            "event_hour": "T".join(hour),
            "rows": waiting.rows_of(entries),
            "since": min(map(waiting.since, entries)).isoformat(),
            "versions": [entry["version"] for entry in entries],
        }
        for hour, entries in sorted(waiting.by_hour(found).items())
    ]
    return {
        "rows": waiting.rows_of(found),
        "since": min(map(waiting.since, found)).isoformat() if found else None,
        "event_hours": hours,
    }


def _ranges(requests: Iterable[HourRequest | RebuildRequest]) -> list[dict[str, str]]:
    return [{"sk": i["sk"], "first": i["first"], "last": i["last"]} for i in requests]


def _slice(item: Slice) -> dict[str, Any]:
    names = (
        "state", "first_hour", "last_hour", "hours", "erases", "fills", "to", "objects",
        "started_at", "recorded_at", "account", "failure",
    )  # fmt: skip
    found = {"id": item["sk"], **_shown(item, names)}
    if "decision" in item:
        found["planned_again"] = item["decision"]["isolated"]
    return found


def _shown(item: Mapping[str, object], names: Iterable[str]) -> dict[str, object]:
    return {name: item[name] for name in names if name in item}


def _open(hour: ArrivalHour, item: OpenHour) -> dict[str, Any]:
    fingerprint = item.get("fingerprint")
    names = ("reason", "held_at") if item["state"] == "held" else ("max_hours",)
    return {
        "arrival_hour": str(hour),
        "objects": None if fingerprint is None else fingerprint["objects"],
        "bytes": None if fingerprint is None else fingerprint["bytes"],
        **_shown(item, names),
    }


def _table(settings: Settings, name: str, mark: ArrivalHour | None) -> dict[str, str | None]:
    found = catalog.table(settings.database, name)
    if found is None:
        return {"newest_partition": None, "complete_up_to": None, "fresh_up_to": None}
    return {
        "newest_partition": _newest_partition(settings.database, name, mark),
        **{
            name: found.get("Parameters", {}).get(name)
            for name in (completeness.COMPLETE, completeness.FRESH)
        },
    }


def _newest_partition(database: str, name: str, mark: ArrivalHour | None) -> str | None:
    """The newest partition that has rows; looks near the mark first, so that few are read."""
    key = keys_of(name)[0]
    near = [] if mark is None else [mark.start - timedelta(days=days) for days in _NEAR_DAYS]
    for expression in [*(f"{key} >= '{day:%Y-%m-%d}'" for day in near), ""]:
        found = catalog.partitions(database, name, expression)
        values = [each for each, partition in found.items() if recorded_rows(partition)]
        if values:
            return "/".join(max(values))
    return None
