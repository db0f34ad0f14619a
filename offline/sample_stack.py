"""A stack with sample data: one run that ended, and one that was cut off.

Its clock is simulated, so slices and queries have the same ids everywhere, and the inputs in
events/ can name them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from offline import clock
from offline.died import FunctionDiedError
from offline.generate import GenerateOptions, generate
from offline.invoke import invoke
from offline.lambda_.service import Call, Observer
from offline.machine import Machine

FIRST_HOUR = datetime(2020, 7, 13, 6, tzinfo=UTC)
FIRST_RUN = datetime(2020, 7, 13, 8, 25, tzinfo=UTC)
SECOND_RUN = datetime(2020, 7, 13, 10, 25, tzinfo=UTC)
# A time after the lease of the cut-off run has expired.
TAKEN_OVER = SECOND_RUN + timedelta(hours=1)
# Holds the lease at the end, so that a function called by hand finds it held by its own event's
# execution.
HOLDER = "arn:aws:states:eu-west-1:123456789012:execution:springtide:by-hand"
CUT_OFF = "cut-off"  # the second execution's name
_CUT_BEFORE = "AddPartitions"


class SampleError(RuntimeError):
    """The runs over the sample data do not end as they must."""


def parameters() -> dict[str, str]:
    """The template parameters of a stack with the sample data."""
    return {"SettleMinutes": "20"}


def land(folder: Path) -> None:
    """Write the sample's landing files: four hours of traffic, some of it late."""
    generate(
        GenerateOptions(
            folder, detectors=20, start=FIRST_HOUR, days=4 / 24, late=0.05, late_days=0.1
        )
    )


def take_in(machine: Machine, landing: Path) -> None:
    """Run over what has landed twice; the second run is cut off when it is about to publish.

    Raises SampleError.
    """
    machine.objects.mount(machine.outputs["LandingBucketName"], "", landing)
    with clock.standing_still(FIRST_RUN):
        first = machine.run()
    if first.status != "SUCCEEDED":
        raise SampleError(f"the first run ended as {first.status}: {first.error}: {first.cause}")
    with clock.standing_still(SECOND_RUN):
        _run_cut_off(machine)
    _take_lease(machine)


def _run_cut_off(machine: Machine) -> None:
    cut = _Cut(machine, _CUT_BEFORE)
    machine.runner.observers.append(cut)
    try:
        cut.execution = machine.start(name=CUT_OFF)
        second = machine.wait(cut.execution)
    finally:
        machine.runner.observers.remove(cut)
    if second.status != "ABORTED":
        raise SampleError(f"the second run ended as {second.status} before it was to publish")


def _take_lease(machine: Machine) -> None:
    with clock.standing_still(TAKEN_OVER):
        answer = invoke(machine, "TakeLeaseFunction", {"execution": HOLDER})
    if answer.failed or not answer.payload["taken"]:
        raise SampleError(f"the lease of the run that was cut off is not free: {answer.payload}")


@dataclass
class _Cut(Observer):
    """Aborts an execution when it calls a function, which then does not run."""

    machine: Machine
    function: str
    execution: str = ""

    def before_call(self, call: Call) -> None:
        if self.function in call.function_name:
            self.machine.stop(self.execution)
            raise FunctionDiedError("Runtime.ExitError", "the execution was aborted")
