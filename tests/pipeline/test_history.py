"""How large a run's history and payloads become, held against what Step Functions allows."""

import json
from collections import Counter
from collections.abc import Callable
from math import ceil
from pathlib import Path
from typing import Any

import pytest
import yaml
from springtide import crawling, dataset, declaration, planning
from springtide.deriving import MAX_SMALL_CHUNKS
from springtide.partitions import MAX_CHUNK_PARTITIONS
from springtide.slicing import MAX_SLICE_HOURS

from tests.pipeline.rig import Rig, event

Bring = Callable[..., Rig]
# docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
MAX_EVENTS = 25_000
MAX_PAYLOAD_BYTES = 262_144
# What retries of calls and notifications may add, and data sets with more derived tables.
RESERVE = 0.6

ASL = Path(__file__).parents[2] / "statemachine" / "springtide.asl.yaml"
STATES = yaml.safe_load(ASL.read_text())["States"]
TURNS = STATES["Turns Left?"]["Choices"][0]["NumericLessThan"]


def history(it: Rig, arn: str) -> list[dict[str, Any]]:
    pages = it.client("stepfunctions").get_paginator("get_execution_history")
    return [e for page in pages.paginate(executionArn=arn) for e in page["events"]]


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


@pytest.fixture
def three_turns(rig: Bring) -> list[dict[str, Any]]:
    """The history of three turns, whose slices have several chunks of each kind."""
    it = rig(MaxSliceBytes="1")
    for hour in range(3):
        late = [event(hour, 1594602000 - 3600 * h) for h in range(170)]  # type: ignore[arg-type]
        it.land(f"2020/07/13/0{hour}/a.gz", *late, "broken")
    it.mount()
    arn = it.machine.start({})
    assert it.machine.wait(arn).states.count("Record Slice") == 3
    return history(it, arn)


def test_history_of_the_largest_run_stays_below_the_limit(
    three_turns: list[dict[str, Any]],
) -> None:
    iterations = Counter(
        each["mapIterationStartedEventDetails"]["name"]
        for each in three_turns
        if each["type"] == "MapIterationStarted"
    )
    assert iterations == {"Merge": 12, "Publish": 12, "Derive": 9, "Publish Derived": 9}
    counted = by_state(three_turns)
    merge = sum(counted[name] / iterations[name] for name in ("Merge", "Publish"))
    derive = sum(counted[name] / iterations[name] for name in ("Derive", "Publish Derived"))
    crawl = ("Wait For Crawler", "Poll Crawler", "Crawler Finished?")
    once = {"", "Check Input", "Start Crawler", "Crawl Due?", *crawl, "Take Lease", "Lease Taken?"}
    a_turn = sum(n for name, n in counted.items() if name not in {*iterations, *once}) / 3

    data_set = dataset.load("traffic")
    # Every hour of the slice, and every one before and after that a late or early event can be of.
    hours = MAX_SLICE_HOURS + reach_hours(data_set)
    merges = ceil(hours / MAX_CHUNK_PARTITIONS) + ceil(MAX_SLICE_HOURS / MAX_CHUNK_PARTITIONS)
    derives = sum(
        ceil((hours + table.reach_hours) / MAX_CHUNK_PARTITIONS) for table in data_set.derived
    )
    largest_turn = a_turn + merges * merge + derives * derive
    before = 20 + crawling.MAX_POLLS * sum(counted[name] for name in crawl)
    largest_run = before + TURNS * largest_turn

    assert largest_turn > 1000  # no toy
    assert largest_run < RESERVE * MAX_EVENTS
    # Derived tables that are too much for Athena are built in more chunks, at last in so many.
    smaller = sum(MAX_SMALL_CHUNKS // 4**tried + 1 for tried in range(4))
    assert largest_run + smaller * len(data_set.derived) * derive < 0.9 * MAX_EVENTS
    # Besides, it may search through so many objects that have not changed.
    plan = (counted["Plan Slice"] + counted["Anything Pending?"]) / 4
    searches = ceil(100_000_000 / planning.MAX_LISTED_OBJECTS)
    assert largest_run + plan * searches < (RESERVE + 0.1) * MAX_EVENTS


def test_three_years_of_hours_are_a_few_runs_of_that_size() -> None:
    turns = ceil(3 * 366 * 24 / MAX_SLICE_HOURS)
    assert ceil(turns / TURNS) <= 6


def test_payloads_do_not_grow_with_what_is_taken_in(three_turns: list[dict[str, Any]]) -> None:
    largest = max(payloads({str(n): each for n, each in enumerate(three_turns)}))
    # The numbers of the chunks are all that a larger turn adds.
    chunks = len(json.dumps(list(range(1000))))
    assert largest + chunks < 0.1 * MAX_PAYLOAD_BYTES


def test_both_ends_of_a_turn_count_turns_alike() -> None:
    again = STATES["Plan Again?"]["Choices"][0]["And"][1]
    assert again["NumericLessThan"] == TURNS


def reach_hours(data_set: declaration.DataSet) -> int:
    """How many hours besides its own an arrival hour's events can be of."""
    return data_set.too_old_hours + data_set.in_future_hours
