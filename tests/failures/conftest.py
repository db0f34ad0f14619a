"""What the tests of failures share: one machine, and for each test an arrival hour of its own."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from moto.athena.models import athena_backends
from springtide.aws import batches
from springtide.model.arrival import ArrivalHour

from offline.api_calls import Watcher
from offline.athena.service.runs import QueryRun
from offline.clients import ACCOUNT, REGION
from tests.failures.observed import slices, told
from tests.pipeline.rig import Rig, event, path_of

FIRST = ArrivalHour.parse("2020-07-13T00")


class Scene:
    """A machine on which all is well, and the next arrival hour, in which something has landed."""

    def __init__(self, it: Rig, hour: ArrivalHour) -> None:
        self.it = it
        self.hour = hour
        self._slices = len(slices(it))
        self._told = len(told(it))
        self._queries = len(it.machine.athena.history)
        self.land(hour, 1, "broken")

    def land(self, hour: ArrivalHour, detector: int, *more: str) -> str:
        """An event in the hour in which it happened; returns the object's name."""
        name = f"{path_of(hour)}/{detector}.gz"
        self.it.land(name, event(detector, f"{hour}:30:00Z"), *more)
        return name

    @property
    def slices(self) -> list[dict[str, object]]:
        """The slices that were planned since."""
        return slices(self.it, self._slices)

    @property
    def told(self) -> list[str]:
        """What the alarm topic was told since."""
        return told(self.it)[self._told :]

    def watch(self, *watchers: Watcher) -> None:
        """Has calls of AWS seen to until the test ends."""
        self.it.machine.calls.watchers += watchers

    def unwatch(self) -> None:
        self.it.machine.calls.watchers.clear()

    def queries(self) -> list[QueryRun]:
        """What Athena was given since."""
        return list(self.it.machine.athena.history[self._queries :])

    def manifest(self, text: str) -> Callable[[QueryRun], None]:
        """Has Athena's list of the files that an UNLOAD wrote say something else."""

        def write(run: QueryRun) -> None:
            bucket, _, key = (run.manifest or "").removeprefix("s3://").partition("/")
            self.it.machine.objects.put(bucket, key, text.encode())

        return write

    @contextmanager
    def cutoff(self, bytes_scanned: int) -> Iterator[None]:
        """Has the workgroup cancel queries that scan more than a number of bytes."""
        groups = athena_backends[ACCOUNT][REGION].work_groups
        configuration = groups[self.it.settings.workgroup].configuration
        usual = configuration["BytesScannedCutoffPerQuery"]
        # Fewer than AWS allows, so that a test need not land megabytes.
        configuration["BytesScannedCutoffPerQuery"] = bytes_scanned
        yield
        configuration["BytesScannedCutoffPerQuery"] = usual


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """A machine that has ingested one hour."""
    with Rig(tmp_path_factory.mktemp("failures"), {}) as it:
        it.land("2020/07/12/23/first.gz", event(1, "2020-07-12T23:30:00Z"))
        it.run()
        yield it


@pytest.fixture(scope="module")
def hours() -> Iterator[ArrivalHour]:
    """Arrival hours, each used once; four apart, so that no window reaches from one to another."""
    return (FIRST.plus(number * 4) for number in range(1000))


@pytest.fixture
def scene(machine: Rig, hours: Iterator[ArrivalHour]) -> Iterator[Scene]:
    yield Scene(machine, next(hours))
    machine.machine.athena.faults.clear()
    machine.machine.calls.watchers.clear()


@pytest.fixture
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Has what a batch call has left be requested again at once."""
    monkeypatch.setattr(batches, "PAUSES", (0.0,) * len(batches.PAUSES))
