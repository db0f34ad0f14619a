"""The order and the size of what a run takes change nothing in what is published."""

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from offline.generate import GenerateOptions, generate
from tests.pipeline.measured import expect_sums
from tests.pipeline.rig import Bring, event, files
from tests.variants import long


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    generate(
        GenerateOptions(
            out=folder,
            detectors=3,
            start=datetime(2019, 12, 31, 21, tzinfo=UTC),
            days=0.25,
            late=0.05,
            late_days=0.5,
            duplicates=0.05,
            malformed=0.03,
            revisions=0.05,
            seed=7,
        )
    )
    return folder


@pytest.mark.parametrize("slices", [long(1), 2, long(6)])
def test_slices_of_any_size_publish_the_same(rig: Bring, sample: Path, slices: int) -> None:
    size = sum((sample / name).stat().st_size for name in files(sample))
    it = rig(MaxSliceBytes=str(size // slices))
    it.land_copies(sample, files(sample))
    it.run()
    assert sum("FROM landing" in sql for sql in it.statements) >= slices
    expected = it.expect()
    assert expected.duplicates > 0
    assert len(expected.rejected) >= 4


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
def test_arrivals_split_over_many_runs_publish_the_same(
    rig: Bring, sample: Path, seed: int
) -> None:
    it = rig()
    names = files(sample)
    random.Random(seed).shuffle(names)
    third = len(names) // 3 + 1
    for part in range(0, len(names), third):
        it.land_copies(sample, names[part : part + third])
        it.run()
        it.expect()


def test_hour_larger_than_a_slice_is_taken_whole_and_counted_once(rig: Bring) -> None:
    it = rig(MaxSliceBytes="1")
    for n in range(4):
        it.land(f"2020/07/13/00/{n}.gz", event(n), event(n), f"broken {n}")
    assert it.run().states.count("Record Slice") == 1
    expect_sums(it)
    it.land("2020/07/13/00/00-before-all.gz", event(9), event(1), "broken 9")
    it.run()
    expected = it.expect()
    assert (expected.distinct, expected.rejected) == (5, {"malformed": 5})
    expect_sums(it)
