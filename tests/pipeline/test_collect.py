"""Collection tags what nothing needs, and nothing else."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from inspect import unwrap
from typing import Any

import pytest
from springtide.aws import clients, tagging
from springtide.aws.dynamodb import BATCH_WRITE_LIMIT
from springtide.ledger import open_hours
from springtide.ledger.lease import LEASE_SECONDS
from springtide.model.errors import LeaseHeldError, RollbackRefusedError
from springtide.model.locations import split
from springtide.undo import garbage
from springtide.undo.rollback import roll_back
from springtide.undo.rollback_plan import plan_rollback

from offline.clock import now
from tests.pipeline.collecting import DAY, collect
from tests.pipeline.killing import Killer, kill
from tests.pipeline.rig import Rig, event
from tests.pipeline.starts import Start, shared
from tests.pipeline.undo import back, recorded, state


def tagged(it: Rig) -> set[str]:
    """The keys of the lake's objects that the lifecycle rule expires."""
    bucket, s3 = it.lake, it.client("s3")
    return {
        item.key
        for item in it.machine.objects.list(bucket, "")
        if {"Key": "springtide", "Value": "condemned"}
        in s3.get_object_tagging(Bucket=bucket, Key=item.key)["TagSet"]
    }


def published(it: Rig) -> set[str]:
    return {
        key
        for table in ("events", "quarantine", "traffic")
        for location in it.partitions(table).values()
        for key in it.keys(location)
    }


def lake(it: Rig, *prefixes: str) -> set[str]:
    bucket = it.lake
    return {item.key for p in prefixes for item in it.machine.objects.list(bucket, p)}


Two = Start[dict[str, Any]]


def two_slices(it: Rig) -> dict[str, Any]:
    """Lands and ingests two slices; returns what people saw after the first."""
    it.land("2020/07/13/00/a.gz", event(1), event(1, "2020-07-12T22:00:00Z"), "broken")
    it.run()
    seen = state(it)
    it.land("2020/07/13/00/late.gz", event(2))
    it.run()
    return seen


two = shared(two_slices)


def test_what_was_replaced_is_tagged_once_the_grace_period_is_over(two: Two) -> None:
    it = two.again()
    before = state(it)

    assert collect(it, 6).condemned == []
    condemned = collect(it, 31)
    assert condemned.condemned
    assert (condemned.tagged, tagged(it)) == (0, set())  # a day passes first
    later = collect(it, 33)

    assert later.tagged == len(tagged(it)) > 0
    assert tagged(it) == lake(it, "tables/", "delta/") - published(it)
    assert state(it) == before


def test_dry_run_reports_and_writes_nothing(two: Two) -> None:
    it = two.again()
    told = collect(it, 31, dry_run=True)
    assert list(it.ledger.items.query("condemned")) == []
    assert collect(it, 31) == told
    counted = collect(it, 33, dry_run=True).tagged
    assert tagged(it) == set()
    assert collect(it, 33).tagged == counted


def test_prefix_siblings_of_what_is_condemned_stay(two: Two) -> None:
    it = two.again()
    location = next(iter(collect(it, 31).condemned))
    bucket, prefix = split(location)
    # A version whose name begins with this one's, and a folder beside a partition's.
    siblings = [prefix.rstrip("/") + "_bar/file", prefix.rstrip("/") + "0/file"]
    for key in [*siblings, "tables/events/by-hand/file", "tables/other/version=1/file", "notes"]:
        it.client("s3").put_object(Bucket=bucket, Key=key, Body=b"someone's")

    collect(it, 33)

    assert tagged(it) == lake(it, "tables/", "delta/") - published(it) - {
        *siblings, "tables/events/by-hand/file", "tables/other/version=1/file",
    }  # fmt: skip


def test_other_tags_of_an_object_stay(two: Two) -> None:
    it = two.again()
    location = collect(it, 31).condemned[0]
    bucket, key = it.lake, min(it.keys(location))
    mine = {"Key": "team", "Value": "roads"}
    it.client("s3").put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": [mine]})

    collect(it, 33)

    tags = it.client("s3").get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    assert mine in tags and len(tags) == 2


def test_left_overs_of_a_slice_that_died_are_tagged(two: Two) -> None:
    it = two.again()
    slice_, location = recorded(it)[0], next(iter(it.partitions("events").values()))
    version = f"{slice_}-merge7-1"
    root = location.split("version=")[0] + f"version={version}/"
    bucket = it.lake
    left = [f"tables/events/version={version}/event_date=2020-07-13/event_hour=00/x"]
    # Like it in all but that no attempt recorded it: a sibling by name, another slice's.
    stray = f"tables/events/version={version}0/event_date=2020-07-13/event_hour=00/x"
    for key in [*left, stray]:
        it.client("s3").put_object(Bucket=bucket, Key=key, Body=b"half")
    attempt = {"state": "failed", "version": version, "target": root}
    it.ledger.items.put(f"query#{slice_}", "merge#00007#001", attempt)

    collect(it, 31)
    collect(it, 33)

    assert set(left) <= tagged(it)
    assert stray not in tagged(it)


def test_left_overs_of_a_slice_that_died_while_it_journalled_are_tagged(two: Two) -> None:
    it = two.empty()
    late = [event(h, 1594602000 - 3600 * h) for h in range(30)]  # type: ignore[arg-type]
    it.land("2020/07/13/02/a.gz", *late, "broken")
    it.mount()
    # Once it has journalled the first 25 flips of a chunk.
    dies = kill(it, Killer("AddPartitions", "BatchWriteItem", about="tables/events/"))
    assert it.machine.run({}).status == "FAILED"
    (call,) = dies.killed
    assert str(call.parameters).count("journalled_at") == BATCH_WRITE_LIMIT
    it.machine.advance(LEASE_SECONDS + 1)
    it.run({})
    it.expect()

    collect(it, 31)
    collect(it, 33)

    assert tagged(it) == lake(it, "tables/", "delta/") - published(it)


def test_version_that_a_partition_points_at_by_hand_stays(two: Two) -> None:
    it = two.again()
    condemned = collect(it, 31).condemned
    location = next(x for x in condemned if "/events/" in x and "event_hour=00" in x)
    it.point(["2020-07-13", "00"], location)

    collect(it, 33)

    assert not tagged(it) & set(it.keys(location))


def test_rollback_within_the_grace_period_finds_everything(two: Two) -> None:
    it, first = two.again(), two.seen
    second = state(it)
    for days in (1, 5, 6.9):
        collect(it, days)

    back(it, recorded(it)[0])

    assert state(it) == first
    it.run({})
    assert state(it) == second
    # What the rollback flipped away from is garbage in its turn, what it flipped to is not.
    collect(it, 31)
    collect(it, 33)
    assert tagged(it) == lake(it, "tables/", "delta/") - published(it)


def test_version_condemned_after_the_rollback_was_planned_is_refused(two: Two) -> None:
    it = two.again()
    before = state(it)
    to = recorded(it)[0]
    assert plan_rollback(it.settings, to).refusals == []

    collect(it, 31)

    with pytest.raises(RollbackRefusedError, match="is condemned"):
        back(it, to)
    assert state(it) == before
    assert not open_hours.read(it.ledger)


def test_collection_waits_for_a_rollback_and_a_rollback_for_a_collection(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = two.again()
    to, refused = recorded(it)[0], []
    plan = plan_rollback

    def while_rolling_back(*args: object) -> object:
        with pytest.raises(LeaseHeldError) as caught:
            collect(it, 0)
        refused.append(str(caught.value))
        return plan(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("springtide.undo.rollback.plan_rollback", while_rolling_back)
    roll_back(it.settings, to)

    assert refused[0].startswith("rollback:")
    collect(it, 0)  # the lease was given back


def test_pass_that_runs_out_of_time_is_gone_on_with_by_the_next(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = two.again()
    with monkeypatch.context() as patch:
        patch.setattr(garbage, "WORKING_TIME", timedelta(0))
        patch.setattr(garbage, "BATCH_SLICES", 1)
        patch.setattr(garbage, "BATCH_PREFIXES", 1)
        condemned = [collect(it, 31), collect(it, 31), collect(it, 31)]
        passes = [collect(it, 33)]
        while passes[-1].more:
            passes.append(collect(it, 33))

    assert [each.more for each in condemned] == [True, True, False]
    assert len(passes) > 2
    assert tagged(it) == lake(it, "tables/", "delta/") - published(it)


def test_pass_works_off_whatever_has_come_together(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = two.again()
    monkeypatch.setattr(garbage, "BATCH_SLICES", 1)
    monkeypatch.setattr(garbage, "BATCH_PREFIXES", 2)

    assert not collect(it, 31).more
    done = collect(it, 33)

    assert not done.more
    assert done.tagged == len(tagged(it)) > 2
    assert tagged(it) == lake(it, "tables/", "delta/") - published(it)


def test_expired_version_is_forgotten(two: Two) -> None:
    it = two.again()
    collect(it, 31)
    collect(it, 33)
    bucket = it.lake
    for key in tagged(it):  # as the lifecycle rule does
        it.machine.objects.remove(bucket, key)

    collect(it, 35)

    assert list(it.ledger.items.query("condemned")) == []
    with pytest.raises(RollbackRefusedError, match="is gone"):
        back(it, recorded(it)[0])


def test_hourly_pass_looks_once_a_day_whether_what_it_tagged_has_expired(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = two.again()
    collect(it, 31)
    collect(it, 33)
    looked: list[str] = []
    keys_of = tagging._keys

    def look(location: str) -> list[str]:
        looked.append(location)
        return keys_of(location)

    monkeypatch.setattr(tagging, "_keys", look)

    for hour in range(24):
        collect(it, 35 + hour / 24)

    assert len(looked) == len(set(looked)) > 1


def test_limit_on_requests_holds_for_objects_that_are_tagged(
    two: Two, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = two.empty()
    # The offline machine hands the context of who calls on to its threads; AWS does not.
    monkeypatch.setattr(ThreadPoolExecutor, "submit", unwrap(ThreadPoolExecutor.submit))
    it.land("2020/07/13/00/a.gz", event(1))
    it.run()
    bucket, key = it.lake, min(published(it))
    late = LeaseHeldError("too late")

    with pytest.raises(LeaseHeldError, match="too late"), clients.requests_until(now() - DAY, late):
        tagging.condemn(bucket, [key])

    assert tagged(it) == set()
