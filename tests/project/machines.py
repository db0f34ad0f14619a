"""The states of the state machines."""

from typing import Any

import yaml

from tests.files import ROOT

MACHINES = {
    path.name.removesuffix(".asl.yaml"): yaml.safe_load(path.read_text())
    for path in sorted((ROOT / "statemachine").glob("*.asl.yaml"))
}


def states(machine: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """All states by name, those inside Map states included."""
    found: dict[str, dict[str, Any]] = {}
    for name, state in machine["States"].items():
        found[name] = state
        if state["Type"] == "Map":
            found |= states(state["ItemProcessor"])
    return found


# By the machine and the state's name.
ALL_STATES = {
    (machine, name): state
    for machine, document in MACHINES.items()
    for name, state in states(document).items()
}
TASKS = {place: s for place, s in ALL_STATES.items() if s["Type"] == "Task"}
