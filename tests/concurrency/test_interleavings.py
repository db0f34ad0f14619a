"""Two at once in orders that seeds decide; `make race` tries many more seeds than `make test`.

One seed again: RACE_SEEDS=17 .venv/bin/pytest -m race tests/concurrency/test_interleavings.py
"""

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from springtide.ledger import lease
from springtide.model.errors import SpringtideError
from springtide.undo import rollback

from offline.api_calls import Principal, acting_as
from offline.died import FunctionDiedError
from offline.machine import Execution
from tests.concurrency.judging import expect_all
from tests.concurrency.turns import take_turns
from tests.pipeline.rig import Rig, event
from tests.pipeline.starts import Start, shared
from tests.pipeline.undo import recorded

# Longer than the lease.
NAP = lease.LEASE_SECONDS + 10
# Errors that a run may end with when another one was at work.
REFUSALS = {"LeaseLostError", "FenceLostError", "Sandbox.Timedout"}
SEEDS = os.environ.get("RACE_SEEDS", " ".join(map(str, range(40)))).split()
Act = tuple[str, Callable[[], Any]]


def run(it: Rig, name: str, asked: dict[str, Any]) -> Act:
    arn = it.machine.outputs["StateMachineArn"].replace(":stateMachine:", ":execution:")
    return f"{arn}:{name}", lambda: it.machine.wait(it.machine.start(asked, name=name))


def scheduled(it: Rig) -> Act:
    return run(it, "scheduled", {})


def backfill(it: Rig) -> Act:
    it.land("2020/06/20/05/old.gz", event(9, "2020-06-20T05:10:00Z"), event(8))
    it.mount()
    return run(it, "backfill", {"from": "2020-06-20T00", "to": "2020-07-14T00"})


def rebuild(it: Rig) -> Act:
    return run(it, "rebuild", {"rebuild": {"from": "2020-07-12T23", "to": "2020-07-13T01"}})


def roll_back(it: Rig) -> Act:
    to = recorded(it)[0]
    told = it.settings

    def command() -> Any:
        with acting_as(Principal("person", "rollback")):
            return rollback.roll_back(told, to)

    return "rollback", command


def collect(it: Rig) -> Act:
    name = it.function("CollectGarbageFunction")
    client = it.client("lambda")

    def call() -> Any:
        return json.loads(client.invoke(FunctionName=name, Payload="{}")["Payload"].read())

    return name, call


OTHERS = {each.__name__: each for each in (backfill, rebuild, roll_back, collect)}


def assert_ended_well_or_was_refused(outcome: Any) -> None:
    if isinstance(outcome, Execution):
        assert outcome.status == "SUCCEEDED" or outcome.error in REFUSALS, (
            outcome.error,
            outcome.cause,
        )
    elif isinstance(outcome, Exception):
        # Lease held or lost; a function's death comes from the other's nap.
        refused = isinstance(outcome, SpringtideError | FunctionDiedError)
        assert refused or "RequestExpired" in str(outcome), outcome
    elif isinstance(outcome, dict):
        assert "errorType" not in outcome or outcome["errorType"] in REFUSALS, outcome


def two_slices(it: Rig) -> None:
    """Ingests two slices, and lands more than them."""
    it.land("2020/07/13/00/a.gz", event(1), event(2, "2020-07-12T23:10:00Z"), "broken")
    it.run()
    it.land("2020/07/13/01/b.gz", event(3), event(1), "broken too")
    it.run({})
    it.land("2020/07/13/00/c.gz", event(4), event(5, "2020-07-12T22:20:00Z"), "broken again")


start = shared(two_slices)


def assert_nothing_lost_or_doubled(it: Rig, seed: int, other: str) -> None:
    second = OTHERS[other](it)

    turns, outcomes = take_turns(it.machine, seed, NAP, scheduled(it), second)

    print(f"seed {seed}, {other}: {len(turns.order)} calls, {turns.order.count('nap')} naps")
    for outcome in outcomes:
        assert_ended_well_or_was_refused(outcome)
    it.events()  # no key twice, none in a wrong partition
    # The next run ingests whatever is left, once the lease of a dead one has expired.
    it.machine.advance(NAP)
    for outcome in outcomes:
        if isinstance(outcome, Execution) and "Start Crawler" not in outcome.states:
            # It died before it had kept its request, so the request is repeated.
            assert outcome.status == "FAILED"
            it.run(outcome.input)
    it.run({})
    expect_all(it)


@pytest.mark.parametrize(("other", "seed"), [(name, 1 + n) for n, name in enumerate(OTHERS)])
def test_two_at_once_lose_and_double_nothing(start: Start[None], other: str, seed: int) -> None:
    assert_nothing_lost_or_doubled(start.again(), seed, other)


@pytest.mark.race
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("other", OTHERS)
def test_two_at_once_in_many_orders(start: Start[None], other: str, seed: str) -> None:
    assert_nothing_lost_or_doubled(start.again(), int(seed), other)
