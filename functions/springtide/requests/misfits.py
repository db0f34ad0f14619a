"""Skips objects of a Parquet landing that do not fit its declared columns.

Once other columns are declared, they are tried again.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from springtide.arrivals.landing import SET_ASIDE, LandedObject, Landing
from springtide.arrivals.parquet_objects import Looked
from springtide.arrivals.parquet_objects import look as look_into
from springtide.ledger import open_hours, skipped_objects, taken_hours
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.requests.retry import retry


def look(
    ledger: Ledger, landing: Landing, objects: Sequence[LandedObject], now: datetime
) -> dict[str, Looked]:
    """Rows and reasons by key, from the objects' footers; unreadable objects are put in the ledger.

    Empty for a landing of JSON lines.
    """
    if not landing.columns:
        return {}
    found = look_into(landing, landing.columns, objects)
    etags = {item.key: item.etag for item in objects}
    for key, looked in found.items():
        if looked.reason is not None:
            reason = SET_ASIDE + looked.reason
            found[key] = looked._replace(reason=reason)
            skipped_objects.skip(ledger, key, etags[key], reason, now, _digest(landing))
    return found


def try_again(ledger: Ledger, landing: Landing) -> None:
    """Requests the hours again whose objects were skipped under other columns."""
    hours = to_try_again(ledger, landing)
    if hours:
        retry(ledger, landing, sorted(hours))


def to_try_again(ledger: Ledger, landing: Landing) -> set[ArrivalHour]:
    """The hours with objects that were skipped under other columns; not those a rollback holds."""
    declared = _digest(landing)
    keys = [
        key
        for key, item in skipped_objects.read(ledger).items()
        if item.get("columns", declared) != declared
    ]
    if not keys:
        return set()
    hours = {hour for key in keys if (hour := landing.hour_of(key)) is not None}
    known = open_hours.read(ledger)
    there = known.keys() | {h for h in hours if taken_hours.one(ledger, str(h))}
    return (hours & there) - open_hours.rolled_back(known)


def _digest(landing: Landing) -> str:
    return hashlib.sha256(repr(landing.columns).encode()).hexdigest()[:16]
