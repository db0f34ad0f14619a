"""Keeps the stack's Glue tables in line with the data set's declaration."""

from __future__ import annotations

from springtide.aws import catalog
from springtide.dataset import loading
from springtide.dataset.tables import LANDING, table_inputs
from springtide.model.settings import Settings


def ensure_tables(settings: Settings) -> None:
    """Creates the data set's tables, and adds columns that were declared since.

    Raises CatalogError where a declared column has another type than the table's, and where a table
    belongs to another data set.
    """
    data_set = loading.load(settings.data_set)
    landing = f"s3://{settings.landing_bucket}/{settings.landing_prefix}"
    for wanted in table_inputs(data_set, landing, f"s3://{settings.lake_bucket}/"):
        # What landed was written by others: its columns are as they are declared now.
        catalog.ensure_table(settings.database, wanted, follows=wanted["Name"] == LANDING)
