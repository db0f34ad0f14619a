"""Applies a changed declaration: retries what was held, and fills new tables."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from springtide.arrivals.landing import Landing
from springtide.aws.observability import logger
from springtide.dataset import changes, glue_tables, loading
from springtide.dataset.declaration import DataSet
from springtide.ledger import declarations, fills, held_derived, open_hours, published
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.errors import DataSetError
from springtide.model.partitions import EVENTS
from springtide.model.settings import Settings
from springtide.requests import erasures, layouts, misfits, retry


def check(settings: Settings, ledger: Ledger) -> None:
    """Raises DataSetError for a declaration that must not be used; to be called first.

    Under it erased events would come back, ingested objects would be read again, or values of a
    column that was renamed twice would be lost.
    """
    data_set = loading.load(settings.data_set)
    if not _is_kept(ledger, data_set):
        erasures.check(ledger, data_set)
        layouts.check(ledger, data_set.landing)
        _check_renames(settings, ledger, data_set)


def _check_renames(settings: Settings, ledger: Ledger, data_set: DataSet) -> None:
    before = kept(ledger)
    events = glue_tables.built(settings.database).get(EVENTS.table)
    if before is None or events is None:
        return
    for field in data_set.fields:
        if twice := changes.renamed_twice(before["fields"], field, events.columns):
            raise DataSetError(twice)


def take_up(settings: Settings, ledger: Ledger, now: datetime) -> None:
    """Does what the changed declaration requires besides new columns, and records the declaration.

    It can be repeated after a crash: the declaration is recorded last.
    """
    data_set = loading.load(settings.data_set)
    if _is_kept(ledger, data_set):
        return
    layouts.take_up(ledger, data_set.landing, settings.start_from, now)
    retried = retry.retry(ledger, Landing.of(settings), but_of=data_set.digest)
    filled = fills.request_new(ledger, _new_tables(ledger, data_set))
    if retried.freed or retried.derived or filled:
        found = {"freed": retried.freed, "derived": retried.derived, "filled": filled}
        logger.info("declaration taken up", extra=found)
    document = json.dumps(changes.document(data_set))
    known = layouts.with_this(ledger, data_set.landing, now)
    declarations.keep(ledger, data_set.digest, document, known, now)


def to_reopen(ledger: Ledger, landing: Landing, data_set: DataSet) -> set[ArrivalHour]:
    """The arrival hours that the next run reads again since the declaration has changed.

    Writes nothing: a dry run asks for what the run will do.
    """
    hours = misfits.to_try_again(ledger, landing)
    if not _is_kept(ledger, data_set):
        hours |= retry.held(open_hours.read(ledger), but_of=data_set.digest)
        hours |= held_derived.arrival_hours(ledger, data_set.digest)
    return hours


def _is_kept(ledger: Ledger, data_set: DataSet) -> bool:
    before = declarations.last(ledger)
    return before is not None and before["digest"] == data_set.digest


def _new_tables(ledger: Ledger, data_set: DataSet) -> list[str]:
    """The derived tables that the last run's declaration did not have.

    If no run has recorded its declaration, those of which nothing was ever published.
    """
    before, tables = kept(ledger), [derived.table for derived in data_set.derived]
    if before is None:
        return [table for table in tables if not published.any_of(ledger, table)]
    return [table for table in tables if table not in before["derived"]]


def kept(ledger: Ledger) -> Mapping[str, Any] | None:
    """The last run's declaration, as `changes.document` returns it; None if none was recorded."""
    item = declarations.last(ledger)
    return None if item is None else dict(json.loads(item["document"]))


def changed(ledger: Ledger, data_set: DataSet, database: str) -> list[changes.Change]:
    """What has changed in the declaration since the last run; `database` is the tables' in Glue."""
    before = kept(ledger)
    if before is None:
        return []
    found = changes.between(before, data_set, glue_tables.built(database))
    moved = layouts.moved(ledger, data_set.landing)
    if moved is not None:
        what = "the layout moves what was ingested"
        found.append(
            changes.Change(what, f"a run ends with DataSetError and changes nothing: {moved}")
        )
    return found
