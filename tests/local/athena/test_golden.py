"""The embedded engine makes of odd lines and objects what a real Trino made of them."""

import pytest
from springtide.dataset import loading
from springtide.dataset.tables import table_inputs

from offline.athena.errors import QueryFailed
from tests.golden import asking
from tests.golden.contents import OBJECTS
from tests.local.athena.conftest import Warehouse

ROOT = "s3://landing/raw/"
LINES = asking.recorded(asking.LINES)["cases"]
OF_OBJECTS = asking.recorded(asking.OBJECTS)["objects"]


@pytest.fixture(scope="module")
def landed(shared: Warehouse) -> Warehouse:
    """The recorded lines and objects under the landing table that a run makes."""
    (landing, *_) = table_inputs(loading.load("odd", asking.FOLDER), ROOT, "s3://lake/")
    shared.glue.create_table(DatabaseName="db", TableInput=landing)
    for number, case in enumerate(LINES):
        name, body = f"{asking.LINES_HOUR}/{asking.name_of(number)}", asking.landed(case) + b"\n"
        shared.s3.put_object(Bucket="landing", Key=f"raw/{name}", Body=body)
    for name, data in OBJECTS.items():
        shared.s3.put_object(Bucket="landing", Key=f"raw/{asking.OBJECTS_HOUR}/{name}", Body=data)
    return shared


@pytest.mark.parametrize("first", [None, '{"id":"k","at":"2020-07-13T00:30:00Z"}'])
def test_lines_become_what_trino_makes_of_them(landed: Warehouse, first: str | None) -> None:
    """Also where the first lines are plain, by which the engine chooses how it reads most."""
    if first:
        landed.put(f"{ROOT}{asking.LINES_HOUR}/-1.json", first)
    found = asking.by_line(landed.readable(asking.of_lines()))

    differing = {
        case["name"]: (found.get(number, []), case["trino"])
        for number, case in enumerate(LINES)
        if found.get(number, []) != case["trino"]
    }
    assert differing == {}


@pytest.mark.parametrize("name", OBJECTS)
def test_objects_are_read_as_trino_reads_them(landed: Warehouse, name: str) -> None:
    expected = OF_OBJECTS[name]
    uri = f"{ROOT}{asking.OBJECTS_HOUR}/{name}"

    if isinstance(expected, str):
        with pytest.raises(QueryFailed) as failed:
            landed.rows(asking.of_object(uri))
        assert uri in str(failed.value)
    else:
        assert [list(row) for row in landed.rows(asking.of_object(uri))] == expected
