import pytest

from tests.functions.conftest import attempt, plan, query
from tests.pipeline.rig import Bring, FunctionError, event


def test_files_that_the_manifest_does_not_name_fail_the_attempt(leased: Bring) -> None:
    it = leased()
    it.land("2020/07/13/00/a.gz", event(1))
    slice_id = plan(it)["id"]
    state = query(it, slice_id, "extract")
    bucket = it.lake
    it.client("s3").put_object(
        Bucket=bucket, Key=f"delta/version={slice_id}-extract-1/left-behind", Body=b"x"
    )

    with pytest.raises(FunctionError, match="left-behind") as caught:
        it.invoke("poll_query", {**attempt(slice_id, "extract"), **state})
    assert caught.value.name == "TransientQueryError"
