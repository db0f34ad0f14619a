"""The events of executions: passed on as they come, and none after an execution's end."""

import traceback
from collections.abc import Callable
from typing import Any

from offline import clock
from offline.patching import around
from offline.stepfunctions import moto_asl

ENDS = ("ExecutionAborted", "ExecutionFailed", "ExecutionSucceeded", "ExecutionTimedOut")

Event = dict[str, Any]

_listeners: list[Callable[[Event], None]] = []


def listen(tell: Callable[[Event], None]) -> None:
    """Call `tell` with every event of every execution, as `get_execution_history` shows it.

    The threads that run the executions call it, so it must not wait for them. Its errors are
    printed, and do not fail the execution.
    """
    _listeners.append(tell)


def forget_listeners() -> None:
    """Stop notifying the listeners."""
    _listeners.clear()


def install() -> None:
    """Replace how the interpreter records events, and its clock."""
    manager = moto_asl.module("asl.eval.event.event_manager").EventManager
    manager._get_current_timestamp = staticmethod(clock.now)
    around(manager, _publish_history_event=_until_the_end)


def abort(env: Any, error: str | None, cause: str | None) -> None:
    """Record the end of a stopped execution at once.

    moto leaves that to the execution's thread, which a Map inside it may have failed by then.
    """
    api = moto_asl.module("api")
    details = api.ExecutionAbortedEventDetails(error=error, cause=cause)
    env.event_history_context.source_event_id = 0
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=api.HistoryEventType.ExecutionAborted,
        event_details=moto_asl.module("asl.eval.event.event_detail").EventDetails(
            executionAbortedEventDetails=details
        ),
    )


def _until_the_end(publish: Any, self: Any, *args: Any, **kwargs: Any) -> None:
    """moto calls it with the history's lock held: nothing comes between check and record."""
    events = self._history_event_list
    if events and events[-1]["type"] in ENDS:
        return  # an event of a state that was still running when the execution ended
    publish(self, *args, **kwargs)
    for tell in _listeners:
        try:
            tell(events[-1])
        except Exception:
            traceback.print_exc()
