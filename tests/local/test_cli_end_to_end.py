"""The commands over the offline machine: what is published is what the oracle says."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from offline.generate import GenerateOptions, generate
from tests.commands import done, shown
from tests.files import ROOT
from tests.oracle import EVENT_COLUMNS, Rejected, expect

START = datetime(2020, 7, 13, 22, tzinfo=UTC)  # a period over midnight
PREFIX = "raw/traffic"
README = ROOT / "README.md"


def run(landing: Path, out: Path, *more: str) -> dict[str, Any]:
    report: dict[str, Any] = shown("run", "--landing", landing, "--out", out, *more)
    assert report == json.loads((out / "run.json").read_text())
    return report


def rows(out: Path, table: str) -> list[dict[str, Any]]:
    """The rows of a written table, with the folder of each as `folder`."""
    found = []
    for file in (out / table).rglob("*.parquet"):
        folder = file.parent.relative_to(out / table).as_posix()
        found += [row | {"folder": folder} for row in pq.ParquetFile(file).read().to_pylist()]
    return found


def shown_in_readme(title: str) -> str:
    """The block of output in the README that begins with a title."""
    return f"{title}\n" + README.read_text().split(f"```\n{title}\n")[1].split("```")[0]


def landed(path: str) -> str:
    return path.split("/", 3)[3]


def published(out: Path) -> dict[tuple[Any, ...], dict[str, Any]]:
    found = {}
    for row in rows(out, "events"):
        time = row["event_time"].replace(tzinfo=None)
        assert row["folder"] == f"event_date={time:%Y-%m-%d}/event_hour={time:%H}"
        values = {name: row[name] for name in EVENT_COLUMNS}
        values["source_path"] = landed(values["source_path"])
        found[(row["unieke_id"], time)] = values
    assert len(found) == len(rows(out, "events"))
    return found


def quarantined(out: Path) -> list[Rejected]:
    found = []
    for row in rows(out, "quarantine"):
        source = landed(row["source_path"])
        arrival = source.removeprefix(f"{PREFIX}/")[:13].replace("/", "-")
        assert row["folder"] == f"arrival_hour={arrival[:10]}T{arrival[11:]}"
        raw = row["line_bytes"] or row["line"].encode()
        found.append(Rejected(source, row["reject_reason"], raw))
    return sorted(found)


def is_what_the_oracle_expects(landing: Path, out: Path) -> None:
    expected = expect(landing)
    report = json.loads((out / "run.json").read_text())
    assert published(out) == expected.events
    assert quarantined(out) == sorted(expected.quarantine)
    assert {name: report[name] for name in ("lines", "distinct", "duplicates", "rejected")} == {
        "lines": expected.lines,
        "distinct": expected.distinct,
        "duplicates": expected.duplicates,
        "rejected": expected.rejected,
    }
    assert {entry["object"] for entry in report["unread"]} == expected.unread
    assert report["held"] == []


def make(landing: Path, **changes: Any) -> None:
    options: dict[str, Any] = {
        "detectors": 5,
        "start": START,
        "days": 4 / 24,
        "late": 0.1,
        "late_days": 0.5,
        "malformed": 0.03,
    }
    generate(GenerateOptions(landing / PREFIX, **(options | changes)))


def test_runs_in_small_slices_over_what_is_added_equal_one_over_everything(tmp_path: Path) -> None:
    landing, out = tmp_path / "landing", tmp_path / "out"
    make(landing)
    later = sorted((landing / PREFIX).rglob("*.gz"))[::3]
    for path in later:
        aside = tmp_path / "aside" / path.relative_to(landing)
        aside.parent.mkdir(parents=True, exist_ok=True)
        path.rename(aside)
    run(landing, out, "--parameter", "MaxSliceBytes=20000")
    is_what_the_oracle_expects(landing, out)

    for path in later:
        (tmp_path / "aside" / path.relative_to(landing)).rename(path)
    data = later[0].read_bytes()
    for name, odd in (("_hidden.gz", data), ("upper.GZ", data), ("cut.gz", data[:-20])):
        later[0].with_name(name).write_bytes(odd)
    run(landing, out)

    is_what_the_oracle_expects(landing, out)


def test_nothing_new_starts_no_query_and_rewrites_nothing(tmp_path: Path) -> None:
    landing, out = tmp_path / "landing", tmp_path / "out"
    make(landing, days=1 / 24)
    run(landing, out)
    files = {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}

    printed = done("run", "--landing", landing, "--out", out)

    assert f"0 queries, 0 of {len(files)} partitions written" in printed
    now = {path: path.stat().st_mtime_ns for path in out.rglob("*.parquet")}
    assert now == files


def test_demo_adds_up(tmp_path: Path) -> None:
    out = tmp_path / "demo"

    printed = done("demo", "--out", out)

    assert "0 queries started, 0 partitions rewritten" in printed
    assert shown_in_readme("Every landed line") in printed
    is_what_the_oracle_expects(out / "landing", out)
