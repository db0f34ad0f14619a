"""The model's bytes held against what the queries of a run with late events scanned."""

from collections.abc import Iterator
from functools import partial
from math import ceil
from pathlib import Path
from typing import NamedTuple

import pytest
from springtide import scanning
from springtide.ledger.table import Ledger
from springtide.model.partitions import MAX_CHUNK_PARTITIONS, Partition, cut
from springtide.scanning import STEPS, Volume
from springtide.steps import plan_derived, plan_partitions

from offline.generate import GenerateOptions, generate
from tests.pipeline.rig import Rig, files

TABLES = ("events", "quarantine", "traffic")
NOON = Path("2020/07/13/12")


class Turned(NamedTuple):
    """What the second turn read, and what its queries say they scanned, by step; their number."""

    volume: Volume
    scanned: dict[str, int]
    queries: dict[str, int]
    statistics: int


@pytest.fixture(scope="module", params=[MAX_CHUNK_PARTITIONS, 6], ids=["whole", "in chunks"])
def turned(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Turned]:
    """A day of the sample, of which the second half brings late events of the first."""
    folder = tmp_path_factory.mktemp("scanning")
    sample = folder / "sample"
    generate(GenerateOptions(sample, detectors=40, late=0.05, late_days=0.5))
    it = Rig(folder, {"SettleMinutes": "0"})
    try:
        with pytest.MonkeyPatch.context() as patch:
            for module in (plan_partitions, plan_derived):
                patch.setattr(module, "cut", partial(cut, max_partitions=request.param))
            names = files(sample)
            it.land_copies(sample, (name for name in names if name < NOON))
            it.run({})
            late = [name for name in names if name >= NOON]
            yield second_turn(it, sample, late, request.param)
    finally:
        it.close()


def second_turn(it: Rig, sample: Path, names: list[Path], max_partitions: int) -> Turned:
    before = {table: it.partitions(table) for table in TABLES}
    sizes = {values: size_at(it, location) for values, location in before["events"].items()}
    began = len(it.machine.athena.history)
    it.land_copies(sample, names)
    it.run({})
    after = it.partitions("events")
    touched = {table: flipped(before[table], it.partitions(table)) for table in TABLES}
    chunks = {table: ceil(len(touched[table]) / max_partitions) for table in TABLES}
    volume = Volume(
        landed=sum((sample / name).stat().st_size for name in names),
        current=sum(sizes.get(values, 0) for values in touched["events"]),
        read=sum(size_at(it, location) for location in after.values()),
        event_chunks=chunks["events"],
        quarantine_chunks=chunks["quarantine"],
        derived_chunks=chunks["traffic"],
    )
    statistics = sum(run.scanned_bytes for run in it.machine.athena.history[began:])
    return Turned(volume, *by_step(it), statistics)


def flipped(before: dict[Partition, str], after: dict[Partition, str]) -> set[Partition]:
    """The partitions that point elsewhere than before."""
    return {values for values, location in after.items() if before.get(values) != location}


def by_step(it: Rig) -> tuple[dict[str, int], dict[str, int]]:
    """What the ledger says that the newest slice's queries scanned, and how many they were."""
    ledger = Ledger(it.settings.ledger_table, it.settings.data_set)
    newest = next(ledger.query("slice", newest_first=True))
    scanned, queries = dict.fromkeys(STEPS, 0), dict.fromkeys(STEPS, 0)
    for query in ledger.query(f"query#{newest['sk']}"):
        step = query["sk"].split("#")[0]
        scanned[step] += query["scanned_bytes"]
        queries[step] += 1
    return scanned, queries


def size_at(it: Rig, location: str) -> int:
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    return sum(item.size for item in it.machine.objects.list(bucket, prefix))


def test_a_turn_has_the_queries_that_the_model_says(turned: Turned) -> None:
    assert turned.queries == scanning.queries(turned.volume)


def test_landed_bytes_are_scanned_once(turned: Turned) -> None:
    assert turned.scanned["extract"] == turned.volume.landed


def test_the_ledger_records_all_that_athena_bills(turned: Turned) -> None:
    assert sum(turned.scanned.values()) == turned.statistics


@pytest.mark.parametrize("step", STEPS[1:])
def test_a_step_scans_what_the_model_says_within_half(turned: Turned, step: str) -> None:
    foretold = scanning.scanned(turned.volume)[step]
    assert 0.67 < turned.scanned[step] / foretold < 1.5


def test_a_turn_scans_what_the_model_says_within_a_tenth(turned: Turned) -> None:
    foretold = sum(scanning.scanned(turned.volume).values())
    assert sum(turned.scanned.values()) == pytest.approx(foretold, rel=0.1)
