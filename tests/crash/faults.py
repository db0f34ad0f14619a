"""What can befall one call of an AWS API, and how that call is named from run to run."""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from offline.api_calls import PERSON, ApiCall, Watcher
from offline.api_errors import RefusedError
from offline.died import FunctionDiedError
from offline.glue import crawler
from tests.crash.endings import end_run, stop_execution
from tests.crash.remembering import RememberingAthena
from tests.throttling import throttled

# Each kind by what happens to the call, or to whoever makes it.
KINDS = {
    "refused": "the call fails before it takes effect, and is not tried again",
    "lost": "the call takes effect, and its answer never arrives",
    "killed": "the call takes effect, and whoever made it dies: no cleanup, no finally",
    "throttled": "three refusals because calls come too fast, then it goes through",
    "repeated": "the call takes effect, its answer is late, and botocore sends it again",
    "aborted": "the run is stopped while a state makes the call; the called function continues",
    "timed out": "the run times out while a state makes the call; the called function continues",
}
# What befalls a whole run: tried at each state that starts something.
ENDINGS = ("aborted", "timed out")
THROTTLINGS = 3
_DENIED = {"s3": "AccessDenied"}


# What the errors of an integration's own calls are made of, so that states see the names that AWS
# gives them. Step Functions calls through an SDK: no answer is its client's exception, and an error
# that it knows no class for is the service's.
_NO_ANSWER = {"stepfunctions": "SdkClient"}
_TOO_FAST = {
    "dynamodb": "ProvisionedThroughputExceededException",
    "lambda": "TooManyRequestsException",
    "sns": "AmazonSNSException",
    "stepfunctions": "AWSStepFunctions",
}


class AnswerLostError(BotoCoreError):
    """When no answer has come and no retry is left."""

    fmt = "no answer to {call}"


class Address(NamedTuple):
    """A call by who makes it and about what, so that a later run makes the same one.

    Branches of a Map and calls from several threads change the order of all calls, but not the
    order of one caller's calls of one operation. `actor` is the function, the command, or
    `states` for every state machine; `caller` says also in which state or about what.
    """

    actor: str
    caller: str
    operation: str
    nth: int

    def __str__(self) -> str:
        return f"{self.caller} {self.operation} #{self.nth}"


def befalls(kind: str, address: Address) -> bool:
    """Whether there is a point of the kind at a call."""
    if kind in ENDINGS:
        return address.actor == "states" and not address.operation.endswith("DescribeExecution")
    return True


class Addresses(Watcher):
    """Names every call as it begins, except those that the harness makes itself."""

    def __init__(self) -> None:
        self.seen: list[Address] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self._current: dict[int, Address] = {}

    def before(self, call: ApiCall) -> None:
        if call.principal == PERSON:
            return
        actor, caller = _caller(call)
        operation = f"{call.service}.{call.operation}"
        with self._lock:
            self._counts[caller, operation] += 1
            address = Address(actor, caller, operation, self._counts[caller, operation])
            self.seen.append(address)
            self._current[call.number] = address

    def sent(self, call: ApiCall, attempt: int) -> None:
        if call.operation == "StartCrawler":
            # However long a crawl takes, it is looked at once.
            crawler.finish()

    def of(self, call: ApiCall) -> Address | None:
        """The call's address, None for a call of the harness."""
        return self._current.get(call.number)


class Injected(Addresses):
    """Makes one fault of a kind happen to the call at an address.

    Calls `look` at what readers see whenever partitions were requested or flipped.
    """

    def __init__(
        self,
        address: Address,
        kind: str,
        athena: RememberingAthena,
        look: Callable[[], None],
    ) -> None:
        super().__init__()
        self._address, self._kind, self._athena, self._look = address, kind, athena, look
        self.fired = False

    def before(self, call: ApiCall) -> None:
        super().before(call)
        if self._kind in ENDINGS and self.of(call) == self._address:
            end_run(call.principal, self._kind)
            self.fired = True
        if self._kind == "throttled" and _retried_by_its_state(call) and self._again(call):
            self._fire(_named(call, _TOO_FAST[call.service]))

    def after(self, call: ApiCall) -> None:
        if self._is("lost", call) and _of_a_state(call):
            self._fire(_named(call, _NO_ANSWER.get(call.service, "SdkClientException")))

    def _again(self, call: ApiCall) -> bool:
        """Whether it is the call at the address or one of the first retries of its state."""
        made = self.of(call)
        if made is None or made._replace(nth=self._address.nth) != self._address:
            return False
        return self._address.nth <= made.nth < self._address.nth + THROTTLINGS

    @property
    def _query(self) -> str | None:
        """The call of RunQuery that starts what a run leaves in Athena as it ends."""
        state, _, about = self._address.caller.partition(" slice=")
        if self._kind in ENDINGS and state in ("Run Query", "Poll Query"):
            return f"RunQuery slice={about}"
        return None

    def sending(self, call: ApiCall, attempt: int) -> None:
        address = self.of(call)
        if call.operation == "StartQueryExecution" and address and address.caller == self._query:
            self._athena.leave_running()
        if self._is("refused", call):
            self._fire(RefusedError(403, _DENIED.get(call.service, "AccessDeniedException")))
        # Step Functions polls a nested execution until it has ended; the client that does so
        # here gives up at the third refusal.
        times = THROTTLINGS - 1 if _of_a_state(call) else THROTTLINGS
        by_botocore = attempt <= times and not _retried_by_its_state(call)
        if self._is("throttled", call) and by_botocore:
            self._fire(throttled(call.service))

    def sent(self, call: ApiCall, attempt: int) -> None:
        super().sent(call, attempt)
        if call.service == "glue" and call.operation.startswith("Batch"):
            self._look()
        if self._is("repeated", call) and attempt == 1:
            self._fire(ReadTimeoutError(endpoint_url=f"https://{call.service}.offline"))
        if self._is("lost", call) and not _of_a_state(call):
            self._fire(AnswerLostError(call=call.operation))
        if self._is("killed", call):
            if call.principal.kind == "state machine":
                stop_execution(call.principal)
            self._fire(FunctionDiedError("Runtime.ExitError", f"killed after {self._address}"))

    def _is(self, kind: str, call: ApiCall) -> bool:
        return self._kind == kind and self.of(call) == self._address

    def _fire(self, fault: Exception) -> None:
        self.fired = True
        raise fault


def _of_a_state(call: ApiCall) -> bool:
    return call.principal.kind == "state machine"


def _retried_by_its_state(call: ApiCall) -> bool:
    """Whether the state's own Retry has to get a call through that comes too fast.

    How a nested execution has ended is asked by Step Functions itself.
    """
    return _of_a_state(call) and call.operation != "DescribeExecution"


def _named(call: ApiCall, code: str) -> ClientError:
    about = {"HTTPStatusCode": 400, "RequestId": "offline"}
    answer: Any = {"Error": {"Code": code, "Message": "by a test"}, "ResponseMetadata": about}
    return ClientError(answer, call.operation)


# ------------------------------------------------------------------ who makes a call, about what

_SUBJECT: tuple[tuple[str, Callable[[Any], str]], ...] = (
    ("turn", lambda value: str(value["turn"])),
    ("slice", lambda value: value[:6] if isinstance(value, str) else str(value["turn"])),
    ("step", str),
    ("chunk", str),
    ("attempt", str),
)


def _caller(call: ApiCall) -> tuple[str, str]:
    who = call.principal
    if who.kind == "function":
        name = _logical(who.name)
        return name, " ".join([name, *_subject(who.event or {})])
    if who.kind == "state machine":
        given = call.parameters.get("Payload") or call.parameters.get("input") or "{}"
        about = _subject(who.event["Input"]) or _subject(json.loads(given))
        return "states", " ".join([who.doing, *about])
    return who.name, who.name


def _logical(name: str) -> str:
    """`PlanSlice` of `springtide-PlanSliceFunction-975D11721958`."""
    found = re.fullmatch(r".+-(\w+)Function-\w+", name)
    return found[1] if found else name


def _subject(event: Mapping[str, Any]) -> list[str]:
    return [f"{name}={read(event[name])}" for name, read in _SUBJECT if name in event]
