"""Rollbacks, cut off or not, and what the ledger and the tables have after them."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from springtide.aws import glue_partitions
from springtide.aws.dynamodb import Items
from springtide.ledger import slices
from springtide.undo import rollback
from springtide.undo.rollback_plan import RollbackPlan

from tests.pipeline.rig import Rig


def recorded(it: Rig) -> list[str]:
    """The recorded slices, oldest first."""
    return [item["sk"] for item in it.ledger.items.query("slice") if item["state"] == "recorded"]


def back(it: Rig, to: str, *, hold: bool = False) -> RollbackPlan:
    return rollback.roll_back(it.settings, to, hold=hold)


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
        for item in it.ledger.items.query("hour")
    }


class CutOffError(Exception):
    """When a test cuts a rollback off."""


def cut_off(monkeypatch: pytest.MonkeyPatch, call: int) -> None:
    """Lets the process die at its n-th write to the ledger or the catalog."""
    left = [call]

    def dying(write: Callable[..., Any]) -> Callable[..., Any]:
        def maybe(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise CutOffError
            return write(*args, **kwargs)

        return maybe

    for name in ("put", "put_all", "delete"):
        monkeypatch.setattr(Items, name, dying(getattr(Items, name)))
    monkeypatch.setattr(glue_partitions, "update", dying(glue_partitions.update))
    monkeypatch.setattr(slices, "undo", dying(slices.undo))


def cut_offs(
    monkeypatch: pytest.MonkeyPatch, work: Callable[[], object], calls: Iterable[int]
) -> Iterator[None]:
    """Does the work again until it is done, cut off at each of these writes; yields after each."""
    for call in calls:
        with monkeypatch.context() as patch:
            cut_off(patch, call)
            try:
                work()
            except CutOffError:
                pass
            else:
                return
        yield
