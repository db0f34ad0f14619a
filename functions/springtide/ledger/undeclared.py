"""Derived tables that runs have published and that are no longer declared."""

import json

from springtide.aws import catalog
from springtide.ledger import declarations, published
from springtide.ledger.table import Ledger
from springtide.model.partitions import EVENTS, QUARANTINE
from springtide.model.settings import Settings
from springtide.model.versions import versions_location


def undeclared(settings: Settings, ledger: Ledger) -> dict[str, str]:
    """The s3:// prefix of each table's versions, by name.

    These are tables of the catalog that the last run's declaration did not have.
    """
    last = declarations.last(ledger)
    if last is None:
        return {}
    declared = {EVENTS.table, QUARANTINE.table, *json.loads(last["document"])["derived"]}
    return {
        name: versions_location(settings.lake_bucket, name)
        for name in sorted(catalog.tables(settings.database))
        if name not in declared and published.any_of(ledger, name)
    }
