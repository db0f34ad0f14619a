"""Stops queries whose run has ended or given up."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple, NotRequired, TypedDict

from botocore.exceptions import ClientError, HTTPClientError

from springtide.aws import clients, clock
from springtide.aws.observability import logger
from springtide.ledger import attempts
from springtide.ledger.table import Ledger


class Unstopped(TypedDict):
    """An item of kind `unstopped`: a query that Athena would not stop."""

    sk: NotRequired[str]  # set when read: slice and sort key of the attempt
    query_id: str
    since: str  # ISO 8601, UTC: when that was first tried


# Athena ends any query by then, whatever the account's quotas
# (docs.aws.amazon.com/athena/latest/ug/service-limits.html).
_LONGEST_QUERY = timedelta(minutes=240)


class Stopped(NamedTuple):
    """Ids of stopped queries, and of those that Athena would not stop, with its answer."""

    stopped: list[str]
    running: list[str]


def stop_queries(ledger: Ledger, slice_id: str) -> Stopped:
    """Stops the slice's queries whose end is not recorded.

    It never fails because of Athena: each attempt has a prefix of its own, so a query that
    continues does no harm. Such a query is recorded for `stop_unstopped`. A query that Athena does
    not know is recorded as forgotten.
    """
    stopped, running = [], []
    for attempt in attempts.started(ledger, slice_id):
        if "query_id" in attempt:
            one = _stop(ledger, slice_id, attempt["sk"], attempt["query_id"])
            stopped += one.stopped
            running += one.running
    return Stopped(stopped, running)


def stop_unstopped(ledger: Ledger, *, besides: str | None) -> None:
    """Tries again to stop queries that Athena would not stop, of all slices except `besides`.

    It never fails because of Athena: a query that it refuses again stays recorded until it must
    have ended.
    """
    unstopped: Iterator[Unstopped] = ledger.items.query("unstopped")
    for noted in unstopped:
        slice_id, _, sort = noted["sk"].partition("#")
        if clock.now() - datetime.fromisoformat(noted["since"]) > _LONGEST_QUERY:
            ledger.items.delete("unstopped", noted["sk"])
        elif slice_id != besides:
            _stop(ledger, slice_id, sort, noted["query_id"])


def _stop(ledger: Ledger, slice_id: str, sort: str, query_id: str) -> Stopped:
    """Stops an attempt's query; records it for as long as Athena does not stop it."""
    note = f"{slice_id}#{sort}"
    try:
        clients.athena().stop_query_execution(QueryExecutionId=query_id)
    except clients.athena().exceptions.InvalidRequestException:
        # Athena no longer knows it; it keeps queries for 45 days
        # (docs.aws.amazon.com/athena/latest/ug/queries-viewing-history.html).
        attempts.forget(ledger, slice_id, sort)
        ledger.items.delete("unstopped", note)
        return Stopped([], [])
    except (ClientError, HTTPClientError) as err:
        logger.warning("query not stopped", extra={"slice": slice_id, "query": query_id})
        ledger.items.update(
            "unstopped",
            note,
            "SET query_id = :id, since = if_not_exists(since, :now)",
            {":id": query_id, ":now": clock.now().isoformat()},
        )
        return Stopped([], [f"query {query_id}: {err}"])
    ledger.items.delete("unstopped", note)
    return Stopped([query_id], [])
