"""Calls a stack's functions one at a time, and lists their environment variables."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from offline.machine import Machine
from offline.template import load

ENDPOINT = "AWS_ENDPOINT_URL"
_FUNCTION = "AWS::Serverless::Function"


@dataclass(frozen=True)
class Answer:
    """What a function returned, or the error that it raised."""

    payload: Any
    failed: bool


def handlers(template: Mapping[str, Any]) -> dict[str, str]:
    """The folder of each function's handler, by logical id, in the template's order."""
    return {
        logical_id: resource["Properties"]["Handler"].partition(".")[0]
        for logical_id, resource in template["Resources"].items()
        if resource["Type"] == _FUNCTION
    }


def invoke(machine: Machine, logical_id: str, event: Any) -> Answer:
    """Call a function of the stack and wait for its answer."""
    answer = machine.client("lambda").invoke(
        FunctionName=machine.name(logical_id), Payload=json.dumps(event)
    )
    return Answer(json.loads(answer["Payload"].read()), "FunctionError" in answer)


def variables(machine: Machine, endpoint: str) -> dict[str, dict[str, str]]:
    """The environment of each function by logical id, with `endpoint` as the address of all of AWS.

    It has the form that `sam local invoke --env-vars` takes.
    """
    client = machine.client("lambda")
    found = {}
    for logical_id in handlers(load(machine.template)):
        name = machine.name(logical_id)
        configuration = client.get_function_configuration(FunctionName=name)
        own = configuration.get("Environment", {}).get("Variables", {})
        found[logical_id] = {**own, ENDPOINT: endpoint}
    return found
