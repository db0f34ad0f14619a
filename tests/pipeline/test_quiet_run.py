"""What a run costs that finds nothing new; an hourly schedule makes 700 of them a month."""

from collections import Counter

from offline.api_calls import ApiCall, Watcher
from tests.pipeline.rig import Bring

# docs/cost.md states them; a change that needs more says there what for.
MOST_STATES, MOST_FUNCTIONS, MOST_CALLS = 11, 5, 50


class Calls(Watcher):
    def __init__(self) -> None:
        self.made: Counter[str] = Counter()

    def before(self, call: ApiCall) -> None:
        if call.principal.kind != "person":
            self.made[f"{call.service}.{call.operation}"] += 1


def test_run_that_finds_nothing_makes_few_transitions_and_calls(rig: Bring) -> None:
    it = rig()
    event = {"unieke_id": 1, "lve_nr": 1, "tijd_waarneming": "2020-07-13T00:01:00Z"}
    for hour in range(3):
        it.land(f"2020/07/13/{hour:02d}/a.gz", event)
    it.run()
    calls = Calls()
    it.machine.calls.watchers.append(calls)

    quiet = it.run()

    assert quiet.states[-1] == "Up To Date"
    assert len(quiet.states) <= MOST_STATES, quiet.states
    functions = calls.made.pop("lambda.Invoke")
    assert functions <= MOST_FUNCTIONS
    assert calls.made.total() <= MOST_CALLS, calls.made
    assert calls.made.keys().isdisjoint({"athena.StartQueryExecution", "s3.PutObject"})
