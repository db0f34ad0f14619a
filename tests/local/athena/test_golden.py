"""The embedded engine makes of odd lines and objects what a real Trino made of them."""

import pytest

from offline.athena.errors import QueryFailed
from tests.golden import asking
from tests.golden.contents import OBJECTS
from tests.local.athena.conftest import Warehouse

LINES = asking.recorded(asking.LINES)["cases"]
OF_OBJECTS = asking.recorded(asking.OBJECTS)["objects"]


@pytest.fixture(scope="module")
def landed(shared: Warehouse) -> Warehouse:
    """The recorded lines and objects under the landing table that a run makes."""
    objects = {f"{asking.OBJECTS_HOUR}/{name}": data for name, data in OBJECTS.items()}
    asking.land(shared, asking.named(map(asking.landed, LINES)) | objects)
    return shared


@pytest.mark.parametrize("first", [None, '{"id":"k","at":"2020-07-13T00:30:00Z"}'])
def test_lines_become_what_trino_makes_of_them(landed: Warehouse, first: str | None) -> None:
    """Also where the first lines are plain, by which the engine chooses how it reads most."""
    if first:
        landed.put(f"{asking.ROOT}{asking.LINES_HOUR}/-1.json", first)
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
    uri = f"{asking.ROOT}{asking.OBJECTS_HOUR}/{name}"

    if isinstance(expected, str):
        with pytest.raises(QueryFailed) as failed:
            landed.rows(asking.of_object(uri))
        assert uri in str(failed.value)
    else:
        assert [list(row) for row in landed.rows(asking.of_object(uri))] == expected
