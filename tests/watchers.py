"""What befalls the calls of a machine's stack: refusals, lost answers, functions that fail."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import ReadTimeoutError
from springtide.model.errors import AuditFailedError

from offline.api_calls import ApiCall, Watcher
from offline.api_errors import RefusedError
from offline.lambda_.service import Call, Observer
from offline.machine import Machine


@contextmanager
def watching(machine: Machine, watcher: Watcher) -> Iterator[None]:
    """Has a watcher see the machine's calls for a while."""
    machine.calls.watchers.append(watcher)
    try:
        yield
    finally:
        machine.calls.watchers.remove(watcher)


class Recorder(Watcher):
    """The calls as they began, or those of one operation."""

    def __init__(self, operation: str | None = None) -> None:
        self._operation = operation
        self.calls: list[ApiCall] = []

    def before(self, call: ApiCall) -> None:
        if self._operation in (None, call.operation):
            self.calls.append(call)


class Refuses(Watcher):
    """Refuses an operation, or what a state calls: always, the first few times, or every few."""

    def __init__(
        self,
        named: str,
        code: str | Exception,
        message: str = "not you",
        *,
        times: int | None = None,
        every: int = 0,
    ) -> None:
        self._named = named
        self._error = code if isinstance(code, Exception) else RefusedError(400, code, message)
        self._times = times
        self._every = every
        self._asked = 0
        self.refused = 0

    def sending(self, call: ApiCall, attempt: int) -> None:
        if self._named not in (call.operation, call.principal.doing):
            return
        self._asked += 1
        refuses = self._times is None or self.refused < self._times
        if self._asked % self._every if self._every else refuses:
            self.refused += 1
            raise self._error


class LosesAnswer(Watcher):
    """Loses, once, the answer to an operation or to what a state calls; it has taken effect."""

    def __init__(self, named: str, error: Exception | None = None) -> None:
        self._named = named
        self._error = error or ReadTimeoutError(endpoint_url="offline")
        self.lost = 0

    def sent(self, call: ApiCall, attempt: int) -> None:
        if self._named in (call.operation, call.principal.doing) and not self.lost:
            self.lost += 1
            raise self._error


class Fails(Observer):
    """A function of the stack that fails after a number of calls: once, or from then on."""

    def __init__(
        self, function: str, error: Exception | None = None, *, after: int = 0, once: bool = True
    ) -> None:
        self._function = function
        self._error = error or AuditFailedError("as the test wants it")
        self._left = after
        self._once = once

    def before_call(self, call: Call) -> None:
        if self._function in call.function_name:
            self._left -= 1
            if self._left == -1 or (self._left < 0 and not self._once):
                raise self._error
