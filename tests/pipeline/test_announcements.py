"""Consumers are notified of every published slice, whatever died meanwhile."""

from typing import Any

import pytest
from springtide.ledger.lease import ENDED_SECONDS
from springtide.steps import announce_slices

from tests.pipeline.killing import Killer, kill, land
from tests.pipeline.listening import documented, listen
from tests.pipeline.rig import Bring, Rig, event
from tests.variants import long


def shape(value: Any) -> Any:
    """What a document is made of, without its values."""
    if isinstance(value, dict):
        return {name: shape(one) for name, one in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    return type(value).__name__


def partitions(heard: list[dict[str, Any]]) -> set[tuple[str, ...]]:
    return {
        (name, *values)
        for sent in heard
        for name, table in sent["detail"]["tables"].items()
        for values in table["partitions"]
    }


def published(it: Rig) -> set[tuple[str, ...]]:
    tables = ("events", "quarantine", "traffic")
    return {(table, *values) for table in tables for values in it.partitions(table)}


def test_event_of_each_slice_reaches_the_documented_rule_s_target(rig: Bring) -> None:
    it = rig(MaxSliceBytes="400")
    heard = listen(it)
    late = event(9, "2020-07-12T20:10:00Z")
    for hour in range(2):
        it.land(f"2020/07/13/0{hour}/a.gz", event(hour), late, "broken")

    it.run()

    sent = heard()
    assert [each["detail"]["arrival_hours"]["first"] for each in sent] == [
        "2020-07-13T00",
        "2020-07-13T01",
    ]
    assert {each["source"] for each in sent} == {announce_slices.SOURCE}
    assert partitions(sent) == published(it)
    example = documented("The event")
    del example["detail"]["tables"]["quarantine"]
    assert example["detail-type"] == announce_slices.DETAIL_TYPE
    account = example["detail"]["account"]
    assert account["lines"] == account["accepted"] + sum(account["rejected"].values())
    for each in sent:
        each["detail"]["tables"] = {"events": each["detail"]["tables"]["events"]}
        each["detail"]["account"] |= {n: account[n] for n in ("rejected", "late")}
        for upto in ("complete_up_to", "fresh_up_to"):
            each["detail"][upto] = str(each["detail"][upto])  # or nothing
        assert shape(each["detail"]) == shape(example["detail"])
        assert shape(example).items() <= shape(each).items()
    it.run()  # with nothing to do
    assert heard() == []


def test_event_names_the_oldest_arrival_hour_first_whichever_was_pending(rig: Bring) -> None:
    it = rig()
    heard = listen(it)
    it.land("2020/07/13/01/a.gz", event(1))
    it.run()
    it.land("2020/07/13/00/b.gz", event(2))

    it.run({"retry": ["2020-07-13T01"]})

    _, sent = heard()
    hours = {"first": "2020-07-13T00", "last": "2020-07-13T01", "count": 2}
    assert sent["detail"]["arrival_hours"] == hours


@pytest.mark.parametrize(
    ("function", "operation", "number"),
    [
        long("RecordSliceFunction", "PutItem", 4),
        ("RecordSliceFunction", "UpdateTable", 1),
        long("AnnounceSlicesFunction", "PutEvents", 1),
    ],
    ids=["half recorded", "recorded", "sent and not forgotten"],
)
def test_slice_whose_run_died_is_announced_all_the_same(
    rig: Bring, function: str, operation: str, number: int
) -> None:
    it = rig()
    heard = listen(it)
    land(it)
    it.mount()
    killer = kill(it, Killer(function, operation, number))

    died = it.machine.run({"all": True})

    assert killer.killed
    # A run does not fail of an event that cannot be sent.
    assert (died.status == "FAILED") == (function == "RecordSliceFunction")
    it.run({})
    it.expect()
    assert partitions(heard()) == published(it)
    it.run({})
    assert heard() == []


def test_slice_that_died_before_its_record_is_announced_by_the_one_that_takes_it_in_again(
    rig: Bring,
) -> None:
    it = rig()
    heard = listen(it)
    land(it)
    it.mount()
    kill(it, Killer("AddPartitionsFunction", "BatchCreatePartition"))

    it.machine.run({"all": True})
    assert heard() == []

    # Where a call of Glue may still be under way, the lease is kept until none can be.
    it.machine.advance(ENDED_SECONDS + 1)
    it.run({})
    assert partitions(heard()) == published(it)
