"""Every AWS API call made in this process: who made it, and where a test may have it fail."""

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

# How long after its signing AWS takes a request
# (docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html).
SIGNATURE_SECONDS = 300


@dataclass(frozen=True)
class Principal:
    """Who makes a call.

    `name` is the function's, the state machine's, the service's; `doing` is the state that is
    being executed or the request that is being answered; `event` is what the function was given.
    """

    kind: Literal["function", "state machine", "service", "person"]
    name: str
    doing: str = ""
    event: Any = None


PERSON = Principal("person", "whoever started this process")


@dataclass(frozen=True)
class ApiCall:
    """One call of an AWS API, however often botocore sends it; numbered from 1 as they begin."""

    number: int
    principal: Principal
    service: str
    operation: str
    parameters: Mapping[str, Any]


class Watcher:
    """Sees every call; what a hook raises is what happens to the call.

    A FunctionDiedError kills whoever made the call: none of its later calls reach AWS. Override
    the hooks that matter; they may be called from several threads.
    """

    def before(self, call: ApiCall) -> None:
        """Called first; after an error the call has no effect and the error is its outcome."""

    def sending(self, call: ApiCall, attempt: int) -> None:
        """Called before each sending, from 1; botocore retries after a RefusedError or its own."""

    def sent(self, call: ApiCall, attempt: int) -> None:
        """Called when a sending has taken effect; an error here loses that sending's answer."""

    def after(self, call: ApiCall) -> None:
        """Called when the call has succeeded; after an error its answer is lost."""


@dataclass
class _Scope:
    """What one principal is doing: once it has died, its later calls have no effect."""

    principal: Principal
    died: FunctionDiedError | None = None
    # Of a function: its time-out in seconds, and how far the clock was ahead when it began.
    timeout: int | None = None
    began: timedelta = field(default_factory=clock.ahead)

    def check(self) -> None:
        """Raises what it died of, if it has; exceeding its time-out kills it."""
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
    """Have this thread's calls be the principal's, until `timeout` seconds have been passed over.

    Raises the FunctionDiedError that killed it even where the code in between has swallowed it.
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
    """Choose who sees the calls of this process."""
    global _calls
    _calls = calls


@cache
def install() -> None:
    """Have every client of this process pass its calls on to whoever is to see them."""
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
    """What a caller's threads call is the caller's."""
    return submit(pool, copy_context().run, function, *args, **kwargs)


def _seen(make: Any, client: Any, *call: Any) -> Any:
    if _calls is None or not _calls.watchers:
        return make(client, *call)
    return _calls.make(make, client, *call)


def _seen_sending(send: Any, stubber: Any, *request: Any, **kwargs: Any) -> Any:
    if _calls is None or not _calls.watchers:
        return send(stubber, *request, **kwargs)
    return _calls.send(send, stubber, *request, **kwargs)
