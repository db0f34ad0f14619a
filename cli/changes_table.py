"""Shows what a changed declaration means for the tables."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from springtide.dataset.changes import Change


def changes_table(changes: Sequence["Change"]) -> Table:
    """Return the table, a row a change."""
    table = Table(title="What the changed declaration means", title_justify="left")
    table.add_column("change", overflow="fold")
    table.add_column("what it does to the tables", overflow="fold")
    for change in changes:
        table.add_row(change.what, change.means)
    return table
