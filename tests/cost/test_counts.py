"""The model's counts held against what a run really does; only polls depend on time."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

import pytest
from botocore.exceptions import ClientError
from springtide.counts import Counts, Surroundings, Turn, of_run, polls
from springtide.steps.plan_slice import MAX_CHUNKS, MAX_TURNS

from offline.api_calls import ApiCall, Watcher
from tests.cost.billing import Meter
from tests.pipeline.rig import Rig, event

ROOT = Path(__file__).parents[2]
MAX_SLICE_BYTES = 700
AROUND = Surroundings(tables=3)


class Metered(NamedTuple):
    """What a run did, and the polls it made."""

    counts: Counts
    polls: int
    turns: int
    around: Surroundings


def metered(it: Rig, sizes: Sequence[int] = ()) -> Metered:
    """Runs over what landed; `sizes` are the bytes of all hours that the run will list."""
    meter = Meter(it)
    states = it.run({}).states
    it.machine.calls.watchers.remove(meter)
    turns = states.count("Record Slice")
    around = Surroundings(tables=3, batches=batches(sizes))
    return Metered(meter.counts(), meter.polls, turns, around)


def batches(sizes: Sequence[int]) -> int:
    """Into how many a listing of hours is cut."""
    found, size = 1, 0
    for each in sizes:
        if size > MAX_SLICE_BYTES:
            found, size = found + 1, 0
        size += each
    return found


def land(it: Rig, hour: int, *others: object) -> int:
    """An arrival hour with its own events and two late ones; returns its bytes."""
    late = [event(900 + hour, f"2020-07-13T0{h}:30:00Z") for h in (0, 1) if h < hour]
    own = [event(n, f"2020-07-13T{hour:02d}:{n:02d}:00Z") for n in range(20)]
    return it.land(f"2020/07/13/{hour:02d}/a.gz", *own, *late, *others).stat().st_size


class RefusesOnce(Watcher):
    """Lambda takes no more calls just when the lease is to be taken."""

    refused = False

    def before(self, call: ApiCall) -> None:
        asked = call.operation == "Invoke" and call.principal.doing == "Take Lease"
        if asked and not self.refused:
            self.refused = True
            busy = {"Error": {"Code": "TooManyRequestsException", "Message": "busy"}}
            raise ClientError(busy, "Invoke")  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Metered]]:
    """Three hours taken in, then two turns with late events, one more turn, and nothing new."""
    parameters = {"SettleMinutes": "0", "MaxSliceBytes": str(MAX_SLICE_BYTES)}
    it = Rig(tmp_path_factory.mktemp("counts"), parameters)
    try:
        sizes = [land(it, hour) for hour in range(3)]
        it.run({})
        sizes += [land(it, 3, "broken"), land(it, 4)]
        assert max(sizes) < MAX_SLICE_BYTES < sum(sizes[3:])
        found = {"two turns": metered(it, sizes)}
        sizes.append(land(it, 5))
        found["one turn"] = metered(it, sizes)
        found["no turn"] = metered(it, sizes)
        it.machine.calls.watchers.append(RefusesOnce())
        found["no turn, throttled once"] = metered(it, sizes)
        yield found
    finally:
        it.close()


def same(measured: Counts, foretold: Counts, updates_or_creates: int = 0) -> None:
    """Equal but for seconds, and for chunks whose partitions are all new or all old."""
    assert foretold.glue_requests - updates_or_creates == measured.glue_requests
    ignored = {"gb_seconds": 0, "glue_requests": 0}
    assert asdict(replace(measured, **ignored)) == asdict(replace(foretold, **ignored))


def test_two_turns_with_late_events_take_what_the_model_says(runs: dict[str, Metered]) -> None:
    run = runs["two turns"]
    assert run.turns == 2
    # Events of hours 0, 1 and 3, a reject, traffic of 0 to 3; then of 0, 1 and 4, of 0 to 2 and 4.
    turns = [
        Turn(1, 3, merges=2, derives=1, flips=8, polls=run.polls),
        Turn(1, 3, merges=1, derives=1, flips=7, polls=0),
    ]
    same(run.counts, of_run(turns, run.around), updates_or_creates=1)


def test_a_later_turn_takes_no_more_for_the_history_before_it(runs: dict[str, Metered]) -> None:
    run = runs["one turn"]
    turn = Turn(1, 3, merges=1, derives=1, flips=7, polls=run.polls)
    same(run.counts, of_run([turn], run.around))


def test_looking_and_finding_nothing_takes_what_the_model_says(runs: dict[str, Metered]) -> None:
    run = runs["no turn"]
    assert run.counts.queries == 0
    same(run.counts, of_run([], run.around))


def test_a_retry_is_counted_as_a_transition(runs: dict[str, Metered]) -> None:
    undisturbed, disturbed = runs["no turn"].counts, runs["no turn, throttled once"].counts
    assert disturbed.transitions == undisturbed.transitions + 1


def test_the_model_ends_an_execution_where_the_state_machine_does() -> None:
    small = Turn(1, 1, 1, 1, 2, 6)
    large = small._replace(merges=MAX_CHUNKS // 4, derives=MAX_CHUNKS // 4)
    for turn, turns in ((small, MAX_TURNS), (large, 2)):
        one, two = (of_run([turn] * n, AROUND) for n in (turns - 1, turns))
        # A successor is started, takes the lease, looks and ends.
        turn_alone = 14 + 4 * turn.chunks + 2 * turn.queries + 3 * turn.polls
        assert two.transitions - one.transitions == turn_alone + 12


def test_polls_follow_the_waits_of_the_state_machine() -> None:
    assert polls(0) == 4  # ten seconds: 2, 2, 3 and 5
    assert polls(500e6 * 60) == 8
