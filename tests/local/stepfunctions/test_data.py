"""Paths, the context object, outputs and choices."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from offline.stepfunctions.paths import names_many
from tests.local.stacks import Asl, chain, up
from tests.local.stepfunctions.rig import caught, passing, run


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$.list[0]", {"v": 1}),
        ("$.list[0].v", 1),
        ("$.list[-1].v", 2),
        ("$.list[*].v", [1, 2]),
        ("$.list[0:1].v", [1]),
        ("$.list[?(@.v > 1)].v", [2]),
        ("$..v", [1, 2]),
        ("$['od:d']", "x"),
        ("$.none", None),
        ("$.empty[*]", []),
    ],
)
def test_path_to_one_value_gives_the_value_and_not_a_list(
    tmp_path: Path, path: str, expected: Any
) -> None:
    data = {"list": [{"v": 1}, {"v": 2}], "od:d": "x", "none": None, "empty": []}

    assert run(tmp_path, passing({"got.$": path}), data).output == {"got": expected}


def test_path_and_not_its_result_decides_whether_there_are_several() -> None:
    assert not names_many("$.a[0].b['c:d'][\"e,*\"]")
    assert all(names_many(path) for path in ("$.a[*]", "$..a", "$.a[1,2]", "$.a[:2]", "$.*"))


def test_path_that_finds_nothing_is_a_runtime_error_that_nothing_catches(tmp_path: Path) -> None:
    task = {"Resource": "${echo}", "Parameters": {"x.$": "$.missing"}}

    ended = run(tmp_path, caught(task))

    assert (ended.status, ended.error) == ("FAILED", "States.Runtime")
    assert "$.missing" in (ended.cause or "")


def test_execution_has_a_name_and_iso_times(tmp_path: Path) -> None:
    context = {
        "name.$": "$$.Execution.Name",
        "started.$": "$$.Execution.StartTime",
        "entered.$": "$$.State.EnteredTime",
        "machine.$": "$$.StateMachine.Id",
    }

    ended = run(tmp_path, passing(context))

    iso = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
    assert ended.arn.endswith(":" + ended.output["name"])
    assert len(ended.output["name"]) == 36
    assert re.fullmatch(iso, ended.output["started"])
    assert re.fullmatch(iso, ended.output["entered"])
    assert ":stateMachine:Main" in ended.output["machine"]


@pytest.mark.parametrize("value", ["text", 'with "quotes"', 3, None, [1], {"a": {}}, True])
def test_output_is_the_json_that_the_last_state_gave(tmp_path: Path, value: Any) -> None:
    states = chain(("Pass", {"Type": "Pass", "Result": value}))

    with up(tmp_path, states) as machine:
        ended = machine.run()
        described = machine.client("stepfunctions").describe_execution(executionArn=ended.arn)

    assert ended.output == value
    assert json.loads(described["output"]) == value


def choice(rule: dict[str, Any], **more: Any) -> Asl:
    return chain(
        ("Ask", {"Type": "Choice", "Choices": [{**rule, "Next": "Yes"}], **more}),
        ("Yes", {"Type": "Pass", "Result": "yes", "End": True}),
        ("No", {"Type": "Pass", "Result": "no", "End": True}),
    )


def test_choice_on_a_missing_variable_fails_the_run(tmp_path: Path) -> None:
    rule = {"Variable": "$.gone", "StringEquals": "x"}

    ended = run(tmp_path, choice(rule, Default="No"))

    assert (ended.status, ended.error) == ("FAILED", "States.Runtime")
    assert "Invalid path '$.gone'" in (ended.cause or "")


@pytest.mark.parametrize(("given", "expected"), [({}, "no"), ({"a": None}, "yes")])
def test_is_present_may_ask_about_a_missing_variable(
    tmp_path: Path, given: Any, expected: str
) -> None:
    rule = {"Variable": "$.a", "IsPresent": True}

    assert run(tmp_path, choice(rule, Default="No"), given).output == expected


def test_presence_guards_the_comparison_after_it(tmp_path: Path) -> None:
    rule = {
        "And": [
            {"Variable": "$.a", "IsPresent": True},
            {"Variable": "$.a", "StringEquals": "x"},
        ]
    }

    assert run(tmp_path, choice(rule, Default="No"), {"b": 1}).output == "no"


def test_choice_without_match_and_default_fails_by_its_own_name(tmp_path: Path) -> None:
    ended = run(tmp_path, choice({"Variable": "$.a", "NumericEquals": 1}), {"a": 2})

    assert (ended.status, ended.error) == ("FAILED", "States.NoChoiceMatched")
