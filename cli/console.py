"""The consoles of all commands: results on standard output, notes on standard error."""

import json
import shutil
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

_UNCUT = 100_000  # characters; wider than any table
_SHOWN = 20  # more lines of a list are of no use on a terminal


def out() -> Console:
    """Return the console for standard output, which cuts no column if it is not a terminal.

    It is a new one for each call, since tests replace the stream.
    """
    if not sys.stdout.isatty():
        return Console(highlight=False, soft_wrap=True, width=_UNCUT)
    # rich assumes 80 columns for a terminal that cannot move the cursor, whatever its width.
    columns, lines = shutil.get_terminal_size()
    return Console(highlight=False, soft_wrap=True, width=columns, height=lines)


def fits(table: Table, terminal: Console) -> bool:
    """Tell whether a table fits a terminal without folding a line."""
    unlimited = terminal.options.update(width=_UNCUT)
    return Measurement.get(terminal, unlimited, table).maximum <= terminal.width


def print_rows(rows: Sequence[Mapping[str, Any]], terminal: Console) -> None:
    """Print rows as a table, or one below another if the terminal is narrower.

    Columns are as wide as they need: a slice or a version that is cut or folded cannot be copied.
    """
    texts = [{name: _cell(value) for name, value in row.items()} for row in rows]
    table = Table(box=None, pad_edge=False)
    for name in rows[0] if rows else ():
        right = any(type(row[name]) is int for row in rows)
        width = max(map(len, [name, *(row[name] for row in texts)]))
        table.add_column(name, justify="right" if right else "left", min_width=width)
    for row in texts:
        table.add_row(*map(shown, row.values()))
    terminal.print(table if fits(table, terminal) else records(row.items() for row in texts))


def records(rows: Iterable[Iterable[tuple[str, str]]]) -> Table:
    """Return rows one below another, each value on a line after its column's name."""
    table = Table.grid(padding=(0, 2))
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for number, row in enumerate(rows, 1):
        table.add_row(f"-- row {number}")
        for name, text in row:
            table.add_row(shown(name), shown(text))
    return table


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    return f"{value:,}" if isinstance(value, int) else str(value)


def shown(value: object) -> Text:
    """Return a value for printing: without markup, and with control characters escaped."""
    characters = (c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in str(value))
    return Text("".join(characters))


def print_some(lines: Sequence[str], terminal: Console) -> None:
    """Print the first lines of a list, indented, and how many more there are."""
    for line in lines[:_SHOWN]:
        terminal.print(shown(f"  {line}"))
    if len(lines) > _SHOWN:
        terminal.print(f"  and {len(lines) - _SHOWN:,} more: --json prints all")


def note(message: str) -> None:
    """Print a remark that is not a result to standard error; a script's output stays clean."""
    terminal = Console(stderr=True)
    # A progress line may be there: it is cleared, and drawn again below.
    begin = "\r\x1b[K" if terminal.is_terminal and not terminal.is_dumb_terminal else ""
    print(f"{begin}Note: {shown(message)}", file=sys.stderr)


def complain(message: str) -> None:
    """Print an error to standard error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(
        "[bold red]Error:[/bold red] ", end=""
    )
    print(message, file=sys.stderr, flush=True)


def print_json(data: Any) -> None:
    """Print data as JSON for a script; values that JSON lacks are printed as text."""
    escape = "utf" not in (sys.stdout.encoding or "utf-8").lower()
    print(json.dumps(data, indent=2, default=str, ensure_ascii=escape))
