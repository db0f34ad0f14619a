import json
from typing import Any

import pytest
from springtide.aws import clients
from springtide.steps import announce_slices

from tests.functions.conftest import EXECUTION, NOW, plan, upto
from tests.pipeline.listening import listen
from tests.pipeline.rig import Bring, FunctionError, Rig, event


def record(it: Rig, hour: str = "00") -> str:
    it.land(f"2020/07/13/{hour}/a.gz", event(1), event(2, "2020-07-12T23:10:00Z"), "broken")
    slice_id: str = plan(it)["id"]
    upto(it, slice_id, "record_slice")
    it.invoke("record_slice", {"execution": EXECUTION, "slice": slice_id, "now": NOW})
    return slice_id


def announce(it: Rig) -> int:
    announced: int = it.invoke("announce_slices", {"execution": EXECUTION})["announced"]
    return announced


def document(it: Rig, detail: dict[str, Any]) -> Any:
    bucket, _, key = detail["document"].removeprefix("s3://").partition("/")
    return json.loads(it.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read())


def test_recorded_slice_is_announced_once_with_what_it_published(leased: Bring) -> None:
    it = leased()
    heard = listen(it)
    slice_id = record(it)

    assert (announce(it), announce(it)) == (1, 0)

    (sent,) = heard()
    detail = sent["detail"]
    assert (detail["slice"], detail["kind"], detail["partitions_listed"]) == (
        slice_id,
        "arrivals",
        True,
    )
    assert {name: table["partitions"] for name, table in detail["tables"].items()} == {
        table: [list(values) for values in sorted(it.partitions(table))]
        for table in ("events", "quarantine", "traffic")
    }
    assert detail["complete_up_to"] == "2020-07-13T00"
    assert detail["account"]["lines"] == 3
    assert document(it, detail) == detail


def test_event_with_too_many_partitions_has_their_count_and_where_they_are(
    leased: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = leased()
    heard = listen(it)
    monkeypatch.setattr(announce_slices, "MAX_DETAIL_BYTES", 500)
    record(it)
    announce(it)

    (sent,) = heard()
    detail = sent["detail"]
    assert not detail["partitions_listed"]
    whole = document(it, detail)["tables"]
    assert whole.keys() == detail["tables"].keys()
    for name, table in detail["tables"].items():
        assert table["partitions"] == []
        assert table["partition_count"] == len(whole[name]["partitions"]) > 0


def test_largest_event_without_partitions_fits() -> None:
    # The rest of the detail does not grow with the slice: reasons and ages are few.
    assert announce_slices.MAX_DETAIL_BYTES < 262_144 * 0.8


def test_event_that_is_not_taken_is_sent_again(
    leased: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = leased()
    heard = listen(it)
    record(it)
    refusal = {"ErrorCode": "InternalFailure", "ErrorMessage": "try again"}

    class Refusing:
        def put_events(self, **_: Any) -> dict[str, Any]:
            return {"FailedEntryCount": 1, "Entries": [refusal]}

    with monkeypatch.context() as patch:
        patch.setattr(clients, "events", Refusing)
        with pytest.raises(FunctionError, match="InternalFailure: try again"):
            announce(it)
    assert heard() == []

    assert announce(it) == 1
    assert len(heard()) == 1


def test_event_that_cannot_be_made_holds_up_no_other(leased: Bring) -> None:
    it = leased()
    heard = listen(it)
    lost, slice_id = record(it), record(it, "01")
    bucket = it.lake
    it.machine.objects.remove(bucket, f"slices/{lost}/merge-0.json")

    with pytest.raises(FunctionError, match=f"slice {lost}: a document"):
        announce(it)

    assert [sent["detail"]["slice"] for sent in heard()] == [slice_id]
    assert [item["sk"] for item in it.ledger.items.query("announcement")] == [lost]
