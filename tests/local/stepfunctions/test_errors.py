"""Which errors states see by which names, and what catches them."""

import json
from pathlib import Path
from typing import Any

import pytest

from offline.stepfunctions.errors import catches
from tests.local.stacks import chain
from tests.local.stepfunctions.rig import CAUGHT, caught, run


@pytest.mark.parametrize(
    ("wanted", "error", "expected"),
    [
        ({"States.ALL"}, "FenceLostError", True),
        ({"States.ALL"}, "States.Timeout", True),
        ({"States.ALL"}, "States.TaskFailed", True),
        ({"States.ALL"}, "States.Runtime", False),
        ({"States.ALL"}, "States.DataLimitExceeded", False),
        ({"States.DataLimitExceeded"}, "States.DataLimitExceeded", True),
        ({"States.Runtime"}, "States.Runtime", False),
        ({"States.TaskFailed"}, "FenceLostError", True),
        ({"States.TaskFailed"}, "States.Timeout", False),
        ({"A", "B"}, "B", True),
        ({"A"}, "B", False),
    ],
)
def test_wildcards_catch_what_they_catch_on_aws(
    wanted: set[str | None], error: str, expected: bool
) -> None:
    assert catches(wanted, error) is expected


def test_raised_class_is_caught_by_its_name_with_its_message(tmp_path: Path) -> None:
    catch = [{"ErrorEquals": ["FenceLostError"], "ResultPath": "$.failure", "Next": "Caught"}]

    ended = run(tmp_path, caught({"Resource": "${fail}"}, catch), {"kept": 1})

    assert ended.states == ("Task", "Caught")
    assert ended.output["kept"] == 1
    assert ended.output["failure"]["Error"] == "FenceLostError"
    assert json.loads(ended.output["failure"]["Cause"])["errorMessage"] == "not ours"


def test_fail_takes_error_and_cause_from_the_data(tmp_path: Path) -> None:
    states = chain(
        ("Task", {"Type": "Task", "Resource": "${echo}", "TimeoutSeconds": 5}),
        ("Failed", {"Type": "Fail", "ErrorPath": "$.Error", "CausePath": "$.Cause"}),
    )

    ended = run(tmp_path, states, {"Error": "States.TaskFailed", "Cause": "why"})

    assert (ended.status, ended.error, ended.cause) == ("FAILED", "States.TaskFailed", "why")


def test_missing_function_has_lambdas_error_name(tmp_path: Path) -> None:
    arn = "arn:aws:lambda:eu-west-1:123456789012:function:gone"

    ended = run(tmp_path, caught({"Resource": arn}))

    assert ended.output["failure"]["Error"] == "Lambda.ResourceNotFoundException"


def test_task_that_takes_too_long_times_out_and_can_be_caught(tmp_path: Path) -> None:
    ended = run(tmp_path, caught({"Resource": "${slow}", "TimeoutSeconds": 1}))

    assert ended.output["failure"]["Error"] == "States.Timeout"


@pytest.mark.parametrize("kind", ["Map", "Parallel"])
def test_time_out_inside_a_nested_state_keeps_its_name(tmp_path: Path, kind: str) -> None:
    inner = chain(("Slow", {"Type": "Task", "Resource": "${slow}", "TimeoutSeconds": 1}))
    body = {key: inner[key] for key in ("StartAt", "States")}
    nested: dict[str, Any] = (
        {"ItemsPath": "$.items", "ItemProcessor": body} if kind == "Map" else {"Branches": [body]}
    )
    states = chain(
        ("Nested", {"Type": kind, **nested, "Catch": CAUGHT, "End": True}),
        ("Caught", {"Type": "Pass"}),
    )

    ended = run(tmp_path, states, {"items": [1]})

    assert ended.output["failure"]["Error"] == "States.Timeout"
