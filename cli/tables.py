"""Tables that several commands print: accounts, changes of a declaration, slices."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table

if TYPE_CHECKING:
    from springtide.dataset.changes import Change
    from springtide.ledger.line_account import Account


def account_table(account: "Account", raw_lines: int | None = None) -> Table:
    """Return the account; `raw_lines` is a count that was made without the SQL, for comparison."""
    table = Table(title="Every landed line", title_justify="left")
    table.add_column("what became of it")
    table.add_column("lines", justify="right")
    table.add_row("published (one per key)", f"{account.distinct - account.kept:,}")
    table.add_row("duplicates and older revisions", f"{account.duplicates:,}")
    for reason, lines in sorted(account.rejected.items()):
        # The lines of erased rows of `events` have no row in the quarantine.
        what = reason if reason == "erased" else f"quarantined: {reason}"
        table.add_row(what, f"{lines:,}")
    if account.waiting:
        table.add_row("late, waiting for their event hour", f"{account.waiting:,}")
    table.add_section()
    rejected = sum(account.rejected.values())
    total = account.distinct - account.kept + account.duplicates + rejected + account.waiting
    table.add_row("sum", f"{total:,}")
    table.add_row("lines read by the runs", f"{account.lines:,}")
    if raw_lines is not None:
        table.add_row("lines counted in the files", f"{raw_lines:,}")
    if account.kept or account.misfits:
        table.add_section()
    if account.kept:
        what = "published besides, of replaced or removed objects or a failed run, at least"
        table.add_row(what, f"{account.kept:,}")
    for field, lines in account.misfits.items():
        table.add_row(f"NULL, the value does not fit: {field}", f"{lines:,}")
    return table


def changes_table(changes: Sequence["Change"]) -> Table:
    """Return a table with a row for each change."""
    table = Table(title="What the changed declaration means", title_justify="left")
    table.add_column("change", overflow="fold")
    table.add_column("what it does to the tables", overflow="fold")
    for change in changes:
        table.add_row(change.what, change.means)
    return table


def slice_hours(item: Mapping[str, Any]) -> str:
    """Return in one line which hours a slice read, or what it did without reading any."""
    if item["state"] == "rollback":
        return f"back to {item['to']}"
    if item.get("erases"):
        return "none, erased values"
    if item.get("fills"):
        return f"none, {item['fills']} built from events"
    if not item["hours"]:
        return "none, late rows that waited"
    return f"{item['first_hour']} to {item['last_hour']} ({item['hours']:,})"
