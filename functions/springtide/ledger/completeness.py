"""Tells the tables' readers up to which arrival hour each table is complete."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from springtide.aws import catalog
from springtide.dataset import loading
from springtide.dataset.tables import DATA_SET, published_tables
from springtide.ledger import fills, held_derived, marks, open_hours, waiting
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.settings import Settings

COMPLETE, FRESH = "complete_up_to", "fresh_up_to"


class Upto(NamedTuple):
    """The newest arrival hours up to which everything since StartFrom is in the tables, if any.

    Held hours do not keep the mark back, but their rows are missing from the tables. Hours before
    StartFrom are not covered, nor are objects that land in an old hour after the last look at it.
    """

    # With late rows, and without them: if nothing is pending or held, late rows may still wait.
    complete: ArrivalHour | None
    fresh: ArrivalHour | None

    def before(self, lacks: ArrivalHour | None, start_from: ArrivalHour) -> "Upto":
        """The values for a table that may lack rows of arrival hour `lacks` and later ones."""
        return Upto(*(_before(lacks, value, start_from) for value in self))

    def parameters(self) -> dict[str, str | None]:
        """The values as table parameters and events contain them."""
        found = {COMPLETE: self.complete, FRESH: self.fresh}
        return {name: None if upto is None else str(upto) for name, upto in found.items()}


def upto(ledger: Ledger, start_from: ArrivalHour) -> Upto:
    """Up to where the tables are complete now."""
    oldest_open = next((hour for hour in open_hours.read(ledger) if hour >= start_from), None)
    fresh = _before(oldest_open, marks.mark(ledger), start_from)
    waits = (ArrivalHour.parse(entry["arrival"]) for entry in waiting.entries(ledger))
    oldest = min((hour for hour in waits if hour >= start_from), default=None)
    return Upto(_before(oldest, fresh, start_from), fresh)


def _before(
    oldest: ArrivalHour | None, last: ArrivalHour | None, start_from: ArrivalHour
) -> ArrivalHour | None:
    """`last`, or the hour before the oldest incomplete one; None before StartFrom."""
    if last is not None and oldest is not None and oldest <= last:
        last = oldest.plus(-1)
    return last if last is not None and last >= start_from else None


def publish(settings: Settings, ledger: Ledger) -> None:
    """Writes the values into every published table's parameters; they can also move back.

    Call it only under the lease. A table that is up to date is only read. A table that is no longer
    declared loses the values, since no run keeps them true.
    """
    found = upto(ledger, settings.start_from)
    lacking, filling = held_derived.incomplete_from(ledger), fills.filling(ledger)
    present = catalog.tables(settings.database)
    tables = published_tables(loading.load(settings.data_set))
    for table in present:
        if table not in tables and not _has_values(settings, present[table]):
            continue
        whole = Upto(None, None) if table in filling or table not in tables else found
        values = whole.before(lacking.get(table), settings.start_from).parameters()
        catalog.set_parameters(settings.database, table, values, present[table])


def _has_values(settings: Settings, table: Mapping[str, Any]) -> bool:
    """Whether runs for the data set have written these values into the table."""
    found = table.get("Parameters", {})
    return found.get(DATA_SET) == settings.data_set and not found.keys().isdisjoint(
        (COMPLETE, FRESH)
    )
