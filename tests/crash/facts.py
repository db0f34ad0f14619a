"""What has to be the same whatever happened on the way."""

from collections import Counter
from collections.abc import Iterator, Mapping, Set
from datetime import timedelta
from itertools import groupby
from typing import Any

from springtide.aws.dynamodb import Item
from springtide.aws.tagging import TAG_KEY, TAG_VALUE
from springtide.ledger import marks, open_hours, slices
from springtide.ledger.table import Ledger
from springtide.model.settings import Settings
from springtide.undo.garbage import _Pass

from offline import clock
from offline.machine import Machine
from tests.crash.lake import (
    catalog_tables,
    files_at,
    keys,
    pointers,
    queries_running,
    tags_of,
    visible,
)
from tests.crash.likeness import masked
from tests.crash.readledger import ReadLedger

# Longer than RetainDays and what a collection waits besides.
LONG_AFTER = timedelta(days=90)
_RECORDED = ("fingerprint", "lines", "accepted", "rejected", "late", "unread")

Facts = dict[str, Any]


def facts(machine: Machine, settings: Settings, announced: Set[str]) -> Facts:
    """What a run leaves behind, as far as it may not depend on what went wrong meanwhile."""
    ledger = ReadLedger(settings.ledger_table, settings.data_set)
    waits, unfinished = list(ledger.items.query("waiting")), slices.unfinished(ledger)
    return {
        "rows that readers see": visible(machine),
        "partitions that record other rows": _wrongly_recorded(machine),
        "arrival hours taken": {item["sk"]: _recorded(item) for item in ledger.items.query("hour")},
        "takings that a rollback uses": _takings(ledger),
        "arrival hours whose last taking is not what is recorded": [
            item["sk"]
            for item in ledger.items.query("hour")
            if _recorded(ledger.items.get("taking", f"{item['sk']}#{item['slice']}") or {})
            != _recorded(item)
        ],
        "recorded by slices that do not count": [
            item["sk"]
            for item in ledger.items.query("hour")
            if _state(ledger, item["slice"]) != "recorded"
        ],
        "partitions that the journal does not know": unjournalled(machine, settings),
        "partitions of slices that do not count": [
            pointer.name
            for pointer in pointers(machine)
            if not _may_be_shown(ledger, "-".join(pointer.parameters["version"].split("-")[:2]))
        ],
        "arrival hours open": {
            str(h): item["state"] for h, item in open_hours.read(ledger).items()
        },
        "objects skipped": [item["sk"] for item in ledger.items.query("unreadable")],
        "requests left": [
            i["sk"] for kind in ("request", "settle", "rebuild") for i in ledger.items.query(kind)
        ],
        "values erased": [
            (item["state"], [item["found"][of] for of in ("event_rows", "event_hours", "rejects")])
            for item in ledger.items.query("erase")
        ],
        "late rows that wait": [(i["hour"], i["rows"], i["arrival"]) for i in waits],
        "late rows of slices that do not count": [
            i["sk"] for i in waits if _state(ledger, i["slice"]) != "recorded"
        ],
        "recorded slices of which no event was sent": [
            item["sk"]
            for item in ledger.items.query("slice")
            if item["state"] == "recorded" and item["sk"] not in announced
        ],
        "slices not announced": [item["sk"] for item in ledger.items.query("announcement")],
        "slice unfinished": None if unfinished is None else unfinished["sk"],
        "lease held by": (ledger.items.get("lease", "lease") or {}).get("holder"),
        "mark": str(marks.mark(ledger)),
        "complete up to": {
            name: [
                table.as_dict().get("Parameters", {}).get(of)
                for of in ("complete_up_to", "fresh_up_to")
            ]
            for name, table in catalog_tables(machine).items()
        },
        "queries running": queries_running(machine),
        "queries to stop": [item["sk"] for item in ledger.items.query("unstopped")],
        "prefixes condemned": sorted(
            f"{masked(item['sk'])} {item['state']}"
            for item in ledger.items.query("condemned")
            if files_at(machine, item["sk"])  # else the next pass forgets it
        ),
        "objects tagged": _tagged(machine),
        "tagged prefixes with objects that are not": sorted(_untagged(machine, ledger)),
        **_garbage(machine, settings, ledger),
    }


def differences(wanted: Facts, found: Facts) -> list[str]:
    """What is not as it has to be, in words."""
    return [
        f"{name}: {found[name]!r} instead of {wanted[name]!r}"
        for name in wanted
        if found[name] != wanted[name]
    ]


def _recorded(item: Item) -> Any:
    return masked({name: item.get(name) for name in _RECORDED})


def _state(ledger: Ledger, slice_: str) -> str | None:
    return (ledger.items.get("slice", slice_) or {}).get("state")


def _may_be_shown(ledger: Ledger, slice_: str) -> bool:
    """Whether partitions may point at what the slice wrote.

    What an erasure published that died stays: the next one finds nothing to erase there.
    """
    item = ledger.items.get("slice", slice_) or {}
    return item.get("state") in ("recorded", "rollback") or "erases" in item


def _takings(ledger: Ledger) -> dict[str, list[Any]]:
    """What slices that count have recorded of each hour, in order.

    An hour that was taken again as it was, since a crash had left it open, shows once.
    """
    found: dict[str, list[Any]] = {}
    for item in ledger.items.query("taking"):
        if _state(ledger, item["slice"]) == "recorded":
            found.setdefault(item["sk"].partition("#")[0], []).append(_recorded(item))
    return {hour: [each for each, _ in groupby(takings)] for hour, takings in found.items()}


def unjournalled(machine: Machine, settings: Settings) -> list[str]:
    """Partitions that point at neither end of the newest flip that the journal has of them.

    There may be none at any moment: no rollback and no collection would know where they point.
    """
    ledger = ReadLedger(settings.ledger_table, settings.data_set)
    ends: dict[str, set[str]] = {}
    for slice_ in ledger.items.query("slice"):
        for entry in ledger.items.query(f"journal#{slice_['sk']}"):
            name = f"{entry['table']} {'/'.join(entry['partition'])}"
            ends[name] = {entry["to"], entry.get("base", {}).get("location")}
    return [each.name for each in pointers(machine) if each.location not in ends.get(each.name, ())]


def _tagged(machine: Machine) -> dict[str, int]:
    """How many objects are tagged for deletion, by folder."""
    return dict(
        sorted(
            Counter(
                masked(key.rpartition("/")[0])
                for key, tags in tags_of(machine, "tables/", "delta/")
                if tags.get(TAG_KEY) == TAG_VALUE
            ).items()
        )
    )


def _untagged(machine: Machine, ledger: Ledger) -> Iterator[str]:
    for item in ledger.items.query("condemned"):
        if item["state"] == "tagged":
            prefix = item["sk"].partition("/")[2].partition("/")[2].partition("/")[2]
            yield from (
                key for key, tags in tags_of(machine, prefix) if tags.get(TAG_KEY) != TAG_VALUE
            )


def _wrongly_recorded(machine: Machine) -> dict[str, Any]:
    """Partitions whose parameter `rows` is not the number of their rows."""
    seen = visible(machine)
    recorded = {pointer.name: int(pointer.parameters["rows"]) for pointer in pointers(machine)}
    return {name: rows for name, rows in recorded.items() if rows != seen.get(name, (0, ""))[0]}


def _garbage(machine: Machine, settings: Settings, ledger: Ledger) -> Mapping[str, Any]:
    """Whether a collection long after finds everything that is of no use, and nothing else."""
    retained = timedelta(days=settings.retain_days or 0)
    told = _Pass(settings, ledger, clock.now() + LONG_AFTER, retained, dry_run=True).run()
    condemned = {*told.condemned, *(item["sk"] for item in ledger.items.query("condemned"))}
    found = {item.key for location in condemned for item in files_at(machine, location)}
    used = {item.key for p in pointers(machine) for item in files_at(machine, p.location)}
    present = {item.key for item in keys(machine, "tables/", "delta/")}
    return {
        "left-overs that no collection finds": sorted(present - used - found),
        "files in use that a collection takes": sorted(used & found),
    }
