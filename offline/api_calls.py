"""Every AWS API call of this process: who made it, with hooks that let a test make it fail."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar, copy_context
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any, Literal

from botocore.client import BaseClient
from moto.core.botocore_stubber import BotocoreStubber

from offline import clock
from offline.api_errors import RefusedError, answer_of
from offline.died import FunctionDiedError
from offline.patching import around

# How long after its signing AWS accepts a request
# (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html).
SIGNATURE_SECONDS = 300


@dataclass(frozen=True)
class Principal:
    """The caller of an API.

    `name` is that of the function, state machine or service; `doing` is the state that is executed
    or the request that is answered; `event` is what the function was given.
    """

    kind: Literal["function", "state machine", "service", "person"]
    name: str
    doing: str = ""
    event: Any = None


PERSON = Principal("person", "whoever started this process")


@dataclass(frozen=True)
class ApiCall:
    """One call of an AWS API, however often botocore sends it; numbered from 1."""

    number: int
    principal: Principal
    service: str
    operation: str
    parameters: Mapping[str, Any]


class Watcher:
    """Sees every call; an error that a hook raises becomes the call's result.

    A FunctionDiedError kills the caller: none of its later calls reach AWS. Override the hooks you
    need; several threads may call them.
    """

    def before(self, call: ApiCall) -> None:
        """Called first; if it raises, the call has no effect."""

    def sending(self, call: ApiCall, attempt: int) -> None:
        """Called before each sending, from 1; botocore retries after a RefusedError or its own."""

    def sent(self, call: ApiCall, attempt: int) -> None:
        """Called when a sending has taken effect; if it raises, that sending's answer is lost."""

    def after(self, call: ApiCall) -> None:
        """Called when the call has succeeded; if it raises, the answer is lost."""


@dataclass
class _Scope:
    """What one principal is doing; once it has died, its later calls have no effect."""

    principal: Principal
    died: FunctionDiedError | None = None
    # For a function: its time-out in seconds, and how far the clock was ahead when it began.
    timeout: int | None = None
    began: timedelta = field(default_factory=clock.ahead)

    def check(self) -> None:
        """Raises the error that it died of; exceeding its time-out kills it."""
        if self.died is None and self.timeout is not None:
            passed = (clock.ahead() - self.began).total_seconds()
            if passed >= self.timeout:
                message = f"Task timed out after {self.timeout:.2f} seconds"
                self.died = FunctionDiedError("Sandbox.Timedout", message)
        if self.died is not None:
            raise self.died


@dataclass
class _Sending:
    call: ApiCall
    scope: _Scope
    attempts: int = 0


_scope: ContextVar[_Scope | None] = ContextVar("scope", default=None)
_sending: ContextVar[_Sending | None] = ContextVar("sending", default=None)


@contextmanager
def acting_as(principal: Principal, timeout: int | None = None) -> Iterator[None]:
    """Make this thread's calls as the principal, until the clock has moved by `timeout` seconds.

    Raises the FunctionDiedError that killed it even if the code inside has swallowed it.
    """
    scope = _Scope(principal, timeout=timeout)
    token = _scope.set(scope)
    try:
        yield
    finally:
        _scope.reset(token)
        scope.check()


@dataclass
class Calls:
    """The calls made while a machine is up, as seen by its watchers."""

    watchers: list[Watcher] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    def make(
        self, original: Any, client: Any, operation: str, parameters: Mapping[str, Any]
    ) -> Any:
        """Make a client's call with the watchers around it."""
        scope = _scope.get() or _Scope(PERSON)
        scope.check()
        service = client.meta.service_model.service_name
        call = ApiCall(next(self._numbers), scope.principal, service, operation, parameters)
        token = _sending.set(_Sending(call, scope))
        try:
            for watcher in self.watchers:
                watcher.before(call)
            scope.check()
            answer = original(client, operation, parameters)
            for watcher in self.watchers:
                watcher.after(call)
        except FunctionDiedError as err:
            scope.died = err
            raise
        finally:
            _sending.reset(token)
        return answer

    def send(
        self, original: Any, stubber: Any, event_name: str, request: Any, **kwargs: Any
    ) -> Any:
        """Send a request with the watchers around it."""
        current = _sending.get()
        if current is None:
            return original(stubber, event_name, request, **kwargs)
        current.attempts += 1
        attempt, signed = current.attempts, clock.ahead()
        try:
            for watcher in self.watchers:
                watcher.sending(current.call, attempt)
            current.scope.check()
            if (clock.ahead() - signed).total_seconds() >= SIGNATURE_SECONDS:
                raise RefusedError(403, "RequestExpired", "the request was signed too long ago")
            answer = original(stubber, event_name, request, **kwargs)
            for watcher in self.watchers:
                watcher.sent(current.call, attempt)
        except RefusedError as err:
            return answer_of(err, current.call.service, request)
        return answer


_calls: Calls | None = None


def use(calls: Calls | None) -> None:
    """Choose which Calls see the calls of this process."""
    global _calls
    _calls = calls


@cache
def install() -> None:
    """Make every client of this process pass its calls on."""
    around(BaseClient, _make_api_call=_seen)
    around(BotocoreStubber, __call__=_seen_sending)
    around(ThreadPoolExecutor, submit=_submitted)


def _submitted(
    submit: Any,
    pool: ThreadPoolExecutor,
    function: Callable[..., Any],
    /,
    *args: Any,
    **kwargs: Any,
) -> Any:
    """Threads of an executor make their calls as whoever submitted the work."""
    return submit(pool, copy_context().run, function, *args, **kwargs)


def _seen(make: Any, client: Any, *call: Any) -> Any:
    if _calls is None or not _calls.watchers:
        return make(client, *call)
    return _calls.make(make, client, *call)


def _seen_sending(send: Any, stubber: Any, *request: Any, **kwargs: Any) -> Any:
    if _calls is None or not _calls.watchers:
        return send(stubber, *request, **kwargs)
    return _calls.send(send, stubber, *request, **kwargs)
