"""Writes down what a turn's search has found: which hours it takes, and how far it has looked."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from springtide.arrivals.landing import fingerprint
from springtide.arrivals.search import Search
from springtide.arrivals.slicing import Candidate
from springtide.ledger import hour_requests, open_hours
from springtide.ledger.open_hours import OpenHour
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour


def keep(
    ledger: Ledger,
    search: Search,
    taken: Sequence[Candidate],
    continue_at: ArrivalHour | None,
    now: datetime,
) -> None:
    """Makes the taken hours pending, and records how far requests were looked through.

    So no later turn lists that again. `continue_at` is the hour at which the search continues, None
    if it has come to its end.
    """
    # The hours become pending first: after a crash in between, hours that a request has passed
    # would be recorded nowhere.
    for each in taken:
        open_hours.put(ledger, each.hour, _pending(search, each, now))
    for hour in search.gone.difference(each.hour for each in taken):
        # The hour's objects are gone from the landing, so there is nothing left to ingest.
        open_hours.drop(ledger, hour)
    for request in search.done:
        hour_requests.done(ledger, request["sk"])
    if search.request is not None and continue_at is not None:
        request = search.request
        hour_requests.keep(ledger, request["sk"], str(continue_at), request["last"])


def _pending(search: Search, taken: Candidate, now: datetime) -> OpenHour:
    """The ledger's item of an hour that is about to be ingested."""
    item: OpenHour = {
        "state": "pending",
        "pending_since": now.isoformat(),
        "fingerprint": fingerprint(taken.objects),
    }
    known = search.open.get(taken.hour)
    if known is None:
        return item
    if known["state"] == "pending" and "pending_since" in known:
        item["pending_since"] = known["pending_since"]
    name: Literal["max_hours", "stale", "transient"]
    for name in ("max_hours", "stale", "transient"):
        if name in known:
            item[name] = known[name]
    return item
