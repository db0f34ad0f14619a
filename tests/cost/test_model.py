"""The model's quantities compared with what runs on the offline machine do: within 20 %."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli.pricing.estimate import Estimate, estimate
from cli.pricing.model import Turn, of_run, polls
from offline.generate import GenerateOptions, generate
from tests.pipeline.rig import Rig, files
from tests.watchers import Recorder, watching

TOLERANCE = 0.2


class Compared(NamedTuple):
    """What was estimated, and what the run did by the names of Quantities; its polls."""

    estimated: Estimate
    done: dict[str, int]
    polls: int


def compared(it: Rig) -> Compared:
    """Estimates a run over what has landed, and runs it."""
    it.mount()
    found = estimate(it.settings, None, datetime.now(UTC))
    began, before = len(it.machine.athena.history), set(executions(it))
    recorder = Recorder()
    with watching(it.machine, recorder):
        it.run({})
    entered = [each for arn in set(executions(it)) - before for each in states(it, arn)]
    made = [call for call in recorder.calls if call.principal.kind != "person"]
    calls = Counter((call.service, call.operation) for call in made)
    done = {
        "queries": calls["athena", "StartQueryExecution"],
        "scanned_bytes": sum(run.scanned_bytes for run in it.machine.athena.history[began:]),
        "transitions": len(entered),
        "function_calls": calls["lambda", "Invoke"],
        "s3_writes": calls["s3", "PutObject"] + calls["s3", "ListObjectsV2"],
        "s3_reads": calls["s3", "GetObject"],
    }
    return Compared(found, done, entered.count("Poll Query"))


def executions(it: Rig) -> Iterator[str]:
    client = it.client("stepfunctions")
    for machine in client.list_state_machines()["stateMachines"]:
        pages = client.get_paginator("list_executions")
        for page in pages.paginate(stateMachineArn=machine["stateMachineArn"]):
            yield from (each["executionArn"] for each in page["executions"])


def states(it: Rig, arn: str) -> Iterator[Any]:
    for event in it.history(arn):
        if "stateEnteredEventDetails" in event:
            yield event["stateEnteredEventDetails"]["name"]


def land(it: Rig, sample: Path, first: int, end: int) -> None:
    """The sample's arrival hours of its first day, from `first` to before `end`."""
    hours = {Path(f"2020/07/13/{hour:02d}") for hour in range(first, end)}
    it.land_copies(sample, (name for name in files(sample) if name.parent in hours))


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Compared]]:
    """A slice estimated from defaults, one from the slices before it, and a run without any.

    Between them is a slice that fills the hours to which late events of the next ones belong.
    """
    folder = tmp_path_factory.mktemp("model")
    sample = folder / "sample"
    generate(GenerateOptions(sample, detectors=40, late=0.02, late_days=0.125))
    # Late events do not wait in it: an estimate relies on what the slices before had merged.
    with Rig(folder, {"SettleMinutes": "0"}) as it:
        it.run({})  # tables and the crawl are no part of an estimate
        land(it, sample, 0, 8)
        found = {"first": compared(it)}
        land(it, sample, 8, 16)
        it.run({})
        land(it, sample, 16, 24)
        found["later"] = compared(it)
        found["nothing"] = compared(it)
        yield found


@pytest.mark.parametrize(
    "quantity",
    ["queries", "scanned_bytes", "transitions", "function_calls", "s3_writes", "s3_reads"],
)
@pytest.mark.parametrize("run", ["first", "later", "nothing"])
def test_a_run_does_what_was_estimated(runs: dict[str, Compared], run: str, quantity: str) -> None:
    estimated, done = runs[run].estimated.quantities._asdict(), dict(runs[run].done)
    # Polls follow from the time that queries take here; each is one call and three states.
    for counts, polled in ((estimated, estimated["polls"]), (done, runs[run].polls)):
        counts["function_calls"] -= polled
        counts["transitions"] -= 3 * polled
    assert done[quantity] == pytest.approx(estimated[quantity], rel=TOLERANCE)


def test_the_later_estimate_is_made_from_the_slice_before_it(runs: dict[str, Compared]) -> None:
    found = [each.estimated.recent.slices for each in runs.values()]
    assert found == [0, 2, 3]


def test_polls_follow_the_waits_of_the_state_machine() -> None:
    assert polls(0) == 1  # ten seconds, and the first wait is longer
    assert polls(500e6 * 60) == 7


def test_many_queries_that_scan_little_are_billed_their_minimum() -> None:
    small = Turn(1, 1, 1, 1, 1, [1], 0, 0, 1)
    assert of_run([small]).billed_bytes == 8 * 10 * 1024**2
    large = small._replace(known_scan=10**12)
    assert of_run([large, large]).billed_bytes == 2 * 10**12
