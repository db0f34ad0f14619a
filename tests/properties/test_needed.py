"""What the collector may take: nothing that a partition points at, nor what a rollback wants."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from springtide.ledger.journal import Entry
from springtide.model.locations import overlap
from springtide.model.partitions import EVENTS, folder_of
from springtide.model.versions import delta_location, slice_id, table_location, version_id
from springtide.undo.garbage_in_use import Needed

from tests.properties.memory import Memory

NOW = datetime(2020, 7, 20, tzinfo=UTC)
CUTOFF = NOW - timedelta(days=7)
LAKE = "lake"

slices = st.integers(1, 9).map(lambda n: slice_id(n, NOW))
versions = st.builds(version_id, slices, st.just("merge"), st.integers(0, 11), st.integers(1, 11))
hours = st.sampled_from(["00", "01", "1"])


def whole(version: str) -> str:
    return table_location(LAKE, "events", version)


places = st.builds(
    lambda version, hour: whole(version) + folder_of(EVENTS.table, ("2020-07-13", hour)),
    versions,
    hours,
)
# Versions, partitions in them, and deltas.
collectable = places | versions.map(whole) | versions.map(lambda v: delta_location(LAKE, v))


@st.composite
def flips(draw: st.DrawFn) -> tuple[Entry, bool]:
    """A journal entry, and whether a rollback may want both its ends."""
    late = draw(st.booleans())
    days = draw(st.sampled_from([0, 3, 6.9, 7]) if late else st.sampled_from([7.1, 30]))
    to, base = draw(places), draw(st.none() | places)
    item: Entry = {
        "journalled_at": (NOW - timedelta(days=days)).isoformat(),
        "table": "events", "partition": ["2020-07-13", "00"], "to": to, "version": "v", "rows": 1,
    }  # fmt: skip
    if base is not None:
        item["base"] = {"location": base, "rows": 1, "version": "v"}
    return item, late


journals = st.lists(st.lists(flips(), max_size=3), max_size=3)


def needed(journal: list[list[tuple[Entry, bool]]]) -> Needed:
    kept = {
        f"journal#s{number}": {f"e{n}": item for n, (item, _) in enumerate(entries)}
        for number, entries in enumerate(journal)
    }
    found = Needed(Memory(kept), LAKE, CUTOFF)
    # Planned long before its flips, as a turn that waits for Athena is.
    planned = (CUTOFF - timedelta(days=1)).isoformat()
    found.gather(
        {"sk": f"s{n}", "state": "recorded", "execution": "x", "fence": 1, "started_at": planned}
        for n in range(len(journal))
    )
    return found


def ends(journal: list[list[tuple[Entry, bool]]], *, late: bool) -> set[str]:
    """Where flips led from and to, those that a rollback may want or the others."""
    items = [item for entries in journal for item, is_late in entries if is_late == late]
    return {i["to"] for i in items} | {i["base"]["location"] for i in items if "base" in i}


@given(journals, st.lists(st.none() | places, max_size=3), st.data())
def test_nothing_that_a_partition_points_at_or_a_rollback_wants_may_go_and_all_else_may(
    journal: list[list[tuple[Entry, bool]]], points_at: list[str | None], data: st.DataObject
) -> None:
    wanted, unwanted = (ends(journal, late=late) for late in (True, False))
    location = data.draw(
        st.one_of(
            [collectable, *(st.sampled_from(sorted(some)) for some in (wanted, unwanted) if some)]
        )
    )
    in_use = [there for there in points_at if there is not None]
    lies_in = [there for there in in_use if overlap(there, location)]
    needs = [there for there in wanted if there.startswith(location)]

    assert needed(journal).may_go(location, points_at) == (not lies_in and not needs)


@given(journals, st.data())
def test_version_whose_partition_is_needed_does_not_go_as_a_whole(
    journal: list[list[tuple[Entry, bool]]], data: st.DataObject
) -> None:
    there = data.draw(places)
    version = there[: there.index("event_date=")]

    assert not needed(journal).may_go(version, [there])
    item: Entry = {
        "journalled_at": NOW.isoformat(), "table": "events", "partition": [], "to": there,
        "version": "v", "rows": 1,
    }  # fmt: skip
    assert not needed([*journal, [(item, True)]]).may_go(version, [])


anything = st.text(st.sampled_from("abz019/=-_. "), max_size=20)
WHERE = "tables/events/version=000001-20200720T000000-merge0-1/"


@given(anything | anything.map("tables/".__add__) | anything.map("slices/".__add__))
def test_nothing_but_a_version_or_what_lies_in_it_may_ever_go(key: str) -> None:
    assert not needed([]).may_go(f"s3://{LAKE}/{key}", [])


def test_version_elsewhere_than_at_its_place_in_the_lake_may_not_go() -> None:
    assert not needed([]).may_go(f"s3://{LAKE}/x/{WHERE}", [])
    assert not needed([]).may_go(f"s3://landing/{WHERE}", [])
    assert needed([]).may_go(f"s3://{LAKE}/{WHERE}", [])
