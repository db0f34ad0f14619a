"""Access to moto's interpreter, which has no types and imports its functions by name."""

import importlib
import sys
from typing import Any

PARSER = "moto.stepfunctions.parser"


def module(name: str) -> Any:
    """A module of the interpreter, by its name below PARSER."""
    return importlib.import_module(f"{PARSER}.{name}")


def replace_everywhere(name: str, old: Any, new: Any) -> None:
    """Replace a function in every module of the interpreter that has imported it."""
    for module_name, loaded in list(sys.modules.items()):
        if module_name.startswith(PARSER) and getattr(loaded, name, None) is old:
            setattr(loaded, name, new)


def failure(env: Any, error: str, cause: str) -> Exception:
    """The exception that the interpreter uses for an error of a state."""
    events = module("asl.component.common.error_name.failure_event")
    api = module("api")
    detail = module("asl.eval.event.event_detail")
    raised: Exception = events.FailureEventException(
        events.FailureEvent(
            env=env,
            error_name=named(error),
            event_type=api.HistoryEventType.ExecutionFailed,
            event_details=detail.EventDetails(
                executionFailedEventDetails=api.ExecutionFailedEventDetails(
                    error=error, cause=cause
                )
            ),
        )
    )
    return raised


def named(error_name: str | None) -> Any:
    """An error's name, whether it is one of the `States.` names or a function's own."""
    plain = module("asl.component.common.error_name.error_name").ErrorName
    states = module("asl.component.common.error_name.states_error_name").StatesErrorName
    if error_name is None or not error_name.startswith("States."):
        return plain(error_name=error_name)
    try:
        return states.from_name(error_name)
    except ValueError:
        return plain(error_name=error_name)
