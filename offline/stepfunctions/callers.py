"""Names the state machine and the state that call a service."""

from typing import Any

from offline.api_calls import Principal, acting_as
from offline.patching import around
from offline.stepfunctions import moto_asl

TASKS = "asl.component.state.exec.state_task"


def install() -> None:
    """Have what a Task calls be its state machine's call."""
    for path, name in (
        (f"{TASKS}.service.state_task_service", "StateTaskService"),
        (f"{TASKS}.state_task_lambda", "StateTaskLambda"),
    ):
        around(getattr(moto_asl.module(path), name), _eval_execution=_evaluate)


def _evaluate(evaluate: Any, self: Any, env: Any) -> None:
    context = env.states.context_object.context_object_data
    name = context["StateMachine"]["Name"]
    with acting_as(Principal("state machine", name, self.name, context["Execution"])):
        evaluate(self, env)
