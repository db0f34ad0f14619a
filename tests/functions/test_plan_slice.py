from typing import Any

import pytest
from springtide.aws import clients
from springtide.ledger import open_hours
from springtide.ledger.documents import Documents
from springtide.steps.plan_slice import MAX_CHUNKS, MAX_TURNS

from tests import cloudwatch
from tests.functions.conftest import EXECUTION, NOW, plan
from tests.pipeline.rig import Bring, event

# The first hour that had not settled at NOW.
LOOKED = "2026-11-23T01"


def test_arrival_hours_are_planned_and_pending(leased: Bring) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    it.land("2020/07/13/02/a.gz", event(2))

    planned = plan(it)

    assert planned["planned"]
    assert (planned["hours"], planned["objects"], planned["turn"]) == (2, 2, 1)
    assert planned["cursor"] == LOOKED
    assert plan(it, 1, LOOKED)["hours"] == 2  # pending until they are recorded


@pytest.mark.parametrize(
    ("turns", "chunks", "of_slice", "hands_over"),
    [
        (MAX_TURNS, 0, 0, True),
        (1, MAX_CHUNKS, 0, True),
        (1, MAX_CHUNKS - 3, 3, True),
        (MAX_TURNS - 1, MAX_CHUNKS - 3, 2, False),
    ],
)
def test_run_that_has_had_its_turns_or_chunks_plans_no_more_and_hands_over(
    leased: Bring, turns: int, chunks: int, of_slice: int, hands_over: bool
) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    it.mount()
    before = {"step": "derive", "slice_chunks": of_slice}
    turn = {"turn": turns, "cursor": None, "chunks": chunks, "stage": before}
    call = {"execution": EXECUTION, "turn": turn, "started": NOW, "now": NOW}

    planned = it.invoke("plan_slice", call)

    assert (planned["hand_over"], planned["planned"]) == (hands_over, not hands_over)
    assert planned["chunks"] == chunks + of_slice
    assert bool(open_hours.read(it.ledger)) is not hands_over


def test_hour_requested_beyond_the_listed_ones_keeps_the_mark(leased: Bring) -> None:
    it = leased()
    it.land("2026/11/23/01/unseen.gz", event(1))
    it.land("2026/11/23/03/asked-for.gz", event(2))
    it.mount()
    later = NOW.replace("T01", "T05")
    it.ledger.items.put("request", "another", {"first": "2026-11-23T03", "last": "2026-11-23T03"})

    planned = it.invoke(
        "plan_slice",
        {
            "execution": EXECUTION,
            "turn": {"turn": 1, "cursor": LOOKED},
            "started": NOW,
            "now": later,
        },
    )

    document = Documents(it.settings.lake_bucket, planned["id"]).plan()
    assert [each["hour"] for each in document["hours"]] == ["2026-11-23T03"]
    assert document["mark"] is None


def test_what_settles_while_a_run_is_at_work_is_left_to_the_next(leased: Bring) -> None:
    it = leased()
    it.land("2026/11/23/01/a.gz", event(1))
    it.mount()
    later = {"started": NOW, "now": NOW.replace("T01", "T05")}
    turn = {"turn": 1, "cursor": LOOKED}

    assert not it.invoke("plan_slice", {"execution": EXECUTION, "turn": turn, **later})["planned"]

    begun_later = {"started": later["now"], "now": later["now"]}
    anew = {"turn": 0, "cursor": None}
    assert it.invoke("plan_slice", {"execution": EXECUTION, "turn": anew, **begun_later})["planned"]


def test_tables_are_made_from_the_declaration(leased: Bring) -> None:
    it = leased()
    plan(it)
    tables = it.client("glue").get_tables(DatabaseName=it.database)
    names = {t["Name"] for t in tables["TableList"]}
    assert names == {
        "landing", "delta", "events", "events_versions", "quarantine", "quarantine_versions",
        "traffic", "traffic_versions",
    }  # fmt: skip


def test_request_s_hours_are_pending_before_the_request_moves_past_them(leased: Bring) -> None:
    it = leased(MaxSliceBytes="400")
    for hour in range(3):
        it.land(f"2020/07/13/0{hour}/a.gz", event(hour))
    it.mount()
    it.invoke("check_input", {"input": {"all": True}, "execution": EXECUTION, "now": NOW})
    writes: list[str] = []
    table = clients.dynamodb_table(it.machine.outputs["LedgerTableName"])

    def note(params: dict[str, Any], **_: Any) -> None:
        writes.append(params["Item"]["pk"].split("#")[1])

    table.meta.client.meta.events.register("provide-client-params.dynamodb.PutItem", note)
    plan(it)
    table.meta.client.meta.events.unregister("provide-client-params.dynamodb.PutItem", note)

    assert writes.index("open") < writes.index("request")


def test_what_waits_is_measured_by_when_it_was_found_and_not_by_its_arrival(leased: Bring) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    it.land("2020/07/13/02/a.gz", event(2))
    plan(it)
    hour_later = NOW.replace("T01", "T02")
    it.invoke("take_lease", {"execution": EXECUTION, "now": hour_later})

    planned = {"turn": {"turn": 1, "cursor": LOOKED}, "started": NOW, "now": hour_later}
    it.invoke("plan_slice", {"execution": EXECUTION, **planned})

    assert [
        {name: each.values[name] for name in ("PendingHours", "OldestPendingSeconds")}
        for each in cloudwatch.measured(it.machine)
    ] == [{"PendingHours": 2, "OldestPendingSeconds": seconds} for seconds in (0, 3600)]
