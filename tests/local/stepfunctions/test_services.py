"""Calls of services, and of Step Functions' own history."""

from pathlib import Path
from typing import Any

from tests.local.stacks import chain
from tests.local.stepfunctions.rig import CAUGHT, run


def test_ledger_is_updated_under_a_condition(tmp_path: Path) -> None:
    def take(holder: str) -> dict[str, Any]:
        return {
            "Resource": "arn:aws:states:::dynamodb:updateItem",
            "Parameters": {
                "TableName": "ledger",
                "Key": {"pk": {"S": "lease"}},
                "UpdateExpression": "SET holder = :me",
                "ConditionExpression": "attribute_not_exists(holder) OR holder = :me",
                "ExpressionAttributeValues": {":me": {"S": holder}},
            },
            "ResultPath": None,
        }

    states = chain(
        ("Take", {"Type": "Task", **take("one")}),
        ("Again", {"Type": "Task", **take("two"), "Catch": CAUGHT, "End": True}),
        ("Caught", {"Type": "Pass"}),
    )

    ended = run(tmp_path, states)

    assert ended.states == ("Take", "Again", "Caught")
    assert ended.output["failure"]["Error"] == "DynamoDB.ConditionalCheckFailedException"


def test_sdk_call_takes_and_gives_pascal_case(tmp_path: Path) -> None:
    listing = {
        "Resource": "arn:aws:states:::aws-sdk:sfn:listExecutions",
        "Parameters": {"StateMachineArn.$": "$$.StateMachine.Id", "MaxResults": 1},
        "ResultPath": "$.list",
    }

    ended = run(tmp_path, chain(("List", {"Type": "Task", **listing, "End": True})))

    listed = ended.output["list"]["Executions"][0]
    assert listed["ExecutionArn"] == ended.arn
    assert listed["StartDate"].endswith("Z")
