"""Accounts for every ingested line, from the ledger and the catalog."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from springtide.aws import catalog
from springtide.dataset.declaration import ERASED
from springtide.ledger import (
    held_derived,
    open_hours,
    outside_layout,
    published,
    taken_hours,
    waiting,
)
from springtide.ledger.chunks import recorded_rows
from springtide.ledger.outside_layout import OutsideLayout
from springtide.ledger.table import Ledger
from springtide.model.documents import HourCounts
from springtide.model.errors import StaleReadError
from springtide.model.partitions import EVENTS, Partition
from springtide.model.settings import Settings


@dataclass(frozen=True)
class Account:
    """Where the landed lines are: lines = distinct - kept + duplicates + all of rejected + waiting.

    `distinct` are the rows of `events` as the runs have left it; `springtide status` names
    partitions that were dropped or moved since. `waiting` are late lines that are in no table yet,
    which may prove to be duplicates too. `kept` rows belong to no line that counts: their
    objects were replaced or removed after they were ingested, or the slice that published them is
    not recorded yet. It is a lower bound, since duplicates among the others hide some.
    `misfits` counts by field the accepted lines in which a value does not fit the field's type, so
    that the column is NULL. `unread` names objects without a line that was read, as many as
    the ledger keeps, `unread_more` counts the others; `held` are arrival hours not ingested, and
    `held_derived` hours of derived tables not built.
    `outside` counts objects that the last run has seen outside the layout, and names some.
    """

    lines: int
    distinct: int
    kept: int
    duplicates: int
    rejected: dict[str, int]
    waiting: int
    misfits: dict[str, int]
    unread: list[dict[str, str]]
    unread_more: int
    held: list[dict[str, str]]
    held_derived: list[dict[str, str]]
    outside: OutsideLayout
    arrival_hours: int


def account(settings: Settings) -> Account:
    """The account of all arrival hours that were ingested so far."""
    ledger = Ledger(settings.ledger_table, settings.data_set)
    taken = list(taken_hours.read(ledger))
    accepted = sum(hour["accepted"] for hour in taken)
    distinct = _left_rows(settings, ledger)
    waits = waiting.rows_of(waiting.entries(ledger))
    kept = max(0, distinct - (accepted - waits))
    return Account(
        lines=sum(hour["lines"] for hour in taken),
        distinct=distinct,
        kept=kept,
        duplicates=accepted - waits - (distinct - kept),
        rejected=dict(sorted(_sum(hour["rejected"] for hour in taken).items())),
        waiting=waits,
        misfits=dict(sorted(_sum(hour["misfits"] for hour in taken).items())),
        unread=[
            {"object": entry["key"], "reason": entry["reason"]}
            for hour in taken
            for entry in hour["unread"]
        ],
        unread_more=sum(hour.get("unread_more", 0) for hour in taken),
        held=[
            {"arrival_hour": str(hour), "reason": item.get("reason", "")}
            for hour, item in open_hours.read(ledger).items()
            if item["state"] == "held"
        ],
        held_derived=held_derived.shown(ledger),
        outside=outside_layout.read(ledger),
        arrival_hours=len(taken),
    )


def total(accounts: Iterable[HourCounts]) -> HourCounts:
    """The sum of accounts, of arrival hours or of parts of one."""
    accounts = list(accounts)
    summed: HourCounts = {
        "lines": sum(account["lines"] for account in accounts),
        "accepted": sum(account["accepted"] for account in accounts),
        "rejected": _sum(account["rejected"] for account in accounts),
        "late": _sum(account["late"] for account in accounts),
        "misfits": _sum(account["misfits"] for account in accounts),
        "unread": [entry for account in accounts for entry in account["unread"]],
    }
    more = sum(account.get("unread_more", 0) for account in accounts)
    if more:
        summed["unread_more"] = more
    return summed


def blamed_rejects(hour: HourCounts) -> int:
    """Rejected lines that point to wrong data or a wrong declaration; erased lines do not."""
    return hour["lines"] - hour["accepted"] - hour["rejected"].get(ERASED, 0)


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    summed: Counter[str] = Counter()
    for each in counts:
        summed.update(each)
    return dict(summed)


def check_seen(database: str, table: str, seen: int | None) -> None:
    """Raises StaleReadError if a query counted other rows of a table than its partitions record.

    Each version was audited before it was published, so the query has read an older version.
    """
    recorded = sum(map(recorded_rows, _partitions(database, table).values()))
    if seen != recorded:
        raise StaleReadError(
            f"{seen} rows of {table} were counted, and its partitions record {recorded}: the query"
            " found a partition as it was before its last flip"
        )


def _left_rows(settings: Settings, ledger: Ledger) -> int:
    """Rows of `events` as the runs have left its partitions.

    Rows of a partition that was dropped or moved since are missing from the table, but they are no
    duplicates.
    """
    name = EVENTS.table
    present = _partitions(settings.database, name)
    gone = published.strays(ledger, name, published.every(ledger)[name], present)
    missing = sum(each.known["rows"] - recorded_rows(present.get(each.partition)) for each in gone)
    return sum(map(recorded_rows, present.values())) + missing


def _partitions(database: str, table: str) -> dict[Partition, Mapping[str, Any]]:
    if catalog.table(database, table) is None:
        return {}  # the first run creates it
    return catalog.partitions(database, table)
