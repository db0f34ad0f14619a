"""Runs small definitions on a machine with handlers that echo, fail, recover or take long."""

from pathlib import Path
from typing import Any

from offline.machine import Execution
from tests.local.stacks import LEDGER_TABLE, Asl, chain, up

HANDLERS = {
    "echo": "def lambda_handler(event, context):\n    return event\n",
    "fail": """
class FenceLostError(Exception):
    pass
def lambda_handler(event, context):
    raise FenceLostError("not ours")
""",
    "flaky": """
calls = 0
class AthenaBusyError(Exception):
    pass
def lambda_handler(event, context):
    global calls
    calls += 1
    if calls < event["good"]:
        raise AthenaBusyError
    return calls
""",
    "slow": """
import time
def lambda_handler(event, context):
    time.sleep(1.5)
    return "done"
""",
}

LEDGER = {"Ledger": LEDGER_TABLE}


def run(tmp_path: Path, states: Asl, given: Any = None, **stack: Any) -> Execution:
    with up(tmp_path, states, handlers=HANDLERS, resources=LEDGER, **stack) as machine:
        return machine.run(given or {})


def passing(parameters: Any) -> Asl:
    return chain(("Pass", {"Type": "Pass", "Parameters": parameters}))


CAUGHT = [{"ErrorEquals": ["States.ALL"], "ResultPath": "$.failure", "Next": "Caught"}]


def caught(task: dict[str, Any], catch: Any = None) -> Asl:
    return chain(
        ("Task", {"Type": "Task", **task, "Catch": catch or CAUGHT, "End": True}),
        ("Caught", {"Type": "Pass"}),
    )


def nested(resource: str, given: Any, **more: Any) -> dict[str, Any]:
    """A task that starts the stack's other state machine."""
    parameters = {"StateMachineArn": "${child}", "Input": given}
    return {"Resource": f"arn:aws:states:::{resource}", "Parameters": parameters, **more}
