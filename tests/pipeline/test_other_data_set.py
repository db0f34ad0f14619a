"""A stack that has run with one data set refuses to run with another."""

import pytest
from springtide.aws import catalog
from springtide.dataset import glue_tables
from springtide.ledger.table import Ledger
from springtide.model.errors import CatalogError, DataSetError

from tests.pipeline.rig import Rig, event
from tests.pipeline.starts import Start, shared


def one_hour(it: Rig) -> None:
    it.land("2020/07/13/01/a.gz", event())
    it.run()


start = shared(one_hour)


def test_other_data_set_is_refused_before_anything_is_written(start: Start[None]) -> None:
    it = start.again()
    settings = it.settings
    other = Ledger(settings.ledger_table, "orders")

    with pytest.raises(DataSetError, match="has run with the data set traffic"):
        other.check_data_set()

    items = other.items.table.scan()["Items"]
    assert not [item for item in items if str(item["pk"]).startswith("orders#")]
    Ledger(settings.ledger_table, settings.data_set).check_data_set()


def test_table_of_another_data_set_is_left_alone(start: Start[None]) -> None:
    it = start.again()
    database = it.database
    for table in ("landing", "delta", "events", "events_versions", "traffic"):
        found = catalog.tables(database)[table]
        catalog.set_parameters(database, table, {"data_set": "orders"}, found)
    before = catalog.table(database, "events")

    with pytest.raises(CatalogError, match="belongs to data set orders, and this run is for traff"):
        glue_tables.ensure_tables(it.settings)

    assert catalog.table(database, "events") == before


def test_published_table_s_location_moves_to_where_nothing_lies(start: Start[None]) -> None:
    it = start.again()
    database, glue = it.database, it.client("glue")
    table = it.table("events")
    nothing = f"s3://{it.settings.lake_bucket}/nothing/events/"
    assert table["StorageDescriptor"]["Location"] == nothing
    # As tables were made before.
    old = {**table["StorageDescriptor"], "Location": nothing.replace("nothing", "tables")}
    made = {name: table[name] for name in ("Name", "TableType", "PartitionKeys", "Parameters")}
    del made["Parameters"]["data_set"]
    glue.update_table(DatabaseName=database, TableInput={**made, "StorageDescriptor": old})

    it.land("2020/07/13/02/b.gz", event(2))
    it.run({})

    table = it.table("events")
    assert table["StorageDescriptor"]["Location"] == nothing
    assert table["Parameters"]["data_set"] == "traffic"
    assert len(it.events()) == 2
