"""The sample data has the faults that were requested, in the numbers that its summary says."""

import gzip
import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from offline.generate import GenerateError, GenerateOptions, generate
from offline.generate.faults import BROKEN
from tests.oracle import expect

START = datetime(2020, 7, 13, tzinfo=UTC)


def options(out: Path, **changes: Any) -> GenerateOptions:
    base = GenerateOptions(out, detectors=20, start=START, days=0.25, seed=7)
    return replace(base, **changes)


def objects(out: Path) -> dict[str, bytes]:
    return {p.relative_to(out).as_posix(): p.read_bytes() for p in sorted(out.rglob("*.gz"))}


def lines(out: Path) -> list[tuple[datetime, str]]:
    """Every line with the begin of the arrival hour that it lies in."""
    found = []
    for path, data in objects(out).items():
        arrival = datetime.strptime(path[:13], "%Y/%m/%d/%H").replace(tzinfo=UTC)
        text = gzip.decompress(data).decode()
        assert text.endswith("\n")
        found += [(arrival, line) for line in text.splitlines()]
    return found


def event_time(event: dict[str, Any]) -> datetime:
    value = event["tijd_waarneming"]
    if isinstance(value, int) or value.isdigit():
        return datetime.fromtimestamp(int(value), UTC)
    assert value.endswith("+01:00")
    return datetime.fromisoformat(value)


def test_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    generate(options(tmp_path / "a"))
    generate(options(tmp_path / "b"))
    generate(options(tmp_path / "c", seed=8))

    assert objects(tmp_path / "a") == objects(tmp_path / "b")
    assert objects(tmp_path / "a") != objects(tmp_path / "c")


def test_clean_data_is_one_event_per_detector_and_minute(tmp_path: Path) -> None:
    clean = {"late": 0, "duplicates": 0, "malformed": 0, "revisions": 0}
    summary = generate(options(tmp_path, **clean))

    events = [json.loads(line) for _, line in lines(tmp_path)]
    keys = {(int(event["unieke_id"]), event_time(event)) for event in events}
    assert summary.lines == summary.events == len(events) == len(keys) == 20 * 360
    assert min(time for _, time in keys) == START
    assert max(time for _, time in keys) == START + timedelta(minutes=359)
    assert {len(path.split("/")) for path in objects(tmp_path)} == {5}


def test_values_come_as_text_and_as_numbers_and_classes_go_missing(tmp_path: Path) -> None:
    generate(options(tmp_path, malformed=0, detectors=400, days=1 / 24))

    events = [json.loads(line) for _, line in lines(tmp_path)]
    for field in ("unieke_id", "tijd_waarneming", "voertuigsnelheid_harmonisch_klasse2"):
        assert {type(event[field]) for event in events if field in event} == {int, str}
    assert {"verkeersintensiteit_klasse1" in event for event in events} == {True, False}
    speeds = {int(event.get("voertuigsnelheid_harmonisch_klasse2", 0)) for event in events}
    assert {251, 252, 254} <= speeds
    assert {int(event["defect"]) for event in events} == {0, 1}


def test_summary_counts_what_is_in_the_landing(tmp_path: Path) -> None:
    shares = {"late": 0.1, "duplicates": 0.1, "malformed": 0.05, "revisions": 0.1}
    summary = generate(options(tmp_path, **shares))

    found = lines(tmp_path)
    assert summary.lines == len(found)
    assert summary.objects == len(objects(tmp_path))
    assert summary.bytes == sum(map(len, objects(tmp_path).values()))
    broken = sum(summary.malformed.values())
    assert summary.lines == summary.events + summary.duplicates + summary.revisions + broken
    texts = Counter(text for _, text in found)
    assert sum(texts.values()) - len(texts) >= summary.duplicates > 500
    assert summary.events + broken == 20 * 360

    expected = expect(tmp_path)
    assert summary.events == expected.distinct
    assert summary.duplicates + summary.revisions == expected.duplicates
    reasons: Counter[str] = Counter()
    for kind, count in summary.malformed.items():
        reasons[BROKEN[kind]] += count
    assert reasons == expected.rejected


def test_every_kind_of_broken_line_occurs(tmp_path: Path) -> None:
    summary = generate(options(tmp_path, malformed=0.2))

    assert set(summary.malformed) == set(BROKEN)
    texts = [text for _, text in lines(tmp_path)]
    assert any("}{" in text for text in texts)
    assert any(text.startswith("[") for text in texts)
    assert any("unieke_id" not in text and text.endswith("}") for text in texts)
    assert any('"tijd_waarneming":"1970-01-01' in text for text in texts)


def test_late_lines_reach_far_into_other_arrival_hours(tmp_path: Path) -> None:
    generate(options(tmp_path, late=0.3, malformed=0, late_days=34))

    delays = [arrival - event_time(json.loads(text)) for arrival, text in lines(tmp_path)]
    assert max(delays) > timedelta(days=20)
    assert max(delays) <= timedelta(days=34)
    assert min(delays) > timedelta(hours=-1)  # arrival hours are named by their begin
    assert sum(delay > timedelta(hours=24) for delay in delays) > 500


def test_a_revision_is_newer_and_different(tmp_path: Path) -> None:
    clean = {"late": 0, "duplicates": 0, "malformed": 0}
    summary = generate(options(tmp_path, revisions=1, **clean))

    changed: dict[tuple[str, datetime], set[tuple[str, str]]] = {}
    for _, text in lines(tmp_path):
        event = json.loads(text)
        values = (
            str(event["tijd_laatst_gewijzigd"]),
            str(event.get("verkeersintensiteit_klasse2")),
        )
        changed.setdefault((str(event["unieke_id"]), event_time(event)), set()).add(values)
    assert summary.revisions == summary.events == len(changed)
    assert all(len({cars for _, cars in versions}) == 2 for versions in changed.values())


def test_a_second_period_never_overwrites_the_first(tmp_path: Path) -> None:
    first = generate(options(tmp_path, late=0.3, late_days=1))
    second = generate(options(tmp_path, late=0.3, start=START + timedelta(hours=6)))

    assert len(objects(tmp_path)) == first.objects + second.objects


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"detectors": 0}, "detectors is 0: give 1 to 1000000"),
        ({"late": 1.5}, "late is 1.5: give a share"),
        ({"malformed": float("nan")}, "malformed is nan: give a share"),
        ({"days": 0}, "days is 0: give one hour"),
        ({"days": 0.3}, "days is 0.3: give whole hours"),
        ({"days": float("inf")}, "days is inf: give one hour"),
        ({"start": datetime(2020, 7, 13)}, "without a time zone"),
        ({"start": datetime(2020, 7, 13, 0, 30, tzinfo=UTC)}, "give a full hour"),
        ({"start": datetime(1970, 1, 1, tzinfo=UTC)}, "give a year 2000 to 2090"),
        ({"late_days": 40}, "late_days is 40: give 0.05 to 34"),
        ({"seed": -1}, "seed is -1"),
    ],
)
def test_a_senseless_option_is_named(tmp_path: Path, change: dict[str, Any], message: str) -> None:
    with pytest.raises(GenerateError, match=message):
        options(tmp_path, **change)
