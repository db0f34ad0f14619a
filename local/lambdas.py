"""Runs the stack's handlers in this process, as the Lambda service would call them."""

import importlib
import itertools
import json
import logging
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from moto.awslambda.models import LambdaFunction
from moto.awslambda_simple.models import LambdaSimpleBackend
from moto.core.exceptions import ServiceException

from local.callscope import environment, output_of_this_thread, tap
from local.clients import CREDENTIALS, REGION


@dataclass(frozen=True)
class Call:
    """One call of a function."""

    number: int
    function_name: str
    request_id: str
    event: Any


@dataclass(frozen=True)
class LogLine:
    """A line that a handler wrote to its standard output."""

    function_name: str
    request_id: str
    text: str


class Observer(Protocol):
    """Sees every call; an error that it raises becomes the call's, before or after its effects."""

    def before_call(self, call: Call) -> None:
        """Called in place of nothing: an error here means that the handler never ran."""

    def after_call(self, call: Call, result: Any) -> None:
        """Called after the handler; an error here means that its answer got lost."""


class FunctionDiedError(Exception):
    """When the Lambda service ends a call: `error_type` is its word, like `Sandbox.Timedout`."""

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type


@dataclass(frozen=True)
class Context:
    """What a handler gets as its second argument."""

    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    aws_request_id: str
    deadline: float
    function_version: str = "$LATEST"
    log_stream_name: str = "offline"
    log_group_name: str = ""

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds until the function's time-out, which nothing enforces here."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


@dataclass
class Runner:
    """Calls handlers from the folders that the template names.

    One call at a time: the process has one environment, and every call gets its function's.
    """

    folders: Mapping[str, Path]
    logs: list[LogLine] = field(default_factory=list)
    observers: list[Observer] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._numbers = itertools.count(1)
        self._handlers: dict[tuple[Path, str], Callable[[Any, Context], Any]] = {}
        self._background: list[threading.Thread] = []
        self._added_paths: list[str] = []

    def invoke(self, function: Any, payload: bytes | str | None) -> tuple[str, bool]:
        """The call's answer as JSON, and whether it is an error."""
        with self._lock, output_of_this_thread() as output, environment(_variables(function)):
            request_id = str(uuid4())
            name = function.function_name
            try:
                event = json.loads(payload or b"{}")
                return self._call(function, Call(next(self._numbers), name, request_id, event))
            except ServiceException:
                raise  # the service's own answer, that no function gave
            except BaseException as err:
                # However a function ends, its caller gets an answer; nothing else would wake it.
                return json.dumps(_error(err)), True
            finally:
                lines = output.getvalue().splitlines()
                self.logs.extend(LogLine(name, request_id, line) for line in lines if line)

    def invoke_later(self, function: Any, payload: bytes | str | None) -> None:
        """Call without waiting for the answer, and without a second try."""
        thread = threading.Thread(target=self.invoke, args=(function, payload), daemon=True)
        self._background.append(thread)
        thread.start()

    def close(self, seconds: float) -> None:
        """Wait for the calls that nobody waits for, and give the import path back."""
        end = time.monotonic() + seconds
        for thread in self._background:
            thread.join(max(0.0, end - time.monotonic()))
        for path in self._added_paths:
            with suppress(ValueError):
                sys.path.remove(path)

    def _call(self, function: Any, call: Call) -> tuple[str, bool]:
        for observer in self.observers:
            observer.before_call(call)
        context = Context(
            call.function_name,
            int(function.memory_size),
            function.function_arn,
            call.request_id,
            time.monotonic() + int(function.timeout),
            log_group_name=function.logs_group_name,
        )
        result = self._handler(function)(call.event, context)
        try:
            answer = json.dumps(result, allow_nan=False)
        except (TypeError, ValueError) as err:
            message = f"Unable to marshal response: {err}"
            raise FunctionDiedError("Runtime.MarshalError", message) from err
        for observer in self.observers:
            observer.after_call(call, result)
        return answer, False

    def _handler(self, function: Any) -> Callable[[Any, Context], Any]:
        folder = self.folders[function.code["S3Key"]]
        known = (folder, function.handler)
        if known not in self._handlers:
            self._handlers[known] = self._import(folder, function.handler)
        return self._handlers[known]

    def _import(self, folder: Path, handler: str) -> Callable[[Any, Context], Any]:
        module_name, _, name = handler.replace("/", ".").rpartition(".")
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
            self._added_paths.append(str(folder))
        _forget_namesakes(module_name, folder)
        try:
            module = importlib.import_module(module_name)
        except ImportError as err:
            message = f"Unable to import module '{module_name}': {err}"
            raise FunctionDiedError("Runtime.ImportModuleError", message) from err
        _log_to_the_call()
        found: Callable[[Any, Context], Any] | None = getattr(module, name, None)
        if found is None:
            message = f"Handler '{name}' missing on module '{module_name}'"
            raise FunctionDiedError("Runtime.HandlerNotFound", message)
        return found


_runner: Runner | None = None


def use(runner: Runner | None) -> None:
    """Choose who answers the calls of functions."""
    global _runner  # noqa: PLW0603 moto's Lambda is one per process, and so is its runner
    _runner = runner


def install() -> None:
    """Have moto's Lambda pass every call to the runner."""
    simple: Any = LambdaSimpleBackend
    simple.invoke = _invoke
    function: Any = LambdaFunction
    function.invoke = _invoke_function


def _invoke(
    self: Any, name: str, qualifier: Any, body: Any, headers: Any, response_headers: Any
) -> str | bytes:
    return _invoke_function(self.get_function(name, qualifier), body, headers, response_headers)


def _invoke_function(self: Any, body: Any, headers: Any, response_headers: Any) -> str | bytes:
    if _runner is None:
        raise FunctionDiedError("Runtime.ExitError", "the offline machine is down")
    if (headers.get("X-Amz-Invocation-Type") or "RequestResponse") == "Event":
        _runner.invoke_later(self, body)
        return b""
    answer, failed = _runner.invoke(self, body)
    if failed:
        response_headers["x-amz-function-error"] = "Unhandled"
    return answer.encode()


def _variables(function: Any) -> dict[str, str]:
    return {
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.run_time}",
        "AWS_LAMBDA_FUNCTION_NAME": function.function_name,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_size),
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.logs_group_name,
        "AWS_LAMBDA_LOG_STREAM_NAME": "offline",
        **CREDENTIALS,
        **{key: str(value) for key, value in function.environment_vars.items()},
    }


def _error(err: BaseException) -> dict[str, Any]:
    kind = err.error_type if isinstance(err, FunctionDiedError) else type(err).__name__
    if isinstance(err, SystemExit):
        kind = "Runtime.ExitError"
    return {
        "errorMessage": str(err),
        "errorType": kind,
        "stackTrace": traceback.format_tb(err.__traceback__),
    }


def _forget_namesakes(module_name: str, folder: Path) -> None:
    """Drop modules of the same names that came from another folder."""
    parts = module_name.split(".")
    for name in (".".join(parts[:end]) for end in range(1, len(parts) + 1)):
        loaded = sys.modules.get(name)
        if loaded is None:
            continue
        places = [loaded.__file__] if getattr(loaded, "__file__", None) else [*loaded.__path__]
        if not any(Path(place).is_relative_to(folder) for place in places if place):
            del sys.modules[name]


def _log_to_the_call() -> None:
    """Powertools' loggers keep the standard output of the time they were made at; give them ours."""
    for logger in list(logging.Logger.manager.loggerDict.values()):
        for handler in getattr(logger, "handlers", []) if getattr(logger, "init", False) else []:
            if type(handler) is logging.StreamHandler and handler.stream is not sys.stderr:
                handler.setStream(tap())
