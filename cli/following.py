"""Turns the events of a run's executions into progress."""

import json
from dataclasses import dataclass
from typing import Any

from cli.progress import Update

# States that begin a piece of work; those between are too short to show.
_BEFORE_SLICES = {
    "Wait For Crawler": "Looking for new fields",
    "Plan Slice": "Listing what has landed",
}
_OF_SLICE = {
    "Extract": "reading {objects:,} objects of {hours:,} arrival hours",
    "Plan Partitions": "planning event hours",
    "Plan Derived": "planning derived tables",
    "Write": "writing {written}",
    "Publish": "publishing {written}",
    "Record Slice": "recording",
    "Isolate Failure": "looking for what failed",
}
# What is written and published after each plan.
_WRITTEN = {"Plan Partitions": "event hours", "Plan Derived": "derived tables"}


@dataclass
class Follower:
    """Shows the run's state, and how many parts of a Map state are done."""

    update: Update
    slices: int = 0
    _written: str = ""
    _map: str = ""
    _done: int = 0

    def __call__(self, event: dict[str, Any]) -> None:
        """Take an event of an execution's history; events of nested executions are ignored."""
        match event["type"]:
            case "TaskStateExited":
                self._exited(event["stateExitedEventDetails"])
            case "MapStateStarted":
                self.update(done=0, total=event["mapStateStartedEventDetails"]["length"])
            case "MapIterationSucceeded":
                self._iterated(event["mapIterationSucceededEventDetails"]["name"])
            case _ if "stateEnteredEventDetails" in event:
                self._entered(event["stateEnteredEventDetails"]["name"])

    def _entered(self, state: str) -> None:
        if state in _BEFORE_SLICES:
            self.update(_BEFORE_SLICES[state])
        elif state in _OF_SLICE and state != "Extract":
            self._map, self._done = state, 0
            self._written = _WRITTEN.get(state, self._written)
            self._show(state, written=self._written)

    def _exited(self, details: dict[str, Any]) -> None:
        if details["name"] == "Plan Slice":
            output = json.loads(details["output"])
            planned = output["slice"]  # left from the turn before, if the state has failed
            if planned.get("planned") and "Error" not in output.get("failure", {}):
                self.slices += 1
                if planned["hours"]:
                    self._show("Extract", hours=planned["hours"], objects=planned["objects"])

    def _iterated(self, name: str) -> None:
        if name == self._map:
            self._done += 1
            self.update(done=self._done)

    def _show(self, state: str, **known: int | str) -> None:
        self.update(f"Slice {self.slices}: {_OF_SLICE[state].format(**known)}")
