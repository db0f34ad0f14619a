"""What is left to see of a run that met a failure: attempts, what was told, what readers see."""

import json
from typing import Any, NamedTuple

from moto.sns.models import sns_backends

from offline.clients import ACCOUNT, REGION
from offline.machine import Execution
from tests.pipeline.rig import Rig

PUBLISHED = ("events", "quarantine", "traffic")


class Attempt(NamedTuple):
    """One attempt at a query as the ledger remembers it; `target` is empty if it writes nothing."""

    query: str
    number: int
    state: str
    target: str


def attempts(it: Rig, slice_id: str) -> list[Attempt]:
    """The attempts at a slice's queries; a query is its step and the number of its chunk."""
    found = []
    for item in it.ledger.items.query(f"query#{slice_id}"):
        step, chunk, number = item["sk"].split("#")
        query = f"{step}{int(chunk)}" if step not in ("extract", "count") else step
        found.append(Attempt(query, int(number), item["state"], item["target"]))
    return found


def slices(it: Rig, since: int = 0) -> list[dict[str, Any]]:
    """The slices after a number of first ones, oldest first."""
    return list(it.ledger.items.query("slice"))[since:]


def told(it: Rig) -> list[str]:
    """The messages that reached the alarm topic, oldest first."""
    sent = sns_backends[ACCOUNT][REGION].topics[it.machine.name("AlarmTopic")].sent_notifications
    return [str(message) for _, message, *_ in sent]


def lost(it: Rig) -> list[Any]:
    """What is in the queue of failures that could not be reported."""
    sqs = it.client("sqs")
    queue = it.function("LostReports")
    found = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in found]


def reason(execution: Execution) -> str:
    """Why an execution failed, without what AWS wraps around a function's error."""
    cause = execution.cause or ""
    try:
        return str(json.loads(cause)["errorMessage"])
    except ValueError:
        return cause


def pointers(it: Rig) -> dict[str, dict[Any, str]]:
    """Where every published partition points."""
    return {table: it.partitions(table) for table in PUBLISHED}


def check_prefixes(it: Rig) -> None:
    """No two attempts ever shared a prefix, and no partition points below one that failed."""
    made = [attempt for each in slices(it) for attempt in attempts(it, each["sk"])]
    targets = [attempt.target for attempt in made if attempt.target]
    assert len(targets) == len(set(targets))
    assert not any(one != other and one.startswith(other) for one in targets for other in targets)
    failed = tuple(a.target for a in made if a.target and a.state != "succeeded")
    visible = [place for table in pointers(it).values() for place in table.values()]
    assert not [place for place in visible if place.startswith(failed)]
