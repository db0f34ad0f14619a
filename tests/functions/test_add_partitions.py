import pytest

from tests.functions.conftest import EXECUTION, NOW, plan, upto
from tests.pipeline.rig import Bring, FunctionError, Rig, event


@pytest.fixture
def audited(leased: Bring) -> tuple[Rig, dict[str, str]]:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1), event(2, "2020-07-12T00:00:00Z"))
    slice_id = plan(it)["id"]
    upto(it, slice_id, "add_partitions")
    return it, {"execution": EXECUTION, "slice": slice_id, "step": "merge", "now": NOW}


def test_nothing_is_visible_before_and_everything_after(
    audited: tuple[Rig, dict[str, str]],
) -> None:
    it, call = audited
    assert it.partitions("events") == {}

    for _ in range(2):  # doing it again changes nothing
        assert it.invoke("add_partitions", {**call, "chunk": 0})["partitions"] == 2
        assert len(it.events()) == 2


def test_partition_that_another_writer_moved_is_not_overwritten(
    audited: tuple[Rig, dict[str, str]],
) -> None:
    it, call = audited
    foreign = {**it.table("events")["StorageDescriptor"], "Location": "s3://elsewhere/"}
    it.client("glue").create_partition(
        DatabaseName=it.database,
        TableName="events",
        PartitionInput={"Values": ["2020-07-13", "00"], "StorageDescriptor": foreign},
    )

    with pytest.raises(FunctionError, match="s3://elsewhere/") as caught:
        it.invoke("add_partitions", {**call, "chunk": 0})

    assert caught.value.name == "FenceLostError"
    assert it.partitions("events") == {("2020-07-13", "00"): "s3://elsewhere/"}
