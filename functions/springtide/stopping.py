"""Stops queries that nobody waits for any more."""

from __future__ import annotations

from typing import NamedTuple

from botocore.exceptions import ClientError, HTTPClientError

from springtide import aws
from springtide.ledger import Ledger
from springtide.observability import logger

# What Athena says of a query that it no longer knows; it keeps them for 45 days
# (docs.aws.amazon.com/athena/latest/ug/queries-viewing-history.html).
_UNKNOWN = "InvalidRequestException"


class Stopped(NamedTuple):
    """Ids of queries that were stopped, and those that Athena would not stop, with its words."""

    stopped: list[str]
    running: list[str]


def stop_queries(ledger: Ledger, slice_id: str) -> Stopped:
    """Stops the slice's queries that were not seen to end; one that has ended stays as it is.

    Never fails over Athena: each attempt has a prefix of its own, so what goes on harms nobody, and
    it is stopped the next time. One that Athena does not know is recorded as forgotten.
    """
    stopped, running = [], []
    for attempt in ledger.running_queries(slice_id):
        query_id = attempt["query_id"]
        try:
            aws.athena().stop_query_execution(QueryExecutionId=query_id)
        except ClientError as err:
            if err.response["Error"]["Code"] == _UNKNOWN:
                _forget(ledger, slice_id, attempt["sk"])
            else:
                running.append(f"query {query_id}: {err}")
        except HTTPClientError as err:
            running.append(f"query {query_id}: {err}")
        else:
            stopped.append(query_id)
    if running:
        logger.warning("queries not stopped", extra={"slice": slice_id, "running": running})
    return Stopped(stopped, running)


def _forget(ledger: Ledger, slice_id: str, sort: str) -> None:
    """Has nobody ask for it again, unless its end was recorded meanwhile."""
    ledger.update(
        f"query#{slice_id}",
        sort,
        "SET #state = :forgotten",
        {":forgotten": "forgotten", ":started": "started"},
        names={"#state": "state"},
        condition="#state = :started",
    )
