"""`springtide generate`: sample landing data of any size."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from typer import Option

from cli import calls, console
from cli.progress import progress

if TYPE_CHECKING:
    from offline.generate import GenerateSummary


def generate(
    out: Annotated[
        Path, Option(file_okay=False, help="Folder to write below, as YYYY/MM/DD/HH/NAME.gz.")
    ],
    detectors: Annotated[int, Option(help="Lane detectors; each measures once a minute.")] = 100,
    start: Annotated[str, Option(help="First event hour: a date or a date and hour, UTC.")] = (
        "2020-07-13"
    ),
    days: Annotated[float, Option(help="How long, in days; 0.5 is twelve hours.")] = 1.0,
    late: Annotated[float, Option(help="Share of the events that arrive late.")] = 0.02,
    late_days: Annotated[float, Option(help="The latest of them come this many days late.")] = 10.0,
    duplicates: Annotated[float, Option(help="Share of the events that come twice.")] = 0.01,
    malformed: Annotated[float, Option(help="Share of the events that are broken.")] = 0.002,
    revisions: Annotated[
        float, Option(help="Share of the events that come again, later, with other values.")
    ] = 0.01,
    seed: Annotated[int, Option(help="The same seed writes the same bytes.")] = 1,
    as_json: Annotated[bool, Option("--json", help="Print the counts as JSON.")] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print nothing but errors.")] = False,
) -> None:
    """Write sample landing data of the Flanders traffic feed.

    With everything that makes real data hard: late events, duplicates, revisions, broken lines,
    numbers as text, defect sensors. Files lie in folders of the UTC hour in which they arrived.

    Example: `springtide generate --out landing --detectors 1000 --days 1`
    """
    from offline.generate import GenerateError, GenerateOptions
    from offline.generate import generate as write_landing

    try:
        options = GenerateOptions(
            out=out,
            detectors=detectors,
            start=_parse_start(start),
            days=days,
            late=late,
            late_days=late_days,
            duplicates=duplicates,
            malformed=malformed,
            revisions=revisions,
            seed=seed,
        )
        _note_full(out)
        with progress("Generating", options.hours, quiet=quiet or as_json) as update:
            summary = write_landing(options, on_hour=lambda done: update(done=done))
    except GenerateError as err:
        raise typer.BadParameter(str(err)) from err
    if as_json:
        console.print_json(summary.as_dict())
    elif not quiet:
        _print_summary(summary, out)


def _note_full(out: Path) -> None:
    there = sum(1 for path in out.rglob("*") if path.is_file())
    if there:
        console.note(f"--out {out}: has {there:,} files already; these are written beside them")


def _parse_start(text: str) -> datetime:
    try:
        start = datetime.fromisoformat(text)
    except ValueError as err:
        raise typer.BadParameter(
            f"{text!r} is not a date: write 2020-07-13 or 2020-07-13T06:00", param_hint="--start"
        ) from err
    return start.replace(tzinfo=UTC) if start.tzinfo is None else start.astimezone(UTC)


def _print_summary(summary: "GenerateSummary", out: Path) -> None:
    broken = sum(summary.malformed.values())
    ingest = calls.command("run", "--landing", out, "--out", "out")
    console.out().print(
        f"{summary.lines:,} lines in {summary.objects:,} objects ({summary.bytes / 1e6:,.1f} MB)"
        f" below {out}:\n"
        f"{summary.events:,} events ({summary.late:,} late), {summary.duplicates:,} duplicates,"
        f" {summary.revisions:,} revisions, {broken:,} broken lines\n\n"
        f"Ingest them with: {ingest}",
        markup=False,
    )
