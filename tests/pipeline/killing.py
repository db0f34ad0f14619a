"""Functions that die when a call of theirs has taken effect."""

from dataclasses import dataclass, field

from offline.api_calls import ApiCall, Watcher
from offline.died import FunctionDiedError
from tests.pipeline.rig import Rig, event


@dataclass
class Killer(Watcher):
    """Kills a function, once: when its n-th call of an operation has taken effect.

    Calls that have not `about` in what they send are not counted.
    """

    function: str
    operation: str
    number: int = 1
    error: str = "Runtime.ExitError"
    about: str = ""
    seen: int = 0
    killed: list[ApiCall] = field(default_factory=list)

    def after(self, call: ApiCall) -> None:
        if self.function not in call.principal.name or call.operation != self.operation:
            return
        self.seen += self.about in repr(call.parameters)
        if self.seen == self.number and not self.killed:
            self.killed.append(call)
            raise FunctionDiedError(self.error, "killed by a test")


def kill(it: Rig, killer: Killer) -> Killer:
    it.machine.calls.watchers.append(killer)
    return killer


def land(it: Rig) -> None:
    for hour in range(3):
        at = f"2020-07-13T0{hour}:10:00Z"
        it.land(f"2020/07/13/0{hour}/a.gz", event(hour, at), event(hour, at), event(9), "broken")
