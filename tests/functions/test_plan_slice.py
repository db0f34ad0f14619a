from collections.abc import Callable
from typing import Any

from springtide import aws

from tests.functions.conftest import EXECUTION, NOW, plan
from tests.pipeline.rig import Rig, event


def test_arrival_hours_are_planned_and_pending(leased: Callable[..., Rig]) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    it.land("2020/07/13/02/a.gz", event(2))

    planned = plan(it)

    assert planned["planned"]
    assert (planned["hours"], planned["objects"], planned["turn"]) == (2, 2, 1)
    assert planned["cursor"] == "end"
    assert plan(it, 1, "end")["hours"] == 2  # pending until they are recorded


def test_hour_that_may_still_fill_is_left(leased: Callable[..., Rig]) -> None:
    it = leased()
    it.land("2026/11/23/00/a.gz", event(1))  # ended 24 minutes before "now"
    it.land("2026/11/23/01/a.gz", event(2))

    assert plan(it)["hours"] == 1


def test_slice_ends_before_the_hour_that_would_overfill_it(leased: Callable[..., Rig]) -> None:
    it = leased(MaxSliceBytes="400")
    for hour in range(3):
        it.land(f"2020/07/13/0{hour}/a.gz", event(hour))

    first = plan(it)

    assert first["hours"] == 1
    assert first["cursor"] == "2020-07-13T01"


def test_tables_are_made_from_the_declaration(leased: Callable[..., Rig]) -> None:
    it = leased()
    plan(it)
    tables = it.client("glue").get_tables(DatabaseName=it.machine.outputs["DatabaseName"])
    names = {t["Name"] for t in tables["TableList"]}
    assert names == {
        "landing", "delta", "events", "events_versions", "quarantine", "quarantine_versions",
        "traffic", "traffic_versions",
    }  # fmt: skip


def test_request_s_hours_are_pending_before_the_request_moves_past_them(
    leased: Callable[..., Rig],
) -> None:
    it = leased(MaxSliceBytes="400")
    for hour in range(3):
        it.land(f"2020/07/13/0{hour}/a.gz", event(hour))
    it.mount()
    it.invoke("check_input", {"input": {"all": True}, "execution": EXECUTION, "now": NOW})
    writes: list[str] = []
    table = aws.dynamodb_table(it.machine.outputs["LedgerTableName"])

    def note(params: dict[str, Any], **_: Any) -> None:
        writes.append(params["Item"]["pk"].split("#")[1])

    table.meta.client.meta.events.register("provide-client-params.dynamodb.PutItem", note)
    plan(it)
    table.meta.client.meta.events.unregister("provide-client-params.dynamodb.PutItem", note)

    assert writes.index("open") < writes.index("request")


def test_what_waits_is_measured_by_when_it_was_found_and_not_by_its_arrival(
    leased: Callable[..., Rig],
) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    it.land("2020/07/13/02/a.gz", event(2))
    plan(it)
    hour_later = NOW.replace("T01", "T02")
    it.invoke("take_lease", {"execution": EXECUTION, "now": hour_later})

    planned = {"turn": {"turn": 1, "cursor": "end"}, "started": NOW, "now": hour_later}
    it.invoke("plan_slice", {"execution": EXECUTION, **planned})

    measured = [(p.name, p.value) for p in it.machine.metrics if p.name != "HeldHours"]
    assert measured == [
        ("PendingHours", 2),
        ("OldestPendingSeconds", 0),
        ("PendingHours", 2),
        ("OldestPendingSeconds", 3600),
    ]
