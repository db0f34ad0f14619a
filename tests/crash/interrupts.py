"""What happens to a run that a phase begins with, and what its watchers learn."""

import json

from offline.api_calls import ApiCall, Watcher
from offline.api_errors import RefusedError
from tests.crash.endings import end_run
from tests.crash.remembering import RememberingAthena


class Announced(Watcher):
    """Knows the slices whose events reached EventBridge."""

    def __init__(self) -> None:
        self.slices: set[str] = set()

    def sent(self, call: ApiCall, attempt: int) -> None:
        if call.operation == "PutEvents":
            for entry in call.parameters["Entries"]:
                self.slices.add(json.loads(entry["Detail"])["slice"])


class AbortedAtExtract(Watcher):
    """Stops the first run while `state` calls its function for the extract.

    The query runs until it is stopped. It is started after the end if that state starts it.
    """

    def __init__(self, state: str, athena: RememberingAthena) -> None:
        self._state, self._athena = state, athena
        self._left = self._ended = False

    def before(self, call: ApiCall) -> None:
        of = call.principal
        if self._ended or of.kind != "state machine" or of.doing != self._state:
            return
        if of.event["Input"].get("step") == "extract":
            self._ended = True
            end_run(of, "aborted")

    def sending(self, call: ApiCall, attempt: int) -> None:
        if call.operation == "StartQueryExecution" and not self._left:
            self._left = True
            self._athena.leave_running()


class RefusedOnce(Watcher):
    """Has the first call of a service by a function be refused."""

    def __init__(self, function: str, service: str) -> None:
        self._function, self._service = f"-{function}Function-", service
        self._refused = False

    def sending(self, call: ApiCall, attempt: int) -> None:
        if self._refused or call.service != self._service:
            return
        if call.principal.kind == "function" and self._function in call.principal.name:
            self._refused = True
            raise RefusedError(403, "AccessDeniedException")
