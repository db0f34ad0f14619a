"""What has to be the same whatever happened on the way."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from springtide.collecting import _Pass
from springtide.ledger import Ledger
from springtide.settings import Settings

from local import clock
from local.athena.runs import TERMINAL
from local.machine import Machine
from tests.crash.lake import catalog_tables, files_at, keys, pointers, visible
from tests.crash.likeness import masked
from tests.crash.readledger import ReadLedger

# Longer than RetainDays and what a collection waits besides.
LONG_AFTER = timedelta(days=90)
_RECORDED = ("fingerprint", "lines", "accepted", "rejected", "unread")

Facts = dict[str, Any]


def facts(machine: Machine, settings: Settings) -> Facts:
    """What a run leaves behind, as far as it may not depend on what went wrong meanwhile."""
    ledger = ReadLedger(settings.ledger_table, settings.data_set)
    return {
        "rows that readers see": visible(machine),
        "partitions that record other rows": _wrongly_recorded(machine),
        "arrival hours taken": {
            item["sk"]: masked({name: item[name] for name in _RECORDED})
            for item in ledger.query("hour")
        },
        "arrival hours open": {str(h): item["state"] for h, item in ledger.open_hours().items()},
        "objects set aside": [item["sk"] for item in ledger.query("unreadable")],
        "requests left": [i["sk"] for kind in ("request", "rebuild") for i in ledger.query(kind)],
        "slices not announced": [item["sk"] for item in ledger.query("announcement")],
        "slice unfinished": (ledger.unfinished_slice() or {}).get("sk"),
        "lease held by": (ledger.get("lease", "lease") or {}).get("holder"),
        "mark": str(ledger.mark()),
        "complete up to": {
            name: table.as_dict().get("Parameters", {}).get("complete_up_to")
            for name, table in catalog_tables(machine).items()
        },
        "queries running": [r.id for r in machine.athena.history if r.state not in TERMINAL],
        **_garbage(machine, settings, ledger),
    }


def differences(wanted: Facts, found: Facts) -> list[str]:
    """What is not as it has to be, in words."""
    return [
        f"{name}: {found[name]!r} instead of {wanted[name]!r}"
        for name in wanted
        if found[name] != wanted[name]
    ]


def _wrongly_recorded(machine: Machine) -> dict[str, Any]:
    """Partitions whose parameter `rows` is not the number of their rows."""
    seen = visible(machine)
    recorded = {pointer.name: int(pointer.parameters["rows"]) for pointer in pointers(machine)}
    return {name: rows for name, rows in recorded.items() if rows != seen.get(name, (0, ""))[0]}


def _garbage(machine: Machine, settings: Settings, ledger: Ledger) -> Mapping[str, Any]:
    """Whether a collection long after finds everything that is of no use, and nothing else."""
    retained = timedelta(days=settings.retain_days or 0)
    told = _Pass(settings, ledger, clock.now() + LONG_AFTER, retained).run(dry_run=True)
    condemned = {*told.condemned, *(item["sk"] for item in ledger.query("condemned"))}
    found = {item.key for location in condemned for item in files_at(machine, location)}
    used = {item.key for p in pointers(machine) for item in files_at(machine, p.location)}
    present = {item.key for item in keys(machine, "tables/", "delta/")}
    return {
        "left-overs that no collection finds": sorted(present - used - found),
        "files in use that a collection takes": sorted(used & found),
    }
