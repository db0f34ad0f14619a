"""Publishes, for readers of the tables, up to which arrival hour everything is in them."""

from __future__ import annotations

from springtide.aws import catalog
from springtide.dataset import loading
from springtide.dataset.tables import published_tables
from springtide.ledger import waiting
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.settings import Settings

COMPLETE, FRESH = "complete_up_to", "fresh_up_to"


def complete_up_to(ledger: Ledger, start_from: ArrivalHour) -> ArrivalHour | None:
    """The newest arrival hour up to which all is in the tables, late rows too, if any."""
    upto = fresh_up_to(ledger, start_from)
    waits = (ArrivalHour.parse(entry.arrival) for entry in waiting.entries(ledger))
    oldest = min((hour for hour in waits if hour >= start_from), default=None)
    return _before(oldest, upto, start_from)


def fresh_up_to(ledger: Ledger, start_from: ArrivalHour) -> ArrivalHour | None:
    """The newest arrival hour with nothing pending or held from `start_from` up to it, if any.

    Late rows of such hours may still wait to be merged.
    Held hours do not keep the mark back, but what they hold is missing from the tables. Hours
    before StartFrom, and objects that land in an old hour after the last look at it, are not known.
    """
    upto = ledger.mark()
    if upto is None:
        return None
    oldest_open = next((hour for hour in ledger.open_hours() if hour >= start_from), None)
    return _before(oldest_open, upto, start_from)


def _before(
    oldest: ArrivalHour | None, upto: ArrivalHour | None, start_from: ArrivalHour
) -> ArrivalHour | None:
    """`upto`, or the hour before the oldest that is missing something; None before StartFrom."""
    if upto is not None and oldest is not None and oldest <= upto:
        upto = oldest.plus(-1)
    return upto if upto is not None and upto >= start_from else None


def publish(settings: Settings, ledger: Ledger) -> None:
    """Writes the values into the parameters of every published table; they can also move back.

    Only under the lease. A table that is up to date is only read.
    """
    found = {
        COMPLETE: complete_up_to(ledger, settings.start_from),
        FRESH: fresh_up_to(ledger, settings.start_from),
    }
    values = {name: None if upto is None else str(upto) for name, upto in found.items()}
    for table in published_tables(loading.load(settings.data_set)):
        catalog.set_parameters(settings.database, table, values)
