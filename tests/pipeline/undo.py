"""What the tests of rollback and collection share: the stack's settings, and its clients here."""

from typing import Any

from springtide.ledger.table import Ledger
from springtide.model.settings import Settings
from springtide.undo import rollback
from springtide.undo.rollback_plan import RollbackPlan

from tests.pipeline.rig import Rig


def settings(it: Rig, function: str = "RecordSliceFunction") -> Settings:
    """The settings as a function of the stack has them."""
    return it.machine.settings(function)


def ledger(it: Rig) -> Ledger:
    found = settings(it)
    return Ledger(found.ledger_table, found.data_set)


def recorded(it: Rig) -> list[str]:
    """The recorded slices, oldest first."""
    return [item["sk"] for item in ledger(it).items.query("slice") if item["state"] == "recorded"]


def back(it: Rig, to: str, *, hold: bool = False) -> RollbackPlan:
    return rollback.roll_back(settings(it), to, hold=hold)


def state(it: Rig) -> dict[str, Any]:
    """What people see: each table's partitions that have rows, and the rows of each."""
    tables = ("events", "quarantine", "traffic")
    return {
        f"{table} {'/'.join(values)}": sorted(map(repr, it.rows_at(location)))
        for table in tables
        for values, location in it.partitions(table).items()
        if it.rows_at(location)
    }


def records(it: Rig) -> dict[str, Any]:
    """What the ledger has of taken hours, without when and by which slice."""
    return {
        item["sk"]: {name: item[name] for name in ("fingerprint", "lines", "rejected")}
        for item in ledger(it).items.query("hour")
    }
