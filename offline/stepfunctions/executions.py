"""Gives executions a name, ISO times, an end that can be waited for, and JSON output."""

import json
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache, partial
from importlib.metadata import version
from typing import Any
from uuid import uuid4

from moto.core.responses import ActionResult
from moto.stepfunctions.exceptions import InvalidExecutionInput, InvalidName
from moto.stepfunctions.responses import StepFunctionResponse

from offline import clock, kept_on_disk
from offline.patching import around, replace
from offline.stepfunctions import histories, moto_asl

# Characters that a name may not have: white space, brackets, wildcards, special and control
# characters (docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html).
_NAME = re.compile(r"""[^\s<>{}\[\]?*"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}""")
START_SECONDS = 10
DEFAULT_HISTORY_PAGE = 100

_when_ended: list[Callable[[Any], None]] = []


def when_ended(tell: Callable[[Any], None]) -> None:
    """Call `tell` with every execution that has ended; whoever waits for it waits for that too."""
    _when_ended.append(tell)


def forget_listeners() -> None:
    """Stop notifying the listeners."""
    _when_ended.clear()


def iso(moment: datetime) -> str:
    """A time as Step Functions writes it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def install() -> None:
    """Replace how the interpreter begins and ends executions."""
    backend = moto_asl.module("models").StepFunctionsParserBackend
    around(backend, start_execution=_start)
    execution = moto_asl.module("backend.execution")
    around(execution.Execution, __init__=_with_an_end)
    execution.Execution.get_start_execution_details = _start_details
    execution.BaseExecutionWorkerCommunication.terminated = _terminated
    worker = moto_asl.module("backend.execution_worker").ExecutionWorker
    worker.stop = _stop
    state = moto_asl.module("asl.component.state.state")
    state.StateData = lambda EnteredTime, Name: {
        "EnteredTime": iso(clock.at(datetime.fromisoformat(EnteredTime))),
        "Name": Name,
    }
    environment = moto_asl.module("asl.eval.environment").Environment
    around(environment, as_inner_frame_of=_with_map_item)
    parser = moto_asl.module("asl.parse.asl_parser").AmazonStateLanguageParser
    parser.parse = staticmethod(lru_cache(maxsize=64)(partial(_parsed, parser.parse)))
    around(StepFunctionResponse, describe_execution=_with_stop_date)
    replace(StepFunctionResponse, stop_execution=_stop_execution)
    replace(StepFunctionResponse, get_execution_history=_history_page)


def _parsed(parse: Callable[[str], tuple[Any, Any]], definition: str) -> tuple[Any, None]:
    """The program of a definition, without the syntax tree, which the interpreter does not use."""
    inputs = [definition, version("moto")]
    return kept_on_disk.result("program", inputs, lambda: parse(definition)[0]), None


def _start(
    start: Any, self: Any, arn: str, name: str | None = None, *args: Any, **kwargs: Any
) -> Any:
    if name is not None and not _NAME.fullmatch(name):
        raise InvalidName(f"Invalid Name: '{name}'")
    text = args[0] if args else kwargs.get("execution_input")
    try:
        json.loads("{}" if text is None else text)
    except ValueError as err:
        raise InvalidExecutionInput(f"Invalid State Machine Execution Input: '{err}'") from err
    return start(self, arn, name or str(uuid4()), *args, **kwargs)


def _with_an_end(init: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    init(self, *args, **kwargs)
    self.start_date = clock.at(self.start_date)
    self.end_lock = threading.Lock()
    self.ended = threading.Event()
    self.settled = threading.Event()


def _start_details(self: Any) -> Any:
    details = moto_asl.module("asl.eval.evaluation_details").ExecutionDetails
    return details(
        arn=self.exec_arn,
        name=self.name,
        role_arn=self.role_arn,
        inpt=self.input_data,
        start_time=iso(self.start_date),
    )


def _terminated(self: Any) -> None:
    """Record how the execution ended, then notify; a stopped one ends only once."""
    execution = self.execution
    with execution.end_lock:
        if execution.ended.is_set():
            return
        _note_end(execution)
        execution.ended.set()
    try:
        for tell in list(_when_ended):
            tell(execution)
    finally:
        execution.settled.set()


def _note_end(execution: Any) -> None:
    """The status is set last, so that whoever sees it sees the rest too."""
    env = execution.exec_worker.env
    end = env.program_state()
    statuses = moto_asl.module("api").ExecutionStatus
    execution.stop_date = clock.now()
    match type(end).__name__:
        case "ProgramEnded":
            execution.output = json.dumps(env.states.get_input(), default=str)
            execution.exec_status = statuses.SUCCEEDED
        case "ProgramStopped":
            execution.error, execution.cause = end.error or None, end.cause or None
            execution.exec_status = statuses.ABORTED
        case "ProgramTimedOut":
            execution.exec_status = statuses.TIMED_OUT
        case _:
            execution.error, execution.cause = end.error.get("error"), end.error.get("cause")
            execution.exec_status = statuses.FAILED


def _stop(self: Any, stop_date: datetime, error: str | None, cause: str | None) -> None:
    """End the execution now, like AWS; a function that it called continues."""
    give_up = time.monotonic() + START_SECONDS
    while self.env is None or self.env.program_state() is None:
        if time.monotonic() > give_up:
            raise TimeoutError("the execution to stop did not start")
        time.sleep(0.001)
    if self.env.is_running():
        self.env.set_stop(stop_date=stop_date, cause=cause, error=error)
        histories.abort(self.env, error, cause)
        self._execution_communication.terminated()


def _stop_execution(self: Any) -> Any:
    arn = self._get_param("executionArn")
    execution = self.stepfunction_backend.describe_execution(arn)
    now = clock.now()
    execution.stop(stop_date=now, error=self._get_param("error"), cause=self._get_param("cause"))
    return ActionResult({"stopDate": execution.stop_date or now})


def _history_page(self: Any) -> Any:
    """A page of the history; moto returns all of it, oldest first, whatever was requested."""
    arn = self._get_param("executionArn")
    events = list(self.stepfunction_backend.get_execution_history(arn)["events"])
    if self._get_param("reverseOrder"):
        events.reverse()
    start = int(self._get_param("nextToken") or 0)
    end = start + (self._get_int_param("maxResults") or DEFAULT_HISTORY_PAGE)
    answer = {"events": events[start:end]}
    return ActionResult(answer | ({"nextToken": str(end)} if end < len(events) else {}))


def _with_stop_date(describe_execution: Any, self: Any) -> Any:
    """moto leaves out the end of a timed-out execution."""
    answer = describe_execution(self)
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    if execution.stop_date is not None:
        answer.result["stopDate"] = execution.stop_date
    return answer


def _with_map_item(frame_of: Any, cls: Any, env: Any, *args: Any, **kwargs: Any) -> Any:
    """`$$.Map.Item` is also valid inside the states of an iteration."""
    frame = frame_of(cls, env, *args, **kwargs)
    outer = env.states.context_object.context_object_data
    if "Map" in outer:
        frame.states.context_object.context_object_data["Map"] = outer["Map"]
    return frame
