"""`springtide status`: who holds the lease, what was ingested, what waits and what is held."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

from rich.console import Console
from springtide.sql.waiting import waiting_rows
from typer import Option

from cli import console
from cli.options import OutOption, ProfileOption, RegionOption, StackOption
from cli.repair import moved
from cli.tables import slice_hours
from cli.target import target

if TYPE_CHECKING:
    from springtide.ledger.outside_layout import OutsideLayout
    from springtide.ledger.status import Status


def status(
    out: OutOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    as_json: Annotated[bool, Option("--json", help="Print the status as JSON.")] = False,
) -> None:
    """Show how a stack stands: lease, last slices, pending and held hours, and the tables.

    `complete up to` is the newest arrival hour up to which everything is in the tables. `fresh up
    to` is the same except for late rows that wait for their event hour.

    Example: `springtide status --stack my-stack`
    """
    from springtide.ledger.status import status as read_status

    with target(out, stack, region, profile) as found:
        now = read_status(found.settings)
    if as_json:
        document = asdict(now)
        console.print_json({**document, "waiting": {**now.waiting, "sql": waiting_sql(now)}})
    else:
        print_status(now, console.out())


def print_status(now: "Status", terminal: Console) -> None:
    """Print the status for a person."""
    if now.lease is None:
        terminal.print("No run is writing.")
    else:
        holder = now.lease["holder"].rsplit(":", 1)[-1]
        terminal.print(f"Lease: {holder} until {now.lease['expires_at']}", markup=False)
    terminal.print(f"Complete up to arrival hour: {now.complete_up_to or 'none'}")
    terminal.print(f"Fresh up to arrival hour: {now.fresh_up_to or 'none'}")
    for request in now.requests:
        terminal.print(f"Requested: {request['first']} to {request['last']}")
    for rebuild in now.rebuilds:
        terminal.print(f"To be rebuilt: event hours {rebuild['first']} to {rebuild['last']}")
    for erasure in now.erasures:
        text = f"{erasure['values']} of {erasure['field']}, requested at {erasure['requested_at']}"
        terminal.print(f"Values to be erased: {text}", markup=False)
    console.print_rows(_tables(now), terminal)
    for table in now.undeclared:
        text = f"{table} is not declared any more: no run builds it. Declared again, it is filled."
        terminal.print(text, markup=False)
    for table, held in now.filling.items():
        text = "; held by a rollback: springtide resume frees it" if held else ""
        terminal.print(f"To be filled from events: {table}{text}", markup=False)
    if now.slices:
        console.print_rows(_slices(now), terminal)
    for each in now.slices:
        if "failure" in each:
            cause = " ".join(each["failure"]["cause"].split())
            went_on = "; its run planned again" if each.get("planned_again") else ""
            text = f"{each['id']}: failed{went_on}: {each['failure']['error']}: {cause}"
            terminal.print(console.shown(text))
        for field, lines in each.get("account", {}).get("misfits", {}).items():
            text = f"{each['id']}: {lines:,} lines with NULL in {field}: the value does not fit"
            terminal.print(console.shown(text))
    for hour in now.held_derived:
        terminal.print(console.shown(f"Held: {hour['hour']}: {hour['reason']}"))
    for each in now.moved:
        terminal.print(moved(each))
    if now.moved:
        terminal.print("A run would refuse to start from these partitions; see springtide repair.")
    _print_hours(terminal, "Pending", now.pending)
    _print_hours(terminal, "Held", now.held)
    _print_waiting(terminal, now.waiting)
    sql = waiting_sql(now)
    if sql is not None:
        terminal.print(f"To see these rows:\n{sql}", markup=False)
    print_outside(now.outside, terminal)


def waiting_sql(now: "Status") -> str | None:
    """Return the query that shows the waiting rows, None if none wait."""
    found = [
        (version, tuple(each["event_hour"].split("T")))
        for each in now.waiting["event_hours"]
        for version in each["versions"]
    ]
    return waiting_rows(found) if found else None


def _print_waiting(terminal: Console, waiting: dict[str, Any]) -> None:
    hours = waiting["event_hours"]
    since = f", since {waiting['since']}" if hours else ""
    terminal.print(f"Waiting: {waiting['rows']:,} late rows of {len(hours):,} event hours{since}")
    lines = [f"{each['event_hour']}: {each['rows']:,} rows since {each['since']}" for each in hours]
    console.print_some(lines, terminal)


def print_outside(outside: "OutsideLayout", terminal: Console) -> None:
    """Print the objects that no run reads, since they lie outside the landing's layout."""
    if outside["objects"]:
        terminal.print(f"Outside the layout, and not read: {outside['objects']:,} objects, as")
    for name in outside["names"]:
        terminal.print(console.shown(f"  {name}"))


def _tables(now: "Status") -> list[dict[str, Any]]:
    names = ("newest_partition", "complete_up_to", "fresh_up_to")
    return [
        {"table": table, **{name.replace("_", " "): each[name] or "-" for name in names}}
        for table, each in now.tables.items()
    ]


def _slices(now: "Status") -> list[dict[str, Any]]:
    rows = []
    for each in now.slices:
        row = {"slice": each["id"], "state": each["state"], "arrival hours": slice_hours(each)}
        counts = dict.fromkeys(("lines", "accepted", "rejected", "waiting", "unread"))
        account = each.get("account")
        if account is not None:
            rejected, waiting = sum(account["rejected"].values()), account.get("waiting", 0)
            unread = len(account["unread"]) + account.get("unread_more", 0)
            numbers = (account["lines"], account["accepted"], rejected, waiting, unread)
            counts = dict(zip(counts, numbers, strict=True))
        rows.append({**row, **counts})
    return rows


def _print_hours(terminal: Console, title: str, hours: list[dict[str, Any]]) -> None:
    terminal.print(f"{title}: {len(hours):,} arrival hours")
    lines = [
        f"{each['arrival_hour']}: {each['reason']}" if "reason" in each else each["arrival_hour"]
        for each in hours
    ]
    console.print_some(lines, terminal)
