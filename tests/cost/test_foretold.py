"""What the dry run foretells held against the run that follows, and against the page."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
from springtide.counts import Counts, Surroundings, Turn, of_run
from springtide.dataset import loading
from springtide.estimate import Estimate, estimate, foretold
from springtide.experience import ASSUMED, Experience
from springtide.foretelling import Intake, chunks
from springtide.model.partitions import MAX_CHUNK_PARTITIONS, MAX_CHUNK_ROWS, Touched, cut
from springtide.scanning import EVENTS, ROWS_A_BYTE

from cli.pricing.workload import DATA_SET, WORKLOADS, Workload, intake_of, turns
from offline.generate import GenerateOptions, generate
from tests.cost.billing import Meter
from tests.pipeline.rig import Rig, event, files

Bring = Callable[..., Rig]


class Compared(NamedTuple):
    """What was foretold, and what the run then did."""

    foretold: Estimate
    counts: Counts
    polls: int
    scanned_bytes: int
    chunks: int


def compared(it: Rig) -> Compared:
    """Foretells a run over what has landed, and runs it."""
    it.mount()
    found = estimate(it.settings, None, datetime.now(UTC))
    began = len(it.machine.athena.history)
    meter = Meter(it)
    states = it.run({}).states
    it.machine.calls.watchers.remove(meter)
    scanned = sum(run.scanned_bytes for run in it.machine.athena.history[began:])
    return Compared(found, meter.counts(), meter.polls, scanned, states.count("Check Audit"))


def as_polled(run: Compared) -> Counts:
    """The foretold counts with the polls that were made: those follow the time of queries."""
    without, once = (of_run([Turn(1, 1, 1, 1, 1, polls)], Surroundings(3)) for polls in (0, 1))
    more = run.polls - run.foretold.polls
    a_poll = {name: each - asdict(without)[name] for name, each in asdict(once).items()}
    told = asdict(run.foretold.counts)
    return Counts(**{name: told[name] + more * a_poll[name] for name in told})


def same(run: Compared) -> None:
    """All counts but the seconds, which only AWS could tell.

    Of Glue each chunk may take a request less: where its partitions are all new, or all old.
    """
    told = as_polled(run)
    assert 0 <= told.glue_requests - run.counts.glue_requests <= run.chunks
    rest = {"gb_seconds": 0, "glue_requests": 0}
    assert replace(told, **rest) == replace(run.counts, **rest)


def land(it: Rig, hour: int) -> None:
    """An arrival hour with events of its own and of two hours before, and a reject."""
    late = [event(900 + hour, f"2020-07-13T0{h}:30:00Z") for h in (0, 1)]
    own = [event(n, f"2020-07-13T{hour:02d}:{n:02d}:00Z") for n in range(20)]
    it.land(f"2020/07/13/{hour:02d}/a.gz", *own, *late, "broken")


def test_first_slice_takes_the_calls_that_were_foretold_without_experience(rig: Bring) -> None:
    it = rig(SettleMinutes="0")
    it.run({})  # the tables are made and a crawl is done, which are no part of what is foretold
    for hour in range(3):
        it.land(f"2020/07/13/0{hour}/a.gz", event(1, f"2020-07-13T0{hour}:10:00Z"), "broken")

    run = compared(it)

    assert run.foretold.experience == ASSUMED
    assert run.foretold.queries == run.counts.queries > 0
    same(run)


def test_later_run_takes_the_calls_that_slices_before_it_foretell(rig: Bring) -> None:
    it = rig(SettleMinutes="0")
    land(it, 4)
    it.run({})
    land(it, 6)
    land(it, 8)

    run = compared(it)

    assert run.foretold.experience.event_hours_an_hour == 3
    # Late events of two arrival hours are of the same event hours, which only the delta tells.
    assert run.foretold.event_hours == 6
    assert run.foretold.queries == run.counts.queries > 0
    told, made = as_polled(run), run.counts
    assert (told.transitions, told.function_calls) == (made.transitions, made.function_calls)
    assert told.ledger_writes >= made.ledger_writes


def test_run_that_goes_as_the_one_before_takes_exactly_what_was_foretold(rig: Bring) -> None:
    it = rig(SettleMinutes="0")
    for hour in (4, 6):
        land(it, hour)
        it.run({})
    land(it, 8)

    same(compared(it))


def test_run_without_rejects_is_foretold_without_queries_for_them(rig: Bring) -> None:
    it = rig(SettleMinutes="0")
    for hour in (4, 6):
        it.land(f"2020/07/13/0{hour}/a.gz", event(1, f"2020-07-13T0{hour}:10:00Z"))
        run = compared(it)

    assert run.foretold.experience.quarantined_an_hour == 0
    same(run)


@pytest.fixture(scope="module")
def halves(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Compared, Compared]]:
    """Half a day of the sample, and then the other one, each foretold and run."""
    folder = tmp_path_factory.mktemp("foretold")
    sample = folder / "sample"
    generate(GenerateOptions(sample, detectors=40, late=0.02, late_days=0.5))
    it = Rig(folder, {"SettleMinutes": "0"})
    try:
        noon = Path("2020/07/13/12")
        names = files(sample)
        it.land_copies(sample, (name for name in names if name < noon))
        first = compared(it)
        it.land_copies(sample, (name for name in names if name >= noon))
        yield first, compared(it)
    finally:
        it.close()


def test_first_run_scans_what_was_foretold_within_a_tenth(
    halves: tuple[Compared, Compared],
) -> None:
    first, _ = halves
    # Without experience the sizes are those of the sample, which this is.
    assert first.scanned_bytes == pytest.approx(first.foretold.scanned_bytes, rel=0.1)


def test_later_run_scans_what_slices_before_it_foretell_within_a_quarter(
    halves: tuple[Compared, Compared],
) -> None:
    _, second = halves
    # It comes upon late hours that have events already; the first run found them empty.
    assert second.foretold.experience.slices == 1
    assert second.scanned_bytes == pytest.approx(second.foretold.scanned_bytes, rel=0.25)


@pytest.mark.parametrize(
    "rows", [0, 1, MAX_CHUNK_ROWS // 80, MAX_CHUNK_ROWS // 3, MAX_CHUNK_ROWS, 2 * MAX_CHUNK_ROWS]
)
@pytest.mark.parametrize("partitions", [0, 1, 79, 80, 81, 200])
def test_chunks_are_as_many_as_partitions_are_cut_into(partitions: int, rows: int) -> None:
    touched = [Touched((f"{n:03d}",), rows) for n in range(partitions)]
    assert chunks(partitions, rows) == len(cut(touched))


def experience_of(intake: Intake) -> Experience:
    """What a stack has learned whose slices were like this one."""
    (derived,) = intake.derived
    (table,) = loading.load(DATA_SET).derived
    return replace(
        ASSUMED,
        event_hours_an_hour=intake.event_hours / intake.arrival_hours,
        quarantined_an_hour=intake.quarantined / intake.arrival_hours,
        built_an_event_hour={table.table: derived.hours / intake.event_hours},
        current_rows_an_hour=intake.current / EVENTS * ROWS_A_BYTE / intake.event_hours,
    )


@pytest.mark.parametrize("runs_a_day", [24, 1])
@pytest.mark.parametrize("workload", WORKLOADS, ids=lambda each: each.name)
def test_the_dry_run_and_the_page_foretell_the_same_turn(
    workload: Workload, runs_a_day: int
) -> None:
    workload = workload._replace(runs_a_day=runs_a_day)
    made = turns(workload)
    hours = workload.hours_a_run / len(made)
    intake = intake_of(workload, hours)
    slice_ = {"hours": intake.arrival_hours, "bytes": intake.landed, "objects": intake.objects}

    told = foretold(loading.load(DATA_SET), experience_of(intake), slice_)

    assert told.turn._replace(polls=0) == made[0].turn._replace(polls=0)
    assert told.queries == made[0].queries
    # Late hours lie apart, so that the hour before each is read too to derive: the page says so,
    # the dry run knows it only once slices have scanned them.
    assert told.scanned_bytes == pytest.approx(made[0].scanned_bytes, rel=0.1)


def test_hours_of_more_rows_than_a_chunk_takes_are_foretold_a_query_each() -> None:
    hours = MAX_CHUNK_PARTITIONS // 3
    landed = {"hours": hours, "bytes": 2**40, "objects": 12 * hours}
    told = foretold(loading.load(DATA_SET), ASSUMED, landed)
    assert 2**40 * ROWS_A_BYTE / hours > MAX_CHUNK_ROWS
    assert told.queries["merge"] == hours + 1
