"""Tasks that identify their caller, use AWS's parameter names, and wait for nested executions."""

import json
from datetime import datetime
from functools import cache
from typing import Any

import botocore.session
from botocore import xform_name
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from offline import clock
from offline.api_calls import Principal, acting_as
from offline.clients import shared_client
from offline.patching import around
from offline.stepfunctions import moto_asl
from offline.stepfunctions.executions import iso

TASKS = "asl.component.state.exec.state_task"
SERVICES = f"{TASKS}.service"
LOOK_SECONDS = 0.05


def install() -> None:
    """Replace how the interpreter calls services."""
    clients = moto_asl.module("asl.utils.boto_client")
    moto_asl.replace_everywhere("boto_client_for", clients.boto_client_for, _client)
    timeout = moto_asl.module("asl.component.common.timeouts.timeout").Timeout
    timeout.eval = _also_when_ended
    service = moto_asl.module(f"{SERVICES}.state_task_service").StateTaskService
    service._normalise_parameters = _to_boto
    service._normalise_response = _from_boto
    around(service, _after_eval_execution=_as_json, _eval_execution=_named)
    of_lambda = moto_asl.module(f"{TASKS}.state_task_lambda").StateTaskLambda
    around(of_lambda, _eval_execution=_named)
    nested = moto_asl.module(f"{SERVICES}.state_task_service_sfn").StateTaskServiceSfn
    around(nested, _eval_service_task=_noting_the_nested, _eval_execution=_stopping_the_nested)
    around(nested, _build_sync_resolver=_waiting, _build_sync2_resolver=_waiting)


def _named(evaluate: Any, self: Any, env: Any) -> None:
    """Make a Task's calls as its state machine's."""
    context = env.states.context_object.context_object_data
    name = context["StateMachine"]["Name"]
    with acting_as(Principal("state machine", name, self.name, context["Execution"])):
        evaluate(self, env)


def _client(region: str, service: str, state_credentials: Any = None) -> Any:
    return shared_client(service, region)


@cache
def _operation(service: str, action: str) -> Any:
    model = _botocore().get_service_model(service)
    names = (name for name in model.operation_names if xform_name(name) == action)
    name = next(names, None)
    return None if name is None else model.operation_model(name)


@cache
def _botocore() -> Any:
    return botocore.session.get_session()


def _also_when_ended(self: Any, env: Any) -> None:
    """Give a task its time-out even if the execution, or its Map, has just ended.

    moto skips that and takes the value below it for the time-out; the history then has an event
    that cannot be returned.
    """
    self._eval_body(env)


def _to_boto(
    self: Any, parameters: Any, boto_service_name: Any = None, service_action_name: Any = None
) -> None:
    """Give parameters boto3's case; moto passes them on as written."""
    operation = _operation(
        self._get_boto_service_name(boto_service_name),
        self._get_boto_service_action(service_action_name),
    )
    if operation is not None and operation.input_shape is not None:
        self._to_boto_request(parameters, operation.input_shape)


def _from_boto(
    self: Any, response: Any, boto_service_name: Any = None, service_action_name: Any = None
) -> None:
    """Give a result the case that Step Functions shows."""
    operation = _operation(
        self._get_boto_service_name(boto_service_name),
        self._get_boto_service_action(service_action_name),
    )
    if operation is not None and operation.output_shape is not None:
        self._from_boto_response(response, operation.output_shape)


def _as_json(after: Any, self: Any, env: Any, **kwargs: Any) -> None:
    """Results become JSON before a state sees them, dates as text."""
    env.stack[-1] = json.loads(json.dumps(env.stack[-1], default=_plain))
    after(self, env=env, **kwargs)


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else str(value)


def _waiting(build: Any, self: Any, env: Any, **kwargs: Any) -> Any:
    """Wait for the nested execution's end instead of polling it twice a second."""
    arn = env.stack[-1]["ExecutionArn"]
    resolve = build(self, env=env, **kwargs)
    nested = _execution(arn)

    def wait() -> Any:
        while env.is_running():
            if nested.ended.wait(LOOK_SECONDS):
                return resolve()
        return None

    return wait


def _noting_the_nested(start: Any, self: Any, env: Any, *args: Any, **kwargs: Any) -> None:
    start(self, env, *args, **kwargs)
    if self.resource.condition is not None:
        env.nested = _execution(env.stack[-1]["executionArn"])


def _stopping_the_nested(evaluate: Any, self: Any, env: Any) -> None:
    """Stop a nested execution whose parent no longer waits for it, like Step Functions."""
    try:
        evaluate(self, env)
    finally:
        nested = getattr(env, "nested", None)
        if nested is not None and not nested.ended.is_set():
            nested.stop(stop_date=clock.now(), error=None, cause=None)


def _execution(arn: str) -> Any:
    _, _, _, region, account, *_ = arn.split(":")
    return stepfunctions_parser_backends[account][region].describe_execution(arn)
