"""Collects garbage as it is done some days later."""

from datetime import datetime, timedelta

from springtide.undo import garbage
from springtide.undo.garbage import Collected

from offline.clock import now
from tests.pipeline.rig import Rig

DAY = timedelta(days=1)


def collect(it: Rig, days: float, *, dry_run: bool = False) -> Collected:
    """One pass, a number of days from now."""
    at: datetime = now() + days * DAY
    found = it.machine.settings("CollectGarbageFunction")
    return garbage.collect(found, f"collect:{days}", at, dry_run=dry_run)
