"""`springtide versions`: the versions that partitions have had, and the slices that made them."""

from typing import Annotated, Any

from springtide.dataset import loading
from springtide.dataset.tables import published_tables
from typer import Option

from cli import console
from cli.errors import CommandError
from cli.options import OutOption, ProfileOption, RegionOption, StackOption
from cli.tables import slice_hours
from cli.target import target


def versions(
    out: OutOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    table: Annotated[str | None, Option(help="One table only, such as events.")] = None,
    partition: Annotated[
        str | None, Option(help="Only partitions that begin so: 2020-07-13 or 2020-07-13/05.")
    ] = None,
    slices: Annotated[
        bool, Option("--slices", help="One line a slice: what `springtide rollback` can go to.")
    ] = False,
    limit: Annotated[int, Option(min=1, help="How many at most.")] = 50,
    as_json: Annotated[bool, Option("--json", help="Print them as JSON.")] = False,
) -> None:
    """List the versions that partitions were pointed at, newest first.

    The rows of one: `SELECT * FROM events_versions WHERE springtide_version = '…'`.

    Example: `springtide versions --table events --partition 2020-07-13/05 --out out`
    """
    if slices and (table or partition):
        raise CommandError("--slices: cannot stand beside --table or --partition")
    with target(out, stack, region, profile) as found:
        if slices:
            rows = slice_rows(found.settings, limit)
        else:
            rows = version_rows(found.settings, limit, table, partition)
    if as_json:
        console.print_json(rows)
    elif rows:
        console.print_rows(rows, console.out())
    else:
        console.out().print("no versions")


def version_rows(
    settings: Any, limit: int, table: str | None, partition: str | None
) -> list[dict[str, Any]]:
    """Return a row for each flip.

    Raises CommandError for a table that the data set does not have, and never had, and
    FenceLostError for one that is gone from the catalog.
    """
    from springtide.ledger import journal, published
    from springtide.ledger.table import Ledger
    from springtide.ledger.undeclared import undeclared

    ledger = Ledger(settings.ledger_table, settings.data_set)
    published.check_tables(settings, ledger)
    known = published_tables(loading.load(settings.data_set))
    if table is not None and table not in known:
        known += undeclared(settings, ledger)
    if table is not None and table not in known:
        raise CommandError(f"--table {table}: there are {', '.join(known)}")
    # Both forms are accepted, the short one and the folder's: 2020-07-13/05,
    # event_date=2020-07-13/.
    begins = "/".join(part.rpartition("=")[2] for part in (partition or "").strip("/").split("/"))
    return [
        {
            "slice": version.flip.slice,
            "time": version.flip.at[:19],
            "table": version.flip.table,
            "partition": version.flip.folder,
            "version": version.flip.version,
            "rows": version.flip.rows,
            "current": version.current,
        }
        for version in journal.versions(settings, limit, table, begins)
    ]


def slice_rows(settings: Any, limit: int) -> list[dict[str, Any]]:
    """Return a row for each slice."""
    from springtide.ledger import slices
    from springtide.ledger.table import Ledger

    ledger = Ledger(settings.ledger_table, settings.data_set)

    return [
        {
            "slice": item["sk"],
            "time": item["started_at"][:19],
            "state": item["state"],
            "arrival hours": slice_hours(item),
            "lines": item.get("account", {}).get("lines"),
        }
        for item in slices.newest_first(ledger, limit)
    ]
