"""How large a run's history and payloads become, compared with what Step Functions allows."""

import json
from collections import Counter
from collections.abc import Iterable
from math import ceil
from typing import Any

import pytest
import yaml
from springtide.arrivals.slicing import MAX_SLICE_HOURS
from springtide.dataset import declaration, loading
from springtide.dataset.declaration import Derived
from springtide.ledger.chunks import MAX_SMALL_CHUNKS
from springtide.model.partitions import MAX_CHUNK_PARTITIONS
from springtide.steps import plan_slice, poll_crawler

from tests.files import ROOT
from tests.pipeline.rig import Bring, Rig, event

# docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_EVENTS = 25_000
MAX_PAYLOAD_BYTES = 262_144
# What retries of calls and notifications may add, and data sets with more derived tables.
RESERVE = 0.6

ASL = ROOT / "statemachine" / "springtide.asl.yaml"
STATES = yaml.safe_load(ASL.read_text())["States"]


def by_state(events: list[dict[str, Any]]) -> Counter[str]:
    """How many events fall to each state of the machine's top level; those before any to ""."""
    found: Counter[str] = Counter()
    inside = ""
    for each in events:
        entered = each.get("stateEnteredEventDetails", {}).get("name")
        if entered in STATES:
            inside = entered
        found[inside] += 1
    return found


def payloads(value: Any) -> list[int]:
    """The sizes in bytes of everything that was passed on."""
    if isinstance(value, dict):
        names = ("input", "output", "parameters")
        own = [len(str(value[n]).encode()) for n in names if isinstance(value.get(n), str)]
        return own + [size for each in value.values() for size in payloads(each)]
    return []


@pytest.fixture(scope="module")
def two_turns(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """The history of two turns, whose slices have several chunks of each kind."""
    with Rig(tmp_path_factory.mktemp("history"), {"MaxSliceBytes": "1"}) as it:
        for hour in range(2):
            late = (event(hour, 1594602000 - 3600 * h) for h in range(170))  # type: ignore[arg-type]
            it.land(f"2020/07/13/0{hour}/a.gz", *late, "broken")
        it.mount()
        ended = it.machine.run({})
        assert ended.states.count("Record Slice") == 2
        return it.history(ended.arn)


def test_history_of_the_largest_run_stays_below_the_limit(two_turns: list[dict[str, Any]]) -> None:
    iterations = Counter(
        each["mapIterationStartedEventDetails"]["name"]
        for each in two_turns
        if each["type"] == "MapIterationStarted"
    )
    assert iterations == {"Write": 8 + 6, "Publish": 8 + 6}
    counted = by_state(two_turns)
    chunk = sum(counted[name] / iterations[name] for name in ("Write", "Publish"))
    crawl = ("Wait For Crawler", "Poll Crawler", "Crawl Running?")
    once = {"", "Check Input", "Start Crawler", *crawl, "Take Lease", "Lease Taken?"}
    a_turn = sum(n for name, n in counted.items() if name not in {*iterations, *once}) / 2

    data_set = loading.load("traffic")
    before = 20 + poll_crawler.MAX_POLLS * sum(counted[name] for name in crawl)
    turns = before + plan_slice.MAX_TURNS * a_turn

    def largest_run(reach: int, derived: Iterable[Derived]) -> float:
        """The events of a run all of whose slices touch every hour that is in their reach."""
        chunks = plan_slice.MAX_CHUNKS - 1 + chunks_of_the_largest_turn(reach, derived)
        return float(turns + chunks * chunk)

    ours = largest_run(reach_hours(data_set), data_set.derived)
    assert ours > 10_000  # no toy
    assert ours < RESERVE * MAX_EVENTS
    # The lateness that events may have, every hour of it touched by every slice (docs/dataset.md).
    assert largest_run(13_000, data_set.derived) < 0.9 * MAX_EVENTS
    # Derived tables that are too much for Athena are built in more chunks, at most in this many.
    smaller = sum(MAX_SMALL_CHUNKS // 4**tried + 1 for tried in range(4))
    assert ours + smaller * len(data_set.derived) * chunk < 0.9 * MAX_EVENTS
    # Besides, it may list this many objects that have not changed.
    plan = (counted["Plan Slice"] + counted["Anything Pending?"]) / 3
    searches = ceil(100_000_000 / plan_slice.MAX_LISTED_OBJECTS)
    assert ours + plan * searches < (RESERVE + 0.1) * MAX_EVENTS


def test_three_years_of_hours_are_a_few_runs_of_that_size() -> None:
    turns = ceil(3 * 366 * 24 / MAX_SLICE_HOURS)
    assert ceil(turns / plan_slice.MAX_TURNS) <= 6


def test_payloads_do_not_grow_with_what_is_ingested(two_turns: list[dict[str, Any]]) -> None:
    largest = max(payloads({str(n): each for n, each in enumerate(two_turns)}))
    # The numbers of the chunks are all that a larger turn adds.
    chunks = len(json.dumps(list(range(1000))))
    assert largest + chunks < 0.1 * MAX_PAYLOAD_BYTES


def test_run_whose_chunks_are_used_up_continues_in_a_successor(
    rig: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = rig(MaxSliceBytes="1")
    for hour in range(3):
        it.land(f"2020/07/13/0{hour}/a.gz", event(1, f"2020-07-13T0{hour}:10:00Z"))
    it.mount()
    monkeypatch.setattr(plan_slice, "MAX_CHUNKS", 3)

    ended = it.follow(it.machine.start({}))

    # A chunk of `events` and one of `traffic` a turn.
    assert [each.states.count("Record Slice") for each in ended] == [2, 1]
    assert [each.states[-1] for each in ended] == ["Handed Over", "Up To Date"]
    it.expect()


def chunks_of_the_largest_turn(reach: int, derived: Iterable[Derived]) -> int:
    """Chunks of a slice whose events are of all its hours and of `reach` hours around them."""
    hours = MAX_SLICE_HOURS + reach
    rejects = ceil(MAX_SLICE_HOURS / MAX_CHUNK_PARTITIONS)
    derives = sum(ceil((hours + table.reach_hours) / MAX_CHUNK_PARTITIONS) for table in derived)
    return ceil(hours / MAX_CHUNK_PARTITIONS) + rejects + derives


def reach_hours(data_set: declaration.DataSet) -> int:
    """How many hours besides its own an arrival hour's events can be of."""
    return data_set.too_old_hours + data_set.in_future_hours
