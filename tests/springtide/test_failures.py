import json

from springtide.aws.error_causes import unwrap


def test_nested_execution_that_timed_out_keeps_its_status() -> None:
    cause = json.dumps({"ExecutionArn": "a", "Status": "TIMED_OUT"})
    assert unwrap({"Error": "States.TaskFailed", "Cause": cause})[0] == "States.TIMED_OUT"


def test_text_that_is_no_document_is_the_cause_itself() -> None:
    assert unwrap({"Error": "States.Timeout", "Cause": ""}) == ("States.Timeout", "")
    assert unwrap({"Error": "E", "Cause": "[1]"}) == ("E", "[1]")
