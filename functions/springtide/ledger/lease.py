"""The lease: only its holder may write."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NotRequired, TypedDict

from springtide.aws import clients, clock
from springtide.ledger import slices
from springtide.ledger.running_queries import stop_queries, stop_unstopped
from springtide.ledger.table import Ledger
from springtide.model.errors import LeaseHeldError, LeaseLostError


class Lease(TypedDict):
    """The one item of kind `lease`."""

    holder: NotRequired[str]  # an execution or a command; missing if the lease is free
    expires_at: NotRequired[int]  # epoch seconds; set with the holder
    fence: NotRequired[int]  # grows with each holder; missing before the first


# The longest function timeout in template.yaml. At most one function call or one wait for a query
# lies between two renewals, and the lease outlives two of them.
FUNCTION_TIMEOUT_SECONDS = 300
LEASE_SECONDS = 3 * FUNCTION_TIMEOUT_SECONDS
# Seconds until a called function has begun, and until its last request has arrived.
START_SECONDS = 30
# Seconds after an execution's end in which a function that it called may still write.
ENDED_SECONDS = FUNCTION_TIMEOUT_SECONDS + START_SECONDS
# How long a signed request can be under way: later than that AWS denies it
# (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html).
REQUEST_SECONDS = 300

_KEY = ("lease", "lease")


def current(ledger: Ledger) -> Lease:
    """The lease as it was last written."""
    item: Lease | None = ledger.items.get(*_KEY)
    return item or {}


def take(ledger: Ledger, execution: str) -> dict[str, Any]:
    """Takes the lease for an execution, unless another writer holds it and may still be writing.

    If the holder's execution has ended, the lease is taken over once the functions that it called
    must have ended too. Its queries are stopped, and with them those that Athena could not stop
    before. The lease uses the clock and not the time at which a state was entered: a repeated call
    can come long after that.
    """
    now = clock.now()
    taken = _claim(ledger, execution, now, "attribute_not_exists(holder) OR holder = :me")
    if taken is None:
        known = current(ledger)
        holder = known.get("holder", "")
        expired = known.get("expires_at", 0) < now.timestamp()
        if not expired and not _ended(holder, now):
            return {"taken": False, "holder": holder}
        # The condition compares with what was seen: a holder that has renewed since is at work. A
        # request that is sent again because its answer was lost finds the holder that it wrote
        # itself.
        taken = _claim(
            ledger,
            execution,
            now,
            "attribute_not_exists(holder) OR holder = :me"
            " OR (holder = :old AND expires_at = :seen)",
            {":old": holder, ":seen": known.get("expires_at", 0)},
        )
        if taken is None:
            return {"taken": False, "holder": holder}
    _stop_what_is_left(ledger, execution)
    return {"taken": True, "fence": taken["fence"]}


def _stop_what_is_left(ledger: Ledger, execution: str) -> None:
    """Stops the queries of the previous holder, not those of this execution.

    A call whose answer was lost is repeated, and may run only when the execution has already gone
    on.
    """
    unfinished = slices.unfinished(ledger)
    if unfinished is not None and unfinished["execution"] == execution:
        return
    if unfinished is not None:
        stop_queries(ledger, unfinished["sk"])
    stop_unstopped(ledger, besides=None if unfinished is None else unfinished["sk"])


def renew(ledger: Ledger, execution: str) -> int:
    """Extends the lease to LEASE_SECONDS from now; returns its fence.

    Raises LeaseLostError if another execution has taken it over.
    """
    now = clock.now()
    with clients.requests_until(None):
        item: Lease | None = ledger.items.update(
            *_KEY,
            "SET expires_at = :until",
            {":until": int(now.timestamp()) + LEASE_SECONDS, ":me": execution},
            condition="holder = :me",
        )
    if item is None:
        raise LeaseLostError(f"{execution} no longer holds the lease; nothing more is written")
    return item["fence"]


@contextmanager
def writing(ledger: Ledger, holder: str) -> Iterator[int]:
    """Renews the lease for the writes of this block; yields its fence.

    For a command, which has no time-out: a sleeping laptop could wake up after another run has
    published. So no request is sent that could arrive after the lease's end. Raises LeaseLostError,
    also in place of the first request that would be too late.
    """
    until = clock.now() + timedelta(seconds=LEASE_SECONDS - REQUEST_SECONDS)
    fence = renew(ledger, holder)
    late = LeaseLostError(
        f"{holder} held the lease without renewing it until {until:%Y-%m-%dT%H:%M:%SZ}; nothing"
        " more is written, since another run may be at work; run the same command again"
    )
    with clients.requests_until(until, late):
        yield fence


def release(ledger: Ledger, holder: str) -> None:
    """Gives the lease back; does nothing if another writer has taken it over."""
    ledger.items.update(
        *_KEY, "REMOVE holder, expires_at", {":me": holder}, condition="holder = :me"
    )


@contextmanager
def holding(ledger: Ledger, holder: str) -> Iterator[int]:
    """Holds the lease for a command, or for a function outside an execution; yields its fence.

    Raises LeaseHeldError if another writer holds it. If the holder is killed, the lease expires.
    """
    taken = take(ledger, holder)
    if not taken["taken"]:
        until = datetime.fromtimestamp(current(ledger).get("expires_at", 0), UTC)
        raise LeaseHeldError(
            f"{taken['holder']} holds the lease, until {until:%Y-%m-%dT%H:%M:%SZ} unless it is"
            " renewed or released before; nothing was changed, try again then"
        )
    try:
        yield int(taken["fence"])
    finally:
        release(ledger, holder)


def _claim(
    ledger: Ledger,
    execution: str,
    now: datetime,
    condition: str,
    seen: Mapping[str, Any] | None = None,
) -> Lease | None:
    values: dict[str, Any] = {
        ":me": execution,
        ":until": int(now.timestamp()) + LEASE_SECONDS,
        ":one": 1,
        **(seen or {}),
    }
    return ledger.items.update(
        *_KEY, "SET holder = :me, expires_at = :until ADD fence :one", values, condition=condition
    )


def _ended(execution: str, now: datetime) -> bool:
    """Whether the execution ended so long ago that no function it called can still be running.

    A holder that is not an execution cannot be checked; its lease expires.
    """
    if not execution.startswith("arn:"):
        return False
    try:
        found = clients.stepfunctions().describe_execution(executionArn=execution)
    except clients.stepfunctions().exceptions.ExecutionDoesNotExist:
        return True
    if found["status"] == "RUNNING":
        return False
    stopped = found.get("stopDate")
    return stopped is not None and (now - stopped).total_seconds() > ENDED_SECONDS
