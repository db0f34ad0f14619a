"""`springtide compare`: every statement of a run, on the embedded engine and on a Trino."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from typer import Option

from cli import console
from cli.errors import FAILED
from cli.landing import OF_A_FOLDER, LandingFolder, read_landing
from cli.options import ParameterOption
from cli.progress import Update, progress
from cli.run import load_data_set, parse_parameters, warn
from cli.state import data_set_of
from cli.target import explaining
from cli.trino import DEFAULT_SERVED, OnTrino, ServedOption, engine_maker, machine, on_trino

if TYPE_CHECKING:
    from offline.athena.compare.rows import Comparison
    from offline.machine import Machine

_SHOWN_ROWS = 10  # per engine and statement
_ENGINES = ("embedded", "Trino")
_OTHER = "other"  # statements that belong to no step


def compare(
    landing: Annotated[Path, Option(help="Folder of landing files, as for `springtide run`.")],
    trino: Annotated[
        str, Option(metavar="URL", help="The Trino to compare with: http://HOST:PORT[/CATALOG].")
    ],
    served: ServedOption = DEFAULT_SERVED,
    dataset: Annotated[
        str | None, Option(help="Which data set the events are; traffic if not given.")
    ] = None,
    parameter: ParameterOption = None,
    doubles: Annotated[
        float,
        Option(metavar="SIZE", min=0, help="How far doubles may differ, such as 1e-9; 0: no bit."),
    ] = 0.0,
    as_json: Annotated[
        bool, Option("--json", help="Print the statements and the rows that differ as JSON.")
    ] = False,
    quiet: Annotated[
        bool, Option("--quiet", "-q", help="Print nothing but what differs, and errors.")
    ] = False,
) -> None:
    """Run a landing folder with both engines and compare the rows of every statement.

    Do this before you deploy SQL of your own: Athena's engine is of Trino's family. Nothing is
    kept. The exit code is 1 if any statement differs.

    Example: `springtide compare --landing landing --trino http://127.0.0.1:8080`
    """
    parameters, name = parse_parameters(parameter or []), data_set_of(dataset, None)
    found = read_landing(landing, load_data_set(name).landing)
    if dataset is None:
        console.note(f"the events are taken for those of data set {name}: --dataset names another")
    warn(found)
    settings = {**OF_A_FOLDER, **parameters, "DataSet": name, "LandingPrefix": found.prefix}
    engine = on_trino(trino, served)
    kept: list[Comparison] = []
    steps: dict[str, str] = {}
    try:
        with progress("Bringing up the stack", quiet=quiet or as_json) as update:
            steps = _run(found, settings, engine, doubles, kept, update)
    finally:
        # A run that failed because of a difference shows it too.
        differing = [item for item in kept if item.differs]
        if as_json:
            console.print_json([_document(item, steps) for item in kept])
        else:
            for item in differing:
                _show(item)
    if not (as_json or quiet):
        console.out().print(_summary(kept, steps))
    if differing:
        raise typer.Exit(FAILED)


def _run(
    landing: LandingFolder,
    settings: Mapping[str, str],
    trino: OnTrino,
    tolerance: float,
    kept: "list[Comparison]",
    update: Update,
) -> dict[str, str]:
    """Run until nothing is pending; returns the step of each statement by its key."""
    from cli.launch import EVERYTHING, execute
    from offline.athena.compare.engine import comparing
    from offline.template import ARTIFACTS_BUCKET

    both = comparing(engine_maker(trino.server), f"s3://{ARTIFACTS_BUCKET}/", tolerance, kept)
    with (
        TemporaryDirectory(prefix="springtide-") as folder,
        explaining(None),
        machine(Path(folder), settings, trino, engine=both) as up,
    ):
        up.objects.mount(up.outputs["LandingBucketName"], landing.prefix, landing.root)
        execute(up, update, EVERYTHING)
        return _steps(up)


def _steps(machine: "Machine") -> dict[str, str]:
    """Return the step of each statement of the runs, by the statement's id and by its text."""
    from offline.snapshot_tables import items

    by_id = {
        item["query_id"]["S"]: item["sk"]["S"].split("#")[0]
        for item in items(machine.outputs["LedgerTableName"])
        if "query_id" in item
    }
    texts = {run.sql.strip(): by_id[run.id] for run in machine.athena.history if run.id in by_id}
    return by_id | texts


def _summary(kept: "Sequence[Comparison]", steps: Mapping[str, str]) -> Table:
    table = Table()
    table.add_column("statement")
    for name in ("statements", "rows compared", "statements that differ", "rows that differ"):
        table.add_column(name, justify="right")
    kinds: dict[str, list[Comparison]] = defaultdict(list)
    for item in kept:
        kinds[steps.get(item.key, _OTHER)].append(item)
    for kind, found in kinds.items():
        table.add_row(kind, *_counts(found))
    table.add_section()
    table.add_row("all", *_counts(kept))
    return table


def _counts(found: "Sequence[Comparison]") -> Iterable[str]:
    differing = [item for item in found if item.differs]
    rows = sum(len(item.only_first) + len(item.only_second) for item in differing)
    counts = (len(found), sum(item.rows for item in found), len(differing), rows)
    return (f"{count:,}" for count in counts)


def _document(item: "Comparison", steps: Mapping[str, str]) -> dict[str, Any]:
    def rows(side: Iterable[Sequence[Any]]) -> list[dict[str, Any]]:
        return [dict(zip(item.columns, row, strict=True)) for row in side]

    return {
        "statement": item.key,
        "kind": steps.get(item.key, _OTHER),
        "rows": item.rows,
        "problem": item.problem,
        "only_embedded": rows(item.only_first),
        "only_trino": rows(item.only_second),
    }


def _show(item: "Comparison") -> None:
    out = console.out()
    out.print(console.shown(f"Statement {item.key}:"))
    if item.problem:
        out.print(console.shown(f"  {item.problem}"))
    for engine, rows in zip(_ENGINES, (item.only_first, item.only_second), strict=True):
        for row in rows[:_SHOWN_ROWS]:
            out.print(console.shown(f"  only {engine}: {_text(item.columns, row)}"))
        if len(rows) > _SHOWN_ROWS:
            out.print(f"  only {engine}: {len(rows) - _SHOWN_ROWS:,} more rows")


def _text(columns: Sequence[str], row: Sequence[Any]) -> str:
    return ", ".join(f"{name}={value!r}" for name, value in zip(columns, row, strict=True))
