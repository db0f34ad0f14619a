from springtide.ledger.status import status

from tests.functions.conftest import EXECUTION
from tests.pipeline.holding import hold
from tests.pipeline.rig import Bring, event


def test_stack_that_never_ran_has_nothing_to_report(rig: Bring) -> None:
    it = rig()
    found = status(it.settings)
    assert (found.lease, found.mark, found.slices, found.pending) == (None, None, [], [])
    assert found.tables["events"] == {
        "newest_partition": None,
        "complete_up_to": None,
        "fresh_up_to": None,
    }


def test_status_after_a_run_names_slices_tables_and_how_far_they_are_complete(rig: Bring) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1, "2020-07-12T23:00:00Z"), "broken")
    it.land("2020/07/13/01/a.gz", event(2, "2020-07-13T01:00:00Z"))
    it.run({})

    found = status(it.settings)

    assert found.lease is None
    assert (found.mark, found.complete_up_to) == ("2020-07-13T01", "2020-07-13T01")
    upto = {"complete_up_to": "2020-07-13T01", "fresh_up_to": "2020-07-13T01"}
    (slice_,) = found.slices
    assert slice_["state"] == "recorded"
    assert slice_["account"]["lines"] == 3
    assert found.tables == {
        "events": {"newest_partition": "2020-07-13/01", **upto},
        "quarantine": {"newest_partition": "2020-07-13T00", **upto},
        "traffic": {"newest_partition": "2020-07-13/01", **upto},
    }


def test_held_hours_have_their_reasons_and_the_rest_is_complete_up_to_them(rig: Bring) -> None:
    it = rig()
    hold(it, "2020-07-01T05", also="2020-07-01T06")

    found = status(it.settings)

    (held,) = found.held
    assert held["arrival_hour"] == "2020-07-01T05"
    assert "something of the hour" in held["reason"]
    assert found.mark == "2020-07-01T06"
    assert found.complete_up_to == "2020-07-01T04"
    assert "failure" in next(each for each in found.slices if each["state"] == "failed")


def test_lease_that_is_held_is_shown(leased: Bring) -> None:
    found = status(leased().settings)
    assert found.lease is not None
    assert (found.lease["holder"], found.lease["fence"]) == (EXECUTION, 1)
