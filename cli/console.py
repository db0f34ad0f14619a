"""What every command prints with: results on standard output, notes and progress beside them."""

import json
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

_UNCUT = 100_000  # characters; wider than any table is


def out() -> Console:
    """Return the console of standard output, which cuts no column where there is no terminal.

    A new one for each call, since tests replace the stream.
    """
    if not sys.stdout.isatty():
        return Console(highlight=False, soft_wrap=True, width=_UNCUT)
    # rich would take 80 columns for a terminal that cannot move, however wide it is.
    columns, lines = shutil.get_terminal_size()
    return Console(highlight=False, soft_wrap=True, width=columns, height=lines)


def fits(table: Table, terminal: Console) -> bool:
    """Tell whether a terminal has room for a table with no line of it folded."""
    unlimited = terminal.options.update(width=_UNCUT)
    return Measurement.get(terminal, unlimited, table).maximum <= terminal.width


def uncut(rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return rows as a table each column of which is as wide as it needs, whatever the terminal.

    A slice or a version that is cut short or folded cannot be copied.
    """
    table = Table(box=None, pad_edge=False)
    for name in rows[0] if rows else ():
        cells = [_cell(row[name]) for row in rows]
        right = any(type(row[name]) is int for row in rows)
        width = max(map(len, [name, *cells]))
        table.add_column(name, justify="right" if right else "left", min_width=width)
    for row in rows:
        table.add_row(*(shown(_cell(value)) for value in row.values()))
    return table


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else ""
    return f"{value:,}" if isinstance(value, int) else str(value)


def shown(value: object) -> Text:
    """Return a value as it is printed: no markup in it, and what moves a terminal spelled out."""
    characters = (c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in str(value))
    return Text("".join(characters))


def note(message: str) -> None:
    """Print a remark that is not a result, so that a script's output stays clean."""
    terminal = Console(stderr=True)
    # A line may move there meanwhile: it gives way, and is drawn again below.
    begin = "\r\x1b[K" if terminal.is_terminal and not terminal.is_dumb_terminal else ""
    print(f"{begin}Note: {shown(message)}", file=sys.stderr)


def complain(message: str) -> None:
    """Print an error."""
    Console(stderr=True, highlight=False, soft_wrap=True).print(
        "[bold red]Error:[/bold red] ", end=""
    )
    print(message, file=sys.stderr, flush=True)


def print_json(data: Any) -> None:
    """Print data for a script; what JSON has no form for is printed as text."""
    escape = "utf" not in (sys.stdout.encoding or "utf-8").lower()
    print(json.dumps(data, indent=2, default=str, ensure_ascii=escape))
