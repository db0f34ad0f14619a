"""`springtide query`: runs Athena SQL against the tables that runs have written."""

import csv
import re
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from rich.table import Table
from typer import Argument, Option

from cli import calls, console
from cli.errors import CommandError
from cli.state import RunState, held, home_of, require_state
from cli.target import explaining
from cli.trino import DEFAULT_SERVED, OnTrino, ServedOption, TrinoOption, on_trino
from cli.trino import machine as brought_up

_PREPARED = re.compile(r"\s*(PREPARE|EXECUTE|DEALLOCATE)\b", re.IGNORECASE)
_SHOWN_ROWS = 200  # more is of no use on a terminal; --csv and --json print all


class Answer(NamedTuple):
    """A query's columns and rows, by position: two columns may have one name.

    Rows are kept as Python values and as Athena's texts.
    """

    columns: list[str]
    values: list[list[Any]]
    texts: list[list[str | None]]

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The rows by column name, with JSON values.

        Raises CommandError if two columns have one name.
        """
        from offline.athena.files.values import as_json

        for at, name in enumerate(self.columns):
            if name in self.columns[:at]:
                raise CommandError(f"two columns are named {name}; give one an alias")
        return [dict(zip(self.columns, map(as_json, row), strict=True)) for row in self.values]


def query(
    sql: Annotated[
        str, Argument(help="One statement in Athena's SQL; - reads it from standard input.")
    ],
    out: Annotated[Path, Option(help="The --out folder of a run.")],
    trino: TrinoOption = None,
    served: ServedOption = DEFAULT_SERVED,
    as_json: Annotated[bool, Option("--json", help="Print the rows as JSON.")] = False,
    as_csv: Annotated[bool, Option("--csv", help="Print the rows as CSV, header first.")] = False,
) -> None:
    """Query the published tables in Athena's SQL.

    Tables: events and the data set's derived tables, such as traffic (by event_date and event_hour,
    UTC), and quarantine (by arrival_hour); `springtide serve` has landing too. Name the partition
    keys in WHERE where you can: in AWS you pay for what is scanned.

    Example: `springtide query "SELECT event_hour, count(*) AS events FROM events
    WHERE event_date = '2020-07-13' GROUP BY event_hour ORDER BY event_hour" --out out`
    """
    if as_json and as_csv:
        raise CommandError("--json and --csv: give one of them")
    sql = sys.stdin.read() if sql == "-" else sql
    answer = ask(sql, out, None if trino is None else on_trino(trino, served))
    if as_json:
        console.print_json(answer.rows)
    elif as_csv:
        _print_csv(answer)
    else:
        terminal = console.out()
        table = rows_table(answer)
        terminal.print(table if console.fits(table, terminal) else _records(answer))


def ask(sql: str, out: Path, trino: OnTrino | None = None) -> Answer:
    """Return the result of a query over what runs have written below `out`.

    Raises CommandError with Athena's reason if the query fails.
    """
    state = require_state(out)
    from offline.athena.errors import QueryFailed
    from offline.athena.sql.envelopes import blank_comments
    from offline.athena.sql.shows import Show
    from offline.athena.sql.statements import Explain, Query, parse

    with explaining(out), held(out, shared=True), _tables(out, state, trino) as machine:
        if machine.outputs["DatabaseName"] not in machine.athena.catalog.glue.databases:
            again = calls.command("run", "--landing", "FOLDER", "--out", out)
            raise CommandError(f"--out {out}: no run has ended there; run again: {again}")
        of_landing = _without_landing(machine)
        try:
            text = blank_comments(sql)
            if _PREPARED.match(text):
                raise CommandError(
                    "`springtide query` keeps no prepared statements; `springtide serve --out` does"
                )
            if not isinstance(parse(text), Query | Show | Explain):
                raise CommandError(
                    "`springtide query` only reads; `springtide serve --out` takes what changes"
                    " tables"
                )
            run, values = machine.athena.ask(sql, machine.outputs["DatabaseName"])
        except QueryFailed as err:
            for name in of_landing:
                if "TABLE_NOT_FOUND" in err.reason and f".{name}'" in err.reason.lower():
                    serving = calls.command("serve", "--landing", "FOLDER", "--out", out)
                    raise CommandError(
                        f"{name}: `springtide query` reads what runs have written and has no"
                        f" landing; ask a server that has it: {serving}"
                    ) from err
            raise CommandError(f"Athena refused the query: {err}") from err
        return Answer([name for name, _ in run.columns], values, run.rows)


def _tables(out: Path, state: RunState, trino: OnTrino | None) -> AbstractContextManager[Any]:
    """An object with `athena` and `outputs`; a Trino needs the stack that is served to it."""
    from offline.saved_tables import saved_tables

    if trino is None:
        return saved_tables(home_of(out))
    return brought_up(home_of(out), state.parameters, trino, read_only=True)


def _without_landing(machine: Any) -> list[str]:
    """Remove the tables over the landing from the catalog, and return their names.

    Runs keep no copy of the landing, so these would be empty.
    """
    catalog, database = machine.athena.catalog, machine.outputs["DatabaseName"]
    begin = f"s3://{machine.outputs.get('LandingBucketName')}/"
    found = []
    for name in catalog.table_names(database):
        storage = catalog.record(database, name).as_dict().get("StorageDescriptor") or {}
        if (storage.get("Location") or "").startswith(begin):
            found.append(name)
            catalog.glue.delete_table(database, name)
    return found


def rows_table(answer: Answer) -> Table:
    """Return the first rows as a table."""
    table, values = Table(), answer.values[:_SHOWN_ROWS]
    for at, name in enumerate(answer.columns):
        numbers = [row[at] for row in values if row[at] is not None]
        right = bool(numbers) and all(isinstance(value, int | float) for value in numbers)
        table.add_column(console.shown(name), justify="right" if right else "left", overflow="fold")
    for row in answer.texts[:_SHOWN_ROWS]:
        table.add_row(*(console.shown("" if text is None else text) for text in row))
    table.caption = _more(answer)
    return table


def _records(answer: Answer) -> Table:
    """Return the first rows one below another; two columns may have one name."""
    texts = ((text or "" for text in row) for row in answer.texts[:_SHOWN_ROWS])
    table = console.records(zip(answer.columns, row, strict=True) for row in texts)
    table.caption = _more(answer) if answer.texts else "no rows"
    return table


def _more(answer: Answer) -> str | None:
    more = len(answer.texts) - _SHOWN_ROWS
    return f"{more:,} more rows: --csv and --json print all" if more > 0 else None


def _print_csv(answer: Answer) -> None:
    if answer.columns:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows(answer.texts)
