"""Going back: the tables are as they were, and running again leaves no trace of it."""

from typing import Any, NamedTuple

import pytest
from springtide.ledger import open_hours
from springtide.model.errors import InvalidInputError, LeaseHeldError, RollbackRefusedError
from springtide.undo.rollback import resume
from springtide.undo.rollback_plan import plan_rollback

from offline.clock import now
from tests.pipeline.rig import Rig, event
from tests.pipeline.starts import Start, shared
from tests.pipeline.undo import back, cut_offs, recorded, records, state


class Seen(NamedTuple):
    """What people saw after none, one, two and three slices; the ledger's hours after the first."""

    states: list[Any]
    hours: dict[str, Any]


Three = Start[Seen]


def three_slices(it: Rig) -> Seen:
    """Lands and ingests three slices."""
    it.land("2020/07/13/00/a.gz", event(1, "2020-07-12T23:50:00Z"), event(1), "broken")
    seen: list[Any] = [{}]
    it.run()
    seen.append(state(it))
    hours = records(it)
    # A revision, an event days late, and an object in an hour that was taken already.
    it.land("2020/07/13/00/late.gz", event(2), "also broken")
    it.land("2020/07/13/01/b.gz", event(1, lve_nr=8, tijd_laatst_gewijzigd="2020-07-13T00:40:00Z"))
    it.run()
    seen.append(state(it))
    it.land(
        "2020/07/14/01/c.gz", event(3, "2020-07-02T05:10:00Z"), event(1, "2020-07-14T00:59:00Z")
    )
    it.run()
    seen.append(state(it))
    return Seen(seen, hours)


three = shared(three_slices)


@pytest.mark.parametrize(
    "undone", [pytest.param(1, marks=pytest.mark.long), 2, pytest.param(3, marks=pytest.mark.long)]
)
def test_rollback_shows_what_was_and_running_again_what_would_have_been(
    three: Three, undone: int
) -> None:
    it, seen = three.again(), three.seen.states
    before, known = state(it), records(it)
    slices = recorded(it)
    to = slices[-1 - undone] if undone < 3 else "none"

    plan = back(it, to)

    assert [item["sk"] for item in plan.slices] == slices[::-1][:undone]
    assert state(it) == seen[3 - undone]
    it.run({})  # what is pending is found without a request
    assert state(it) == before
    assert records(it) == known
    it.expect()


def test_dry_run_changes_nothing(three: Three) -> None:
    it = three.again()
    before, items = it.partitions("events"), list(it.ledger.items.query("slice"))

    plan = plan_rollback(it.settings, recorded(it)[0])

    assert {flip.table for flip in plan.flips} == {"events", "quarantine", "traffic"}
    assert {str(hour.hour) for hour in plan.hours} == {
        "2020-07-13T00", "2020-07-13T01", "2020-07-14T01",
    }  # fmt: skip
    assert plan.refusals == []
    assert it.partitions("events") == before
    assert list(it.ledger.items.query("slice")) == items
    assert not open_hours.read(it.ledger)


def test_hour_is_recorded_as_it_was_before_the_undone_slices(three: Three) -> None:
    it = three.again()

    back(it, recorded(it)[0])

    assert records(it) == three.seen.hours
    assert [str(hour) for hour in open_hours.read(it.ledger)] == [
        "2020-07-13T00", "2020-07-13T01", "2020-07-14T01",
    ]  # fmt: skip


def test_rollback_of_a_rollback_goes_further_back(three: Three) -> None:
    it, seen = three.again(), three.seen.states
    first, second, _ = recorded(it)
    back(it, second)
    it.run({})

    back(it, first)

    assert state(it) == seen[1]
    it.run({})
    assert state(it) == seen[3]
    it.expect()


def test_second_rollback_to_the_same_slice_finds_nothing_to_undo(three: Three) -> None:
    it = three.again()
    first = recorded(it)[0]
    back(it, first)
    slices = len(list(it.ledger.items.query("slice")))

    plan = back(it, first)

    assert (plan.slices, plan.flips) == ([], [])
    assert len(list(it.ledger.items.query("slice"))) == slices


@pytest.mark.parametrize(
    "run_between", [False, pytest.param(True, marks=pytest.mark.long)], ids=["again", "run between"]
)
def test_rollback_that_was_cut_off_anywhere_can_be_done_again(
    three: Three, monkeypatch: pytest.MonkeyPatch, run_between: bool
) -> None:
    it, seen = three.again(), three.seen.states
    first = recorded(it)[0]
    calls, cuts = range(1, 100, 4 if run_between else 1), 0
    for _ in cut_offs(monkeypatch, lambda: back(it, first), calls):
        cuts += 1
        if run_between:
            it.run({})
            assert state(it) == seen[3]
    assert cuts > 2
    assert state(it) == seen[1]
    it.run({})
    assert state(it) == seen[3]
    it.expect()


def test_held_hours_wait_for_resume_even_if_something_lands_in_them(three: Three) -> None:
    it, seen = three.again(), three.seen.states
    back(it, recorded(it)[0], hold=True)

    it.land("2020/07/13/01/later.gz", event(7))
    it.run()
    assert state(it) == seen[1]
    assert len(it.account().held) == 3

    assert [str(hour) for hour in resume(it.settings).hours] == [
        "2020-07-13T00", "2020-07-13T01", "2020-07-14T01",
    ]  # fmt: skip
    it.run({})
    it.expect()


def test_derived_hour_without_a_version_before_is_repointed_to_nothing(three: Three) -> None:
    it = three.again()
    back(it, "none")

    for table in ("events", "quarantine", "traffic"):
        assert it.partitions(table)
        assert all(not it.rows_at(location) for location in it.partitions(table).values())
    assert it.account().lines == it.account().distinct == 0


# ------------------------------------------------------------------ refusals


@pytest.mark.parametrize("to", ["000009-20200101T000000", "", "None"])
def test_slice_that_never_was_is_refused(three: Three, to: str) -> None:
    it = three.again()
    with pytest.raises(InvalidInputError, match=r"there is no slice.* versions --slices`"):
        back(it, to)


def test_undone_slice_is_nothing_to_go_back_to(three: Three) -> None:
    it = three.again()
    first, second, _ = recorded(it)
    back(it, first)
    with pytest.raises(InvalidInputError, match=f"{second} is undone by "):
        back(it, second)


def test_objects_that_cannot_be_read_again_are_named_and_nothing_is_written(three: Three) -> None:
    it = three.again()
    before = state(it)
    (it.landing / "2020/07/13/01/b.gz").unlink()
    it.land("2020/07/14/01/c.gz", event(9))
    it.mount()

    with pytest.raises(RollbackRefusedError) as refused:
        back(it, recorded(it)[0])

    lines = str(refused.value).splitlines()
    assert len(lines) == 2
    assert "2020-07-13T01" in lines[0] and lines[0].endswith("2020/07/13/01/b.gz is gone")
    assert "2020/07/14/01/c.gz was replaced" in lines[1]
    assert state(it) == before
    assert not open_hours.read(it.ledger)
    assert it.ledger.items.get("lease", "lease").get("holder") is None  # type: ignore[union-attr]


def test_object_replaced_between_two_undone_slices_is_refused(three: Three) -> None:
    it = three.again()
    it.land("2020/07/14/01/c.gz", event(2, "2020-07-14T00:59:00Z"))
    it.run()
    rows = len(it.rows("events"))
    _, second, third, _ = recorded(it)

    with pytest.raises(RollbackRefusedError, match="was replaced since"):
        back(it, second)
    back(it, third)  # what this undoes can be read again
    it.run({})
    assert len(it.rows("events")) == rows


def test_object_that_came_since_is_no_obstacle(three: Three) -> None:
    it = three.again()
    it.land("2020/07/13/00/very-late.gz", event(8))
    it.mount()
    back(it, recorded(it)[0])
    it.run({})
    it.expect()


def test_version_whose_files_are_gone_is_refused(three: Three) -> None:
    it = three.again()
    before = it.partitions("events")
    back(it, recorded(it)[0])
    old = {p: where for p, where in it.partitions("events").items() if before[p] != where}
    it.run({})
    for where in old.values():
        it.remove(where)

    with pytest.raises(RollbackRefusedError, match="is gone: no object lies there"):
        back(it, recorded(it)[0])


def test_partition_that_another_writer_moved_is_refused(three: Three) -> None:
    it = three.again()
    it.point(["2020-07-13", "00"], "s3://elsewhere/")
    with pytest.raises(RollbackRefusedError, match="another writer moved it"):
        back(it, recorded(it)[0])


def test_rollback_waits_for_whoever_holds_the_lease(three: Three) -> None:
    it = three.again()
    later = {"execution": "rollback:another", "now": now().isoformat()}
    assert it.invoke("take_lease", later)["taken"]
    with pytest.raises(LeaseHeldError, match="rollback:another holds the lease"):
        back(it, recorded(it)[0])
