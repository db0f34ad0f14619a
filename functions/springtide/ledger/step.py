"""The beginning of every step: renews the lease, and opens the slice's ledger and documents."""

from typing import NamedTuple

from springtide.ledger import lease
from springtide.ledger.documents import Documents
from springtide.ledger.table import Ledger
from springtide.model.settings import Settings


class Step(NamedTuple):
    """The context of a step's call for one slice; `fence` grows with each holder of the lease."""

    settings: Settings
    ledger: Ledger
    documents: Documents
    fence: int

    @property
    def slice(self) -> str:
        """The slice's id."""
        return self.documents.slice


def begin(settings: Settings, execution: str, slice_id: str) -> Step:
    """Begins a step for the execution that holds the lease; raises LeaseLostError for others."""
    ledger = Ledger(settings.ledger_table, settings.data_set)
    fence = lease.renew(ledger, execution)
    return Step(settings, ledger, Documents(settings.lake_bucket, slice_id), fence)
