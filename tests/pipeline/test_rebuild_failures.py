"""Rebuilds that fail: kept, given up or refused, and in the way of nothing that has landed."""

from typing import Any

from springtide.dataset import loading

from offline.athena.errors import SYSTEM
from offline.athena.service.runs import FAILED, QueryRun
from tests.athena_faults import Fault
from tests.pipeline.rebuilds import DAY, HOUR, RULE, Declare, Ingested, corrected_elsewhere, seen
from tests.pipeline.rig import Rig, event
from tests.pipeline.undo import records

EXTRACT, DERIVE = "-extract-", "-derive"


def failing(it: Rig, error: str, asked: dict[str, Any], *parts: str) -> str:
    """Runs with Athena failing the UNLOADs that have all parts, for good or for its own reasons."""
    words = "GENERIC_INTERNAL_ERROR: by a test"
    permanent = error == "QueryFailedError"
    fault = Fault.permanent(words) if permanent else Fault(FAILED, words, SYSTEM)

    def fails(run: QueryRun) -> Fault | None:
        return fault if all(part in run.sql for part in ("UNLOAD", *parts)) else None

    it.machine.athena.faults.append(fails)
    ended = it.fail(error, asked)
    it.machine.athena.faults.remove(fails)
    return str(ended.cause)


def test_rebuild_that_fails_for_a_transient_reason_is_retried(
    ingested: Ingested, declare: Declare
) -> None:
    it = ingested.again()
    declare(added=RULE)

    told = failing(it, "TransientQueryError", DAY, EXTRACT)

    assert "event hours 2020-07-13T00 to 2020-07-13T23 failed 1 of 3 times" in told
    it.run({})
    assert seen(it)[1][3]["broken_detector"] == 3
    assert list(it.ledger.items.query("rebuild")) == []


def test_rebuild_is_given_up_after_three_transient_failures(ingested: Ingested) -> None:
    it = ingested.again()
    asked = DAY
    for number in range(3):
        it.land(f"2020/07/14/1{number}/a.gz", event(9, f"2020-07-14T1{number}:00:00Z"))
        assert len(list(it.ledger.items.query("rebuild"))) == (number > 0)
        told = failing(it, "TransientQueryError", asked, EXTRACT, "2020/07/13/05")
        asked = {}

    assert "was given up, and nothing of it is published" in told
    assert list(it.ledger.items.query("rebuild")) == []
    # Those that landed after its first failure came first.
    assert {"2020-07-14T11", "2020-07-14T12"} <= records(it).keys()


def test_rebuild_that_fails_for_good_is_given_up_at_once(ingested: Ingested) -> None:
    it = ingested.again()

    told = failing(it, "QueryFailedError", DAY, EXTRACT)

    assert "was given up" in told
    assert list(it.ledger.items.query("rebuild")) == []


def test_rebuild_that_was_published_in_part_is_never_given_up(
    ingested: Ingested, declare: Declare
) -> None:
    it, expected = corrected_elsewhere(ingested, declare)
    failing(it, "QueryFailedError", HOUR, DERIVE)

    told = failing(it, "QueryFailedError", {}, EXTRACT)

    assert "is published in part; each run tries it again" in told
    assert len(list(it.ledger.items.query("rebuild"))) == 1
    it.run({})
    assert seen(it) == expected
    assert list(it.ledger.items.query("rebuild")) == []


def test_rebuild_published_in_part_that_is_refused_now_stays_and_holds_up_nothing(
    ingested: Ingested,
) -> None:
    it = ingested.again()
    failing(it, "QueryFailedError", HOUR, DERIVE)
    it.land("2020/07/14/11/a.gz", event(9, "2020-07-14T11:00:00Z"))
    declaration = loading.load(it.settings.data_set).digest
    held = {"state": "held", "reason": "by a test", "declaration": declaration}
    it.ledger.items.put("open", "2020-07-13T05", held)

    it.fail("RebuildRefusedError")

    assert "2020-07-14T11" in records(it)
    assert len(list(it.ledger.items.query("rebuild"))) == 1
