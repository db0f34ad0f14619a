from collections.abc import Iterator

import pytest
from springtide.arrivals.landing import LandedObject, Landing
from springtide.dataset.layout import Layout
from springtide.model.arrival import ArrivalHour


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        ("a.gz", None),
        ("a.json", None),
        ("a", None),
        ("sub/a.gz", None),
        ("_a.gz", "hidden"),
        (".a.gz", "hidden"),
        ("_temporary/a.gz", "hidden"),
        ("a.GZ", "extension"),
        ("a.Gz", "extension"),
        ("a.bz2", None),
        ("a.zst", None),
        ("a.deflate", None),
        ("a.BZ2", "extension"),
        ("a.gzip", "compression"),
        ("a.lzo_deflate", "compression"),
        ("a.Z", "compression"),
        ("a.zlib", "compression"),
        ("a.tar.bz2", "compression"),
        ("a.parquet", "format"),
        ("a.ORC", "format"),
        ("a.csv.gz", "format"),
        ("a.zip", "compression"),
        ("a.tar.gz", "compression"),
    ],
)
def test_objects_that_athena_would_not_read_as_lines_are_named(
    name: str, starts: str | None
) -> None:
    item = LandedObject("_raw/2020/07/01/00/" + name, 1, "e")
    reason = Landing("landing", "_raw/", Layout()).unreadable_reason(item)
    assert (reason or "").split(":")[0] == (starts or "")


def test_archived_object_is_named() -> None:
    item = LandedObject("2020/07/01/00/a.gz", 1, "e", "GLACIER")
    reason = Landing("landing", "", Layout()).unreadable_reason(item)
    assert (reason or "").startswith("archived")


@pytest.mark.parametrize(
    ("layout", "first", "last", "listed"),
    [
        (Layout(), "2020-07-01T05", "2020-07-01T06", ["2020/07/01/05", "2020/07/01/06"]),
        # No day begins at these hours.
        (
            Layout("dt={yyyy}-{MM}-{dd}"),
            "2020-07-01T05",
            "2020-07-02T04",
            ["dt=2020-07-01", "dt=2020-07-02"],
        ),
        # Clocks went back from 00:01 to 23:01, and the night's 00:01 to 01:00 came again.
        (
            Layout(time_zone="America/St_Johns"),
            "2010-11-07T02",
            "2010-11-07T02",
            ["2010/11/06/23", "2010/11/07/00"],
        ),
    ],
)
def test_listing_keeps_to_the_folders_of_its_arrival_hours(
    layout: Layout, first: str, last: str, listed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    ranges = []

    def listing(self: Landing, prefix: str, after: str, upto: str) -> Iterator[LandedObject]:
        ranges.append([after, upto])
        return iter(())

    monkeypatch.setattr(Landing, "_list", listing)

    list(Landing("landing", "", layout).hours(ArrivalHour.parse(first), ArrivalHour.parse(last)))

    begin, end = listed
    assert ranges == [[begin, f"{end}0"]]  # the first key after a slash
