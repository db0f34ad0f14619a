"""The commands that people give on a stack that is deployed, found by its name."""

from typing import Any

import pytest
from moto.awslambda.models import LambdaFunction

from tests.commands import STACK, done, refused, shown
from tests.pipeline.holding import hold
from tests.pipeline.rig import Bring, event


def test_rebuild_of_a_deployed_stack_starts_a_run(rig: Bring) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1))
    it.run()

    arn = shown("rebuild", "--from", "2020-07-13T00", "--to", "2020-07-13T01", *STACK)["execution"]

    assert it.machine.wait(arn).status == "SUCCEEDED"
    assert len(shown("status", *STACK)["slices"]) == 2


def test_hours_that_a_rollback_holds_are_freed_and_named(rig: Bring) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1))
    it.run()
    done("rollback", "--to", "none", "--hold", "--yes", *STACK)

    assert shown("resume", *STACK) == {"freed": ["2020-07-13T00"], "fills": []}

    assert [each["arrival_hour"] for each in shown("status", *STACK)["pending"]] == [
        "2020-07-13T00"
    ]
    assert shown("resume", *STACK) == {"freed": [], "fills": []}


def test_deployed_stack_is_found_by_its_name(rig: Bring) -> None:
    it = rig()
    hold(it, "2020-07-01T05", also="2020-07-01T06")
    it.land("2020/07/01/07/a.gz", event(3, "2020-07-01T07:10:00Z"))
    it.mount()

    assert shown("plan", *STACK)["arrival_hours"] == 1
    assert "held" not in shown("status", *STACK)["held"]
    assert "something of the hour" in done("status", *STACK)
    assert "2020-07-01T05: held, now pending" in done("retry", *STACK)
    assert shown("plan", *STACK)["pending"] == 1


def test_stack_that_does_not_exist_is_named(rig: Bring) -> None:
    rig()
    refused("--stack other: ", "status", "--stack", "other", "--region", "eu-west-1")


def test_stack_whose_key_may_not_be_used_is_refused(
    rig: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig()
    denied = {"ErrorCode": "AccessDeniedException", "Message": "KMS access was denied"}

    def described(function: LambdaFunction, *_: object, **__: object) -> dict[str, Any]:
        return {"Environment": {"Error": denied}, "FunctionName": function.function_name}

    monkeypatch.setattr(LambdaFunction, "get_configuration", described)

    refused("allow kms:Decrypt: KMS access was denied", "status", *STACK)


def test_command_for_the_run_that_was_started_reaches_the_same_stack(
    rig: Bring,
) -> None:
    rig()
    started = done("rebuild", "--table", "traffic", *STACK)
    assert started.rstrip().endswith(f" status {' '.join(STACK)}")
