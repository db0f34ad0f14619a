"""Gives errors the names that AWS gives them, and matches them like AWS."""

from typing import Any

from botocore.exceptions import ClientError

from offline.patching import around
from offline.stepfunctions import moto_asl

# No wildcard catches these; the first is not caught by its own name either.
UNCATCHABLE = "States.Runtime"
NOT_CAUGHT_BY_ALL = {UNCATCHABLE, "States.DataLimitExceeded"}
NOT_CAUGHT_BY_TASK_FAILED = NOT_CAUGHT_BY_ALL | {"States.Timeout", "States.HeartbeatTimeout"}

# moto's name for an error of a direct invocation that has no other.
MOTO_UNKNOWN = "Exception"

# These let an error with a `States.` name through from a nested state; moto's check turns it into
# States.Runtime. Definitions are still checked elsewhere, when a machine is created.
PASSING_ERRORS_ON = (
    "asl.component.state.exec.state_map.iteration.iteration_worker",
    "asl.component.state.exec.state_parallel.branches_decl",
    "asl.component.state.exec.state_task.state_task_lambda",
    "asl.component.state.exec.state_task.service.state_task_service_lambda",
    "asl.component.state.fail.state_fail",
)


def install() -> None:
    """Replace the interpreter's matching and naming of errors."""
    for name in PASSING_ERRORS_ON:
        moto_asl.module(name).CustomErrorName = moto_asl.named
    declared = moto_asl.module("asl.component.common.error_name.error_equals_decl")
    declared.ErrorEqualsDecl._eval_body = _matches
    task = moto_asl.module("asl.component.state.exec.state_task.state_task_lambda").StateTaskLambda
    around(task, _from_error=_named_after_the_service)


def catches(wanted: set[str | None], error: str | None) -> bool:
    """Whether an `ErrorEquals` with those names matches an error."""
    if error == UNCATCHABLE:
        return False
    if error in wanted:
        return True
    if "States.ALL" in wanted:
        return error not in NOT_CAUGHT_BY_ALL
    return "States.TaskFailed" in wanted and error not in NOT_CAUGHT_BY_TASK_FAILED


def _matches(self: Any, env: Any) -> None:
    error = env.stack.pop()
    env.stack.append(catches({name.error_name for name in self.error_names}, error.error_name))


def _named_after_the_service(from_error: Any, self: Any, env: Any, ex: Exception) -> Any:
    """moto calls every error that is not the function's own `Exception`."""
    event = from_error(self, env, ex)
    if isinstance(ex, ClientError):
        error = f"Lambda.{ex.response['Error']['Code']}"
    elif next(iter(event.event_details.values()))["error"] == MOTO_UNKNOWN:
        error = UNCATCHABLE
    else:
        return event
    event.error_name = moto_asl.named(error)
    next(iter(event.event_details.values()))["error"] = error
    return event
