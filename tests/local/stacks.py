"""Small stacks for tests: state machines, handlers given as source, and further resources."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from offline.machine import Machine
from tests.files import put

Asl = Mapping[str, Any]

LEDGER_TABLE = {
    "Type": "AWS::DynamoDB::Table",
    "Properties": {
        "TableName": "ledger",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    },
}


def write_stack(
    folder: Path,
    states: Asl | None = None,
    *,
    child: Asl | None = None,
    handlers: Mapping[str, str] | None = None,
    resources: Mapping[str, Any] | None = None,
    outputs: Mapping[str, Any] | None = None,
    **sections: Any,
) -> Path:
    """A template with a Main and a Child state machine; `${greet}` in them is a handler's ARN."""
    folder.mkdir(parents=True, exist_ok=True)
    handlers = handlers or {}
    made: dict[str, Any] = {}
    for name, source in handlers.items():
        put(folder / "functions" / name / "app.py", source)
        made[f"{name.title()}Function"] = {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "CodeUri": "functions/",
                "Handler": f"{name}.app.lambda_handler",
                "Runtime": "python3.13",
                "Timeout": 30,
                "Environment": {"Variables": {"NAME": name}},
            },
        }
    arns: dict[str, Any] = {
        name: {"Fn::GetAtt": [f"{name.title()}Function", "Arn"]} for name in handlers
    }
    done: Asl = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    if child is not None:
        made["Child"] = _machine(folder, "child", child, arns)
        arns = arns | {"child": {"Fn::GetAtt": ["Child", "Arn"]}}
    made["Main"] = _machine(folder, "main", states or done, arns)
    body = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": made | dict(resources or {}),
        "Outputs": {"StateMachineArn": {"Value": {"Ref": "Main"}}} | dict(outputs or {}),
    }
    template = folder / "template.yaml"
    template.write_text(json.dumps(body | sections))
    return template


def up(
    folder: Path,
    states: Asl | None = None,
    *,
    parameters: Mapping[str, str] | None = None,
    wait_scale: float = 0.0,
    **stack: Any,
) -> Machine:
    """A machine of such a template, to be entered."""
    template = write_stack(folder, states, **stack)
    home = folder / "home"
    return Machine(home, template=template, parameters=parameters, wait_scale=wait_scale)


def _machine(folder: Path, name: str, states: Asl, substitutions: Any) -> dict[str, Any]:
    (folder / f"{name}.asl.yaml").write_text(json.dumps(states))
    return {
        "Type": "AWS::Serverless::StateMachine",
        "Properties": {
            "DefinitionUri": f"{name}.asl.yaml",
            "DefinitionSubstitutions": substitutions,
        },
    }


def chain(*states: tuple[str, Mapping[str, Any]], timeout: int = 60) -> Asl:
    """A definition of states that follow each other; a state with an end of its own keeps it."""
    names = [name for name, _ in states]
    linked: dict[str, Any] = {}
    for (name, state), following in zip(states, [*names[1:], None], strict=True):
        own = "Next" in state or "End" in state or state["Type"] in ("Choice", "Succeed", "Fail")
        link = {} if own else {"Next": following} if following else {"End": True}
        linked[name] = {**state, **link}
    return {"StartAt": names[0], "TimeoutSeconds": timeout, "States": linked}
