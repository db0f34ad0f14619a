"""Runs a statement on a stack's Athena and waits for its end, offline or on AWS."""

import secrets
import time
from typing import NamedTuple

from springtide.aws import athena, clients
from springtide.model.errors import QueryFailedError
from springtide.model.settings import Settings

LONGEST_QUERY_SECONDS = 300
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0  # seconds between two polls


class Ended(NamedTuple):
    """A statement that succeeded: its id, and Athena's statistics."""

    query_id: str
    outcome: athena.Outcome


def run_to_end(settings: Settings, sql: str, token: str) -> Ended:
    """Run a statement; `token` is the beginning of its idempotency token.

    Raises QueryFailedError or TransientQueryError with Athena's reason, and AthenaBusyError.
    """
    query_id = athena.start(settings, sql, f"{token}-{secrets.token_hex(16)}")
    until, pause = time.monotonic() + LONGEST_QUERY_SECONDS, _FIRST_PAUSE
    while (outcome := athena.outcome(query_id)) is None:
        if time.monotonic() > until:
            clients.athena().stop_query_execution(QueryExecutionId=query_id)
            raise QueryFailedError(f"query {query_id} took over {LONGEST_QUERY_SECONDS} s")
        time.sleep(pause)
        pause = min(2 * pause, _LONGEST_PAUSE)
    return Ended(query_id, outcome)
