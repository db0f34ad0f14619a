"""Points dropped or moved partitions again at where the runs have left them."""

from springtide.aws import clock, glue_partitions
from springtide.dataset import glue_tables, loading
from springtide.dataset.tables import published_tables
from springtide.ledger import lease, published
from springtide.ledger.journal import point
from springtide.ledger.published import Stray
from springtide.ledger.table import Ledger
from springtide.model.errors import RollbackRefusedError
from springtide.model.partitions import folder_of
from springtide.model.settings import Settings
from springtide.undo.rollback_obstacles import missing_version


def find(settings: Settings, ledger: Ledger) -> list[Stray]:
    """Every published partition that is not where the runs have left it; writes nothing."""
    wanted = published.every(ledger)
    found: list[Stray] = []
    for table in published_tables(loading.load(settings.data_set)):
        partitions = sorted(wanted.get(table, []))
        present = glue_partitions.get(settings.database, table, partitions)
        found += published.strays(ledger, table, partitions, present)
    return found


def repair(settings: Settings) -> list[Stray]:
    """Creates tables that are gone, and points each stray partition at its last version again.

    It can be repeated after a crash. Raises RollbackRefusedError, before anything is written, if
    the files of such a version are gone, and LeaseHeldError while a run holds the lease.
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    holder = f"repair:{clock.now():%Y-%m-%dT%H:%M:%S.%fZ}"
    with lease.holding(ledger, holder), lease.writing(ledger, holder) as fence:
        found = find(settings, ledger)
        refusals = [
            f"{stray.table} {folder_of(stray.table, stray.partition)}: {reason}"
            for stray in found
            if (reason := missing_version(ledger, stray.known["location"], stray.known["rows"]))
        ]
        if refusals:
            raise RollbackRefusedError("\n".join(refusals))
        glue_tables.ensure_tables(settings)
        for table in {stray.table: None for stray in found}:
            strays = [stray for stray in found if stray.table == table]
            present = [stray.partition for stray in strays if stray.present is not None]
            known = {stray.partition: stray.known for stray in strays}
            point(settings, table, known, present, fence)
    return found
