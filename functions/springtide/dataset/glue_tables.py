"""Keeps the stack's Glue tables up to date with the data set's declaration."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from springtide.aws import catalog
from springtide.dataset import loading
from springtide.dataset.changes import Built
from springtide.dataset.declaration import Column, DataSet
from springtide.dataset.tables import LANDING, delta_columns, table_inputs, type_of_hive
from springtide.model.errors import CatalogError
from springtide.model.partitions import EVENTS
from springtide.model.settings import Settings

# Each of these has all columns that `events` ever had, so that a table that is dropped and created
# again gets them back.
_OF_EVENTS = (EVENTS.table, f"{EVENTS.table}_versions", "delta")


def ensure_tables(settings: Settings) -> None:
    """Creates the data set's tables, and adds columns that were declared since.

    Columns that are no longer declared stay. Raises CatalogError if a declared column has another
    type than the table's, and if a table belongs to another data set.
    """
    present = catalog.tables(settings.database)
    data_set = with_retired(settings, present)
    landing = f"s3://{settings.landing_bucket}/{settings.landing_prefix}"
    for wanted in table_inputs(data_set, landing, f"s3://{settings.lake_bucket}/"):
        # The landed data is not ours: its table has exactly the columns that are declared now.
        name = wanted["Name"]
        catalog.ensure_table(settings.database, wanted, present.get(name), follows=name == LANDING)


def with_retired(settings: Settings, present: Mapping[str, Mapping[str, Any]]) -> DataSet:
    """The declaration with the columns that only earlier ones had; `present` is the catalog.

    Raises CatalogError if a field has another type than the column it renames.
    """
    data_set = loading.load(settings.data_set)
    declared = {name for name, _ in delta_columns(data_set)}
    found = _columns_of_events(present)
    retired = tuple(Column(*each) for each in found.items() if each[0] not in declared)
    data_set = dataclasses.replace(data_set, retired=retired)
    for name, was in data_set.renamed.items():
        field = data_set.field(name)
        if field.sql_type != found[was]:
            raise CatalogError(
                f"field {name} is {field.sql_type}, and the column {was} that it was is"
                f" {found[was]}: a rename does not change the type. Leave out was, and the old"
                " column stays beside the new one"
            )
    return data_set


def built(database: str) -> dict[str, Built]:
    """All tables of the catalog; `events` with all columns that it ever had.

    Tables of other owners may lie there too. Those without partitions may have no list of keys, and
    a resource link has no columns (docs.aws.amazon.com/glue/latest/webapi/API_Table.html).
    """
    present = catalog.tables(database)
    found = {}
    for name, table in present.items():
        columns = table.get("StorageDescriptor", {}).get("Columns", [])
        by_hour = any(key["Name"] == "event_hour" for key in table.get("PartitionKeys", []))
        types = {each["Name"]: type_of_hive(each["Type"]) for each in columns}
        found[name] = Built(types, "hour" if by_hour else "day")
    if EVENTS.table in found:
        columns = _columns_of_events(present)
        found[EVENTS.table] = found[EVENTS.table]._replace(columns=columns)
    return found


def _columns_of_events(present: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """The columns that events ever had, with their SQL types."""
    found: dict[str, str] = {}
    for name in _OF_EVENTS:
        if name in present:
            columns = present[name]["StorageDescriptor"]["Columns"]
            found |= {each["Name"]: type_of_hive(each["Type"]) for each in columns}
    return found
