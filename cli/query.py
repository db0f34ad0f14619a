"""`springtide query`: Athena SQL against the tables that a run left."""

import csv
import sys
from pathlib import Path
from typing import Annotated, Any

from rich.table import Table
from typer import Argument, Option

from cli import console
from cli.errors import CommandError, explained
from cli.state import held, home_of, read_state
from cli.trino import DEFAULT_SERVED, OnTrino, ServedOption, TrinoOption, on_trino
from cli.trino import machine as brought_up

_SHOWN_ROWS = 200  # beyond these a terminal is of no use; --csv and --json print all


@explained
def query(
    sql: Annotated[str, Argument(help="One statement in Athena's SQL.")],
    out: Annotated[Path, Option(help="The --out folder of a run.")],
    trino: TrinoOption = None,
    served: ServedOption = DEFAULT_SERVED,
    as_json: Annotated[bool, Option("--json", help="Print the rows as JSON.")] = False,
    as_csv: Annotated[bool, Option("--csv", help="Print the rows as CSV, header first.")] = False,
) -> None:
    """Ask the published tables something, in Athena's SQL.

    Tables: events and the data set's derived tables, such as traffic (by event_date and event_hour,
    UTC), and quarantine (by arrival_hour). Name the partition keys in WHERE where you can: in AWS
    you pay for what is scanned.

    Example: `springtide query "SELECT event_hour, count(*) AS events FROM events
    WHERE event_date = '2020-07-13' GROUP BY event_hour ORDER BY event_hour" --out out`
    """
    if as_json and as_csv:
        raise CommandError("--json and --csv: give one of them")
    rows = ask(sql, out, None if trino is None else on_trino(trino, served))
    if as_json:
        console.print_json(rows)
    elif as_csv:
        _print_csv(rows)
    else:
        console.out().print(rows_table(rows))


def ask(sql: str, out: Path, trino: OnTrino | None = None) -> list[dict[str, Any]]:
    """Return the rows of a query against what runs left below `out`.

    Raises CommandError with Athena's reason if it refuses the query.
    """
    state = read_state(out)
    if state is None:
        raise CommandError(
            f"--out {out}: no run has written there. Make one first:"
            f" springtide run --landing FOLDER --out {out}"
        )
    # Not at the top: the machine takes seconds to import, and --help should not.
    from offline.athena.service.errors import QueryFailed

    with held(out, shared=True), brought_up(home_of(out), state.parameters, trino) as machine:
        try:
            rows: list[dict[str, Any]] = machine.athena.query(sql, machine.outputs["DatabaseName"])
        except QueryFailed as err:
            raise CommandError(f"Athena refused the query: {err}") from err
    return rows


def rows_table(rows: list[dict[str, Any]]) -> Table:
    """Return the first rows as a table."""
    table = Table()
    for name in rows[0] if rows else ["no rows"]:
        numbers = [row[name] for row in rows[:_SHOWN_ROWS] if rows and row[name] is not None]
        right = bool(numbers) and all(isinstance(value, int | float) for value in numbers)
        table.add_column(console.shown(name), justify="right" if right else "left")
    for row in rows[:_SHOWN_ROWS]:
        table.add_row(*(console.shown("" if value is None else value) for value in row.values()))
    if len(rows) > _SHOWN_ROWS:
        table.caption = f"{len(rows) - _SHOWN_ROWS:,} more rows: --csv and --json print all"
    return table


def _print_csv(rows: list[dict[str, Any]]) -> None:
    if rows:
        writer = csv.DictWriter(sys.stdout, fieldnames=list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
