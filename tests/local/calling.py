"""Calls of a machine's functions, and what they answer."""

import json
from typing import Any

from offline.machine import Machine


def name_of(machine: Machine, function: str) -> str:
    listed = machine.client("lambda").list_functions()["Functions"]
    names: list[str] = [one["FunctionName"] for one in listed]
    return next(name for name in names if f"-{function.title()}Function-" in name)


def call(machine: Machine, function: str, event: Any = None) -> Any:
    name = name_of(machine, function)
    return machine.client("lambda").invoke(FunctionName=name, Payload=json.dumps(event))


def answer(machine: Machine, function: str, event: Any = None) -> Any:
    return json.loads(call(machine, function, event)["Payload"].read())
