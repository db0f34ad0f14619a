from typing import Any

from tests.pipeline.rig import Bring, Rig, event


def collect_after(it: Rig, days: int) -> dict[str, Any]:
    it.machine.advance(days * 86_400)
    done: dict[str, Any] = it.invoke("collect_garbage", {})
    return done


def test_pass_reports_what_it_did(rig: Bring) -> None:
    it = rig(RetainDays="2")
    it.land("2020/07/13/00/a.gz", event(1))
    it.run()
    it.land("2020/07/13/00/b.gz", event(2))
    it.run()

    first, condemned, tagged = (collect_after(it, days) for days in (1, 2, 2))

    nothing = {"skipped": False, "condemned": 0, "tagged": 0, "more": False}
    assert first == nothing
    # Two deltas, and what the second run replaced of events and traffic.
    assert condemned["condemned"] == 4 + replaced_later(it)
    assert tagged["tagged"] >= 4
    assert collect_after(it, 0) == nothing


def replaced_later(it: Rig) -> int:
    """Hours of traffic that an hour's windows reach into were written by both runs."""
    return len(it.partitions("traffic")) - 1


def test_pass_is_skipped_while_another_writer_holds_the_lease(rig: Bring) -> None:
    it = rig()
    it.invoke("take_lease", {"execution": "rollback:other"})
    done = it.invoke("collect_garbage", {})
    assert done == {"skipped": True, "condemned": 0, "tagged": 0, "more": True}
