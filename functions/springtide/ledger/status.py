"""A stack's status: who writes, what was ingested, what waits or is held, and up to where."""

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
# Partitions of each table that are compared with the ledger, the newest; `springtide repair`
# compares all. One call of Glue's returns as many.
_COMPARED = 1000
# Days before the mark whose partitions are requested first; more only if there are none.
_NEAR_DAYS = (2, 60)


@dataclass(frozen=True)
class Status:
    """A stack at a moment; hours and moments are texts, in UTC."""

    # Holder, expiry and fence; None if no run writes.
    lease: dict[str, Any] | None
    mark: str | None
    complete_up_to: str | None
    fresh_up_to: str | None
    # The newest first: id, state, hours, objects, and its account or what failed.
    slices: list[dict[str, Any]]
    pending: list[dict[str, Any]]
    held: list[dict[str, Any]]
    # Hours of derived tables that a run could not build, each with the reason.
    held_derived: list[dict[str, str]]
    # Derived tables that are still to be filled from events: whether a rollback holds that.
    filling: dict[str, bool]
    # Late rows that are in no table yet: how many, since when, and of which event hours, each with
    # the versions of the deltas that they are in.
    waiting: dict[str, Any]
    # Hours that were requested and that no run has looked at yet.
    requests: list[dict[str, str]]
    # Event hours that runs were asked to rebuild and have not yet.
    rebuilds: list[dict[str, str]]
    # Values that are to be erased and are not yet: how many, of which field, and since when.
    erasures: list[dict[str, Any]]
    # What the last run has seen outside the layout: how many objects, and the keys of some.
    outside: OutsideLayout
    # By table: its newest partition, and what its readers are told.
    tables: dict[str, dict[str, str | None]]
    # Those of them that are not declared any more, so that no run builds them.
    undeclared: list[str]
    # Of the newest partitions those that were dropped or moved since a run published them: `left`
    # is where the run left it, `now` where it points.
    moved: list[dict[str, str | None]]


def status(settings: Settings) -> Status:
    """How the stack stands now; nothing is written."""
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
        requests=_asked(hour_requests.read(ledger)),
        rebuilds=_asked(rebuild_requests.read(ledger)),
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


def _asked(requests: Iterable[HourRequest | RebuildRequest]) -> list[dict[str, str]]:
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
    """The greatest partition with rows, looked for near the mark so that few are read."""
    key = keys_of(name)[0]
    near = [] if mark is None else [mark.start - timedelta(days=days) for days in _NEAR_DAYS]
    for expression in [*(f"{key} >= '{day:%Y-%m-%d}'" for day in near), ""]:
        found = catalog.partitions(database, name, expression)
        values = [each for each, partition in found.items() if recorded_rows(partition)]
        if values:
            return "/".join(max(values))
    return None
