"""Publishes, for readers of the tables, up to which arrival hour everything is ingested."""

from __future__ import annotations

from springtide.aws import catalog
from springtide.dataset import loading
from springtide.dataset.tables import published_tables
from springtide.ledger import held_derived
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.settings import Settings

PARAMETER = "complete_up_to"


def complete_up_to(ledger: Ledger, start_from: ArrivalHour) -> ArrivalHour | None:
    """The newest arrival hour with nothing pending or held from `start_from` up to it, if any.

    Held hours do not keep the mark back, but what they hold is missing from the tables. Hours
    before StartFrom, and objects that land in an old hour after the last look at it, are not known.
    """
    upto = ledger.mark()
    if upto is None:
        return None
    oldest_open = next((hour for hour in ledger.open_hours() if hour >= start_from), None)
    if oldest_open is not None and oldest_open <= upto:
        upto = oldest_open.plus(-1)
    return upto if upto >= start_from else None


def publish(settings: Settings, ledger: Ledger) -> None:
    """Writes the value into the parameters of every published table; it can also move back.

    Only under the lease. A table that is up to date is only read.
    """
    upto = complete_up_to(ledger, settings.start_from)
    lacking = held_derived.incomplete_from(ledger)
    for table in published_tables(loading.load(settings.data_set)):
        of_table = upto
        if upto is not None and table in lacking:
            of_table = min(upto, lacking[table].plus(-1))
        complete = of_table is not None and of_table >= settings.start_from
        value = str(of_table) if complete else None
        catalog.set_parameter(settings.database, table, PARAMETER, value)
