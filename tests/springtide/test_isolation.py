import json

import pytest
from springtide.failures import unwrap
from springtide.isolation import named_objects


def test_lambda_s_envelope_is_taken_off() -> None:
    cause = json.dumps({"errorMessage": "no", "errorType": "AuditFailedError", "stackTrace": []})
    assert unwrap({"Error": "AuditFailedError", "Cause": cause}) == ("AuditFailedError", "no")


def test_nested_execution_s_envelope_is_taken_off() -> None:
    inner = json.dumps({"errorMessage": "bad object", "errorType": "QueryFailedError"})
    cause = json.dumps(
        {"ExecutionArn": "a", "Status": "FAILED", "Error": "QueryFailedError", "Cause": inner}
    )
    failure = {"Error": "States.TaskFailed", "Cause": cause}
    assert unwrap(failure) == ("QueryFailedError", "bad object")


def test_nested_execution_that_timed_out_keeps_its_status() -> None:
    cause = json.dumps({"ExecutionArn": "a", "Status": "TIMED_OUT"})
    assert unwrap({"Error": "States.TaskFailed", "Cause": cause})[0] == "States.TIMED_OUT"


def test_text_that_is_no_document_is_the_cause_itself() -> None:
    assert unwrap({"Error": "States.Timeout", "Cause": ""}) == ("States.Timeout", "")
    assert unwrap({"Error": "E", "Cause": "[1]"}) == ("E", "[1]")


def test_object_is_not_blamed_for_a_longer_name_s_fault() -> None:
    one = ["s3://b/h/a.gz"]
    assert named_objects("cannot read s3://b/h/a.gz: truncated", one) == one
    assert named_objects("cannot read s3://b/h/a.gz.gz", one) == []
    assert named_objects("cannot read s3://b/h/a.gz", ["s3://b/h/a"]) == []


@pytest.mark.parametrize(
    "name", ["a's.gz", "a b.gz", "a;b.gz", "a%2Fb.gz", "a+b.gz", "a\nb.gz", "až"]
)
def test_object_whose_name_goes_on_with_a_sign_is_blamed_and_not_the_one_named_like_its_beginning(
    name: str,
) -> None:
    both = ["s3://b/h/a", f"s3://b/h/{name}"]
    assert named_objects(f"cannot read s3://b/h/{name}: truncated", both) == both[1:]
    assert named_objects("cannot read s3://b/h/a: truncated", both) == both[:1]
