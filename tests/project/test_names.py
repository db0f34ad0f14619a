"""Folder, logical id, substitution, state and test of a handler carry one name."""

import ast
from typing import Any

import pytest
from springtide.model import errors

from offline.template import load
from tests.files import ROOT
from tests.project.machines import ALL_STATES, MACHINES, TASKS, states

HANDLERS = sorted(p.parent.name for p in (ROOT / "functions").glob("*/app.py"))
TEMPLATE = load(ROOT / "template.yaml")
RESOURCES = TEMPLATE["Resources"]
MACHINE_OF = {"springtide": "SpringtideStateMachine", "run_query": "RunQueryStateMachine"}


def pascal(name: str) -> str:
    return "".join(part.title() for part in name.split("_"))


def title(name: str) -> str:
    return " ".join(part.title() for part in name.split("_"))


each_state = pytest.mark.parametrize(
    ("place", "state"), ALL_STATES.items(), ids=[f"{m}: {s}" for m, s in ALL_STATES]
)
each_task = pytest.mark.parametrize(
    ("place", "state"), TASKS.items(), ids=[f"{m}: {s}" for m, s in TASKS]
)


@pytest.mark.parametrize("handler", HANDLERS)
def test_handler_has_one_name_in_five_spellings(handler: str) -> None:
    function = RESOURCES[f"{pascal(handler)}Function"]
    assert function["Properties"]["Handler"] == f"{handler}.app.lambda_handler"
    assert (ROOT / "tests" / "functions" / f"test_{handler}.py").is_file()
    if "Events" in function["Properties"]:
        return  # one that a schedule or a rule calls, and no state
    substitution = f"${{{pascal(handler)}FunctionArn}}"
    callers = [place for place, state in TASKS.items() if state["Resource"] == substitution]
    ((calling, state),) = callers
    assert state == title(handler)
    machine = RESOURCES[MACHINE_OF[calling]]["Properties"]
    target = machine["DefinitionSubstitutions"][f"{pascal(handler)}FunctionArn"]
    assert target == {"Fn::GetAtt": [f"{pascal(handler)}Function", "Arn"]}


def test_every_function_of_the_template_is_a_handler() -> None:
    functions = {n for n, r in RESOURCES.items() if r["Type"] == "AWS::Serverless::Function"}
    assert functions == {f"{pascal(handler)}Function" for handler in HANDLERS}


def test_every_function_is_built_from_the_same_folder() -> None:
    assert TEMPLATE["Globals"]["Function"]["CodeUri"] == "functions/"
    for resource in RESOURCES.values():
        if resource["Type"] == "AWS::Serverless::Function":
            assert "CodeUri" not in resource["Properties"]


@pytest.mark.parametrize("machine", MACHINES)
def test_every_substitution_is_given_and_used(machine: str) -> None:
    text = (ROOT / "statemachine" / f"{machine}.asl.yaml").read_text()
    given = RESOURCES[MACHINE_OF[machine]]["Properties"]["DefinitionSubstitutions"]
    used = {part.split("}")[0] for part in text.split("${")[1:]}
    assert used == set(given)


@each_task
def test_task_calls_a_service_in_the_partition_of_the_stack(
    place: tuple[str, str], state: dict[str, Any]
) -> None:
    assert state["Resource"].startswith(("${", "arn:${Partition}:states:::"))


@each_task
def test_task_outlasts_its_function(place: tuple[str, str], state: dict[str, Any]) -> None:
    assert state["TimeoutSeconds"] > 0
    for handler in HANDLERS:
        if state["Resource"] == f"${{{pascal(handler)}FunctionArn}}":
            properties = RESOURCES[f"{pascal(handler)}Function"]["Properties"]
            timeout = properties.get("Timeout", TEMPLATE["Globals"]["Function"]["Timeout"])
            assert state["TimeoutSeconds"] > timeout
    if state["Resource"].endswith("startExecution.sync:2"):
        assert state["TimeoutSeconds"] > MACHINES["run_query"]["TimeoutSeconds"]


LOST_ANSWERS = [
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.ClientExecutionTimeoutException",
]
# How a function ends that ran out of time or memory; the last is Lambda's where it cannot say.
ENDED = ["Sandbox.Timedout", "Runtime.ExitError", "Runtime.OutOfMemory", "Lambda.Unknown"]
SHORTLY = {"IntervalSeconds": 2, "MaxAttempts": 5, "BackoffRate": 2.0, "JitterStrategy": "FULL"}
# Their functions write what other turns and runs read and write.
WRITERS = [
    "Plan Slice",
    "Plan Partitions",
    "Add Partitions",
    "Plan Derived",
    "Record Slice",
    "Isolate Failure",
]


def without_comment(rule: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in rule.items() if name != "Comment"}


@each_task
def test_lambda_service_errors_are_retried_alike(
    place: tuple[str, str], state: dict[str, Any]
) -> None:
    if "FunctionArn" not in state["Resource"]:
        assert state["Retry"]
    elif place[1] not in WRITERS:
        errors = [*LOST_ANSWERS, "Lambda.TooManyRequestsException"]
        assert state["Retry"][0] == {"ErrorEquals": errors, **SHORTLY}


@pytest.mark.parametrize("name", WRITERS)
def test_function_that_writes_is_called_again_when_its_earlier_call_must_have_ended(
    name: str,
) -> None:
    state = ALL_STATES["springtide", name]
    throttled, lost, *_ = (without_comment(rule) for rule in state["Retry"])
    # One that was refused has not begun.
    assert throttled == {"ErrorEquals": ["Lambda.TooManyRequestsException"], **SHORTLY}
    assert lost["ErrorEquals"] == LOST_ANSWERS
    # Longer than the function, without jitter, which would draw from 0 upwards.
    assert lost["IntervalSeconds"] == state["TimeoutSeconds"]
    assert lost["BackoffRate"] == 1.0
    assert "JitterStrategy" not in lost


def test_lease_is_not_released_while_a_function_may_still_be_writing() -> None:
    top = MACHINES["springtide"]["States"]
    for name, state in top.items():
        inside = set(states(state["ItemProcessor"])) if state["Type"] == "Map" else {name}
        if inside & set(WRITERS):
            kept = next(r for r in state["Catch"] if "States.Timeout" in r["ErrorEquals"])
            assert state["Catch"][0] == kept
            # A function that ended during a call of Glue may have its call carried out later.
            ended = ENDED if name == "Publish" else []
            assert kept["ErrorEquals"] == [*ended, "States.Timeout", *LOST_ANSWERS]
            assert kept["Next"] == "Failed"


@each_state
def test_error_names_are_classes_of_ours_or_of_aws(
    place: tuple[str, str], state: dict[str, Any]
) -> None:
    for rule in [*state.get("Retry", []), *state.get("Catch", [])]:
        for name in rule["ErrorEquals"]:
            assert "." in name or issubclass(getattr(errors, name), errors.SpringtideError)


@each_state
def test_choice_has_a_default(place: tuple[str, str], state: dict[str, Any]) -> None:
    if state["Type"] == "Choice":
        assert state["Default"]


@pytest.mark.parametrize("machine", MACHINES)
def test_every_path_ends_in_succeed_or_fail(machine: str) -> None:
    document = MACHINES[machine]
    assert document["TimeoutSeconds"] > 0

    def follow(scope: dict[str, Any], inside_map: bool) -> None:
        reached, waiting = set(), [scope["StartAt"]]
        while waiting:
            name = waiting.pop()
            if name in reached:
                continue
            reached.add(name)
            state = scope["States"][name]
            if state["Type"] == "Map":
                follow(state["ItemProcessor"], inside_map=True)
            onward = [state[key] for key in ("Next", "Default") if key in state]
            onward += [rule["Next"] for rule in state.get("Choices", [])]
            onward += [rule["Next"] for rule in state.get("Catch", [])]
            ends = state["Type"] in ("Succeed", "Fail") or (inside_map and state.get("End"))
            assert bool(onward) != bool(ends), name
            waiting += onward
        assert reached == set(scope["States"])

    follow(document, inside_map=False)


def test_every_error_that_a_function_can_raise_reaches_a_catch() -> None:
    top = MACHINES["springtide"]["States"]
    for name, state in top.items():
        if state["Type"] in ("Task", "Map"):
            caught = [error for rule in state["Catch"] for error in rule["ErrorEquals"]]
            assert "States.ALL" in caught, name


def test_function_has_ended_long_before_its_lease_can_be_taken_over() -> None:
    from springtide.ledger import lease

    timeouts = [
        r["Properties"].get("Timeout", TEMPLATE["Globals"]["Function"]["Timeout"])
        for r in RESOURCES.values()
        if r["Type"] == "AWS::Serverless::Function"
    ]
    assert max(timeouts) == lease.FUNCTION_TIMEOUT_SECONDS
    # It renews the lease first. Of the last request that it sent when it was ended, AWS knows
    # nothing once its signature is too old.
    assert max(timeouts) + lease.REQUEST_SECONDS < lease.LEASE_SECONDS


def test_lease_outlasts_whatever_lies_between_two_renewals() -> None:
    """A function's call or a wait; Step Functions may notice a nested execution's end late."""
    from springtide.ledger import lease
    from springtide.steps import run_query

    pauses = [run_query._LONGEST_WAIT]
    for state in ALL_STATES.values():
        pauses += [state["Seconds"]] if "Seconds" in state else []
        for rule in state.get("Retry", []):
            last = rule["IntervalSeconds"] * rule["BackoffRate"] ** (rule["MaxAttempts"] - 1)
            pauses.append(min(last, rule.get("MaxDelaySeconds", last)))
    assert max(pauses) + 330 < lease.LEASE_SECONDS


def test_deployed_code_imports_nothing_of_the_offline_machine() -> None:
    for file in (ROOT / "functions").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not any(name.split(".")[0] in ("cli", "offline", "tests") for name in names), (
                file
            )


def test_no_handler_imports_another() -> None:
    for file in (ROOT / "functions").glob("*/app.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.ImportFrom):
                assert (node.module or "").split(".")[0] not in HANDLERS, file


def test_tests_share_nothing_but_what_is_no_test() -> None:
    imported = {
        f"{file.relative_to(ROOT)}: {node.module}"
        for file in (ROOT / "tests").rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.ImportFrom) and ".test_" in f".{node.module}"
    }
    assert not imported
