"""Runs the stack's handlers in this process, like the Lambda service."""

import itertools
import json
import threading
import traceback
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from moto.awslambda.models import LambdaFunction
from moto.awslambda_simple.models import LambdaSimpleBackend

from offline import clock
from offline.api_calls import Principal, acting_as
from offline.clients import CREDENTIALS, REGION
from offline.died import FunctionDiedError
from offline.lambda_.call_scope import environment, output_of_call
from offline.lambda_.handlers import Handlers
from offline.patching import replace


@dataclass(frozen=True)
class Call:
    """One call of a function."""

    number: int
    function_name: str
    request_id: str
    event: Any


@dataclass(frozen=True)
class LogLine:
    """A line that a handler printed, logged or warned."""

    function_name: str
    request_id: str
    text: str


@dataclass(frozen=True)
class Ended:
    """A call that has ended, and whether its answer was an error."""

    function_name: str
    at: datetime
    failed: bool


class Observer:
    """Sees every call; an error that a hook raises becomes the call's answer."""

    def before_call(self, call: Call) -> None:
        """Called first; if it raises, the handler does not run."""

    def after_call(self, call: Call, result: Any) -> None:
        """Called when the handler has returned; if it raises, the answer is lost."""


@dataclass(frozen=True)
class Context:
    """The second argument of a handler."""

    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    aws_request_id: str
    deadline: datetime

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's time-out, by the machine's clock."""
        return max(0, int((self.deadline - clock.now()).total_seconds() * 1000))


@dataclass
class Runner:
    """Calls handlers from the folders that the template names.

    One call at a time, since handlers share what they import: loggers, metrics, clients. A watcher
    that waits on `turn` lets others be called meanwhile. A function whose time-out has passed
    through `Machine.advance` is dead; the real time of this machine does not count.
    """

    folders: Mapping[str, Path]
    logs: list[LogLine] = field(default_factory=list)
    observers: list[Observer] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.turn = threading.Condition(threading.RLock())
        self._numbers = itertools.count(1)
        self._handlers = Handlers()

    def invoke(self, function: Any, payload: bytes | str | None) -> tuple[str, bool]:
        """The call's answer as JSON, and whether it is an error."""
        name, request_id = function.function_name, str(uuid4())
        with self.turn, output_of_call() as output, environment(_variables(function)):
            try:
                event = json.loads(payload or b"{}")
                answer, failed = self._call(
                    function, Call(next(self._numbers), name, request_id, event)
                )
            except BaseException as err:
                # However a function ends, its caller gets an answer; nothing else would wake it.
                answer, failed = json.dumps(_error(err)), True
            finally:
                lines = output.getvalue().splitlines()
                self.logs.extend(LogLine(name, request_id, line) for line in lines if line)
            self.ended.append(Ended(name, clock.now(), failed))
            return answer, failed

    def close(self) -> None:
        """Restore the import path."""
        self._handlers.close()

    def _call(self, function: Any, call: Call) -> tuple[str, bool]:
        for observer in self.observers:
            observer.before_call(call)
        handler = self._handlers.get(self.folders[function.code["S3Key"]], function.handler)
        principal = Principal("function", call.function_name, call.request_id, call.event)
        with acting_as(principal, timeout=int(function.timeout)):
            result = handler(call.event, _context(function, call))
        try:
            answer = json.dumps(result, allow_nan=False)
        except (TypeError, ValueError) as err:
            message = f"Unable to marshal response: {err}"
            raise FunctionDiedError("Runtime.MarshalError", message) from err
        for observer in self.observers:
            observer.after_call(call, result)
        return answer, False


_runner: Runner | None = None


def use(runner: Runner | None) -> None:
    """Choose which Runner answers the calls of functions."""
    global _runner
    _runner = runner


@cache
def install() -> None:
    """Make moto's Lambda pass every call to the runner."""
    replace(LambdaSimpleBackend, invoke=_invoke_by_name)
    replace(LambdaFunction, invoke=_invoke)


def _invoke_by_name(
    self: Any, name: str, qualifier: Any, body: Any, headers: Any, response_headers: Any
) -> bytes:
    return _invoke(self.get_function(name, qualifier), body, headers, response_headers)


def _invoke(self: Any, body: Any, headers: Any, response_headers: Any) -> bytes:
    if _runner is None:
        raise FunctionDiedError("Runtime.ExitError", "no offline machine is up")
    answer, failed = _runner.invoke(self, body)
    if headers.get("X-Amz-Invocation-Type") == "Event":
        return b""  # on AWS before the call; here its effects are there at once
    if failed:
        response_headers["x-amz-function-error"] = "Unhandled"
    return answer.encode()


def _context(function: Any, call: Call) -> Context:
    return Context(
        function_name=call.function_name,
        memory_limit_in_mb=int(function.memory_size),
        invoked_function_arn=function.function_arn,
        aws_request_id=call.request_id,
        deadline=clock.now() + timedelta(seconds=int(function.timeout)),
    )


def _variables(function: Any) -> dict[str, str]:
    return {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        **CREDENTIALS,
        **{key: str(value) for key, value in function.environment_vars.items()},
    }


def _error(err: BaseException) -> dict[str, Any]:
    kind = err.error_type if isinstance(err, FunctionDiedError) else type(err).__name__
    return {
        "errorMessage": str(err),
        "errorType": "Runtime.ExitError" if isinstance(err, SystemExit) else kind,
        "stackTrace": traceback.format_tb(err.__traceback__),
    }
