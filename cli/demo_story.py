"""The demo, step by step: what lands, what the runs do with it, and how it adds up."""

import gzip
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.console import Console
from springtide.dataset.layout import Layout
from springtide.model.locations import split

from cli import calls
from cli.landing import read_landing
from cli.launch import RunReport, take_in
from cli.progress import progress
from cli.query import ask, rows_table
from cli.report.command import opening, write
from cli.tables import account_table
from cli.trino import OnTrino
from offline.generate import GenerateOptions, generate

DETECTORS = 40
DAY_1 = datetime(2020, 7, 13, tzinfo=UTC)
DAY_2 = DAY_1 + timedelta(days=1)
HOURS = 48
PREFIX = "raw/traffic"
_SHOWN_KEYS = 4

FIRST_QUERY = """\
SELECT event_hour, count(*) AS measurements, sum(verkeersintensiteit_klasse2) AS cars
FROM events
WHERE event_date = '2020-07-13' AND event_hour BETWEEN '05' AND '09'
GROUP BY event_hour
ORDER BY event_hour"""
SECOND_QUERY = "SELECT reject_reason, count(*) AS lines FROM quarantine GROUP BY reject_reason"


def tell(out: Path, seed: int, console: Console, trino: OnTrino | None = None) -> None:
    """Run the demo below `out`."""
    landing, coming = out / "landing", out / "coming"
    options = GenerateOptions(
        coming, detectors=DETECTORS, start=DAY_1, days=HOURS / 24, late=0.05, late_days=1, seed=seed
    )
    with progress("Making two days of traffic data", options.hours, quiet=False) as update:
        made = generate(options, on_hour=lambda done: update(done=done))
    console.print(
        f"[bold]Made two days of traffic data[/bold]: {DETECTORS} detectors, {made.lines:,} lines;"
        f" {made.late:,} events come late, {made.duplicates:,} twice, {made.revisions:,} revised,"
        f" {sum(made.malformed.values()):,} broken.\n"
    )
    _land(coming, landing, DAY_2)
    console.print("[bold]1. Day 1 has landed.[/bold] Objects lie by the hour of [i]arrival[/i]:")
    _show(console, sorted(p.relative_to(landing).as_posix() for p in landing.rglob("*.gz")))
    first = _run(landing, out, trino)
    console.print("After the run, partitions lie by the hour of the [i]event[/i]:")
    hours = sorted(folder for folder in first.after if folder.startswith("events/"))
    _show(console, [split(first.after[folder])[1] for folder in hours])

    _land(coming, landing, None)
    console.print("\n[bold]2. Day 2 has landed[/bold], with late events of day 1.")
    second = _run(landing, out, trino)
    _show_repointed(console, second)

    third = _run(landing, out, trino)
    console.print(
        f"\n[bold]3. Once more, nothing new.[/bold] {third.queries} queries started,"
        f" {len(third.exported.written)} partitions rewritten.\n"
    )
    console.print(account_table(third.account, count_lines(landing)))
    console.print(f"\n[bold]A first query[/bold]\n{FIRST_QUERY}")
    console.print(rows_table(ask(FIRST_QUERY, out, trino)))
    with progress("Writing the report", quiet=False) as update:
        report, _ = write(out, None, None, None, None, HOURS // 24 + 1, update)
    ask_why = calls.command("query", SECOND_QUERY, "--out", out)
    console.print(
        f"\nThe tables are Parquet below {out}/events, {out}/quarantine and {out}/traffic,"
        f" the account is {out}/run.json.\nYour turn:\n\n  {ask_why}\n\n"
        f"And all of it in one page:\n\n  {opening(report)}\n",
        markup=False,
    )


def count_lines(landing: Path) -> int:
    """Count the landed lines without using any code that the demo shows."""
    return sum(gzip.decompress(p.read_bytes()).count(b"\n") for p in landing.rglob("*.gz"))


def _land(coming: Path, landing: Path, end: datetime | None) -> None:
    """Move what arrives before `end` into the landing."""
    for hour in sorted(coming.glob("*/*/*/*")):
        name = hour.relative_to(coming)
        if end is None or name.as_posix() < f"{end:%Y/%m/%d/%H}":
            target = landing / PREFIX / name
            target.parent.mkdir(parents=True, exist_ok=True)
            hour.rename(target)
    if end is None:
        shutil.rmtree(coming)


def _run(landing: Path, out: Path, trino: OnTrino | None) -> RunReport:
    with progress("Bringing up the stack", quiet=False) as update:
        return take_in(read_landing(landing, Layout()), out, "traffic", {}, update, trino=trino)


def _show(console: Console, keys: list[str]) -> None:
    for key in keys[:_SHOWN_KEYS]:
        console.print(f"   {key}", markup=False)
    console.print(f"   … {len(keys):,} in all")


def _show_repointed(console: Console, report: RunReport) -> None:
    moved = {
        folder: (report.before[folder], uri)
        for folder, uri in sorted(report.after.items())
        if folder.startswith("events/") and report.before.get(folder, uri) != uri
    }
    console.print(
        f"The run rebuilt {len(moved)} event hours of day 1, those that late events belong to."
        " Each was rewritten,\naudited, and then repointed; no reader saw it half-done:"
    )
    for folder, (old, new) in list(moved.items())[-1:]:
        console.print(f"   {folder}\n      before {split(old)[1]}\n      now    {split(new)[1]}")
