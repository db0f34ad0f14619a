from hypothesis import given
from hypothesis import strategies as st
from springtide.model.partitions import EVENTS, Touched, cut, folder_of

dates = st.integers(1, 28).map(lambda d: f"2020-02-{d:02d}")
hours = st.integers(0, 23).map(lambda h: f"{h:02d}")
touched = st.lists(
    st.builds(lambda d, h, r: Touched((d, h), r), dates, hours, st.integers(1, 1000)),
    unique_by=lambda t: t.partition,
)


@given(touched, st.integers(1, 90), st.integers(1, 3000))
def test_chunks_hold_every_partition_once_within_their_bounds(
    items: list[Touched], max_partitions: int, max_rows: int
) -> None:
    chunks = cut(items, max_partitions, max_rows)

    assert [p for chunk in chunks for p in chunk] == sorted(t.partition for t in items)
    rows = {t.partition: t.rows for t in items}
    for chunk in chunks:
        assert 0 < len(chunk) <= max_partitions
        assert len(chunk) == 1 or sum(rows[p] for p in chunk) <= max_rows


def test_folder_is_hive_style_and_ends_in_a_slash() -> None:
    assert folder_of(EVENTS.table, ("2020-02-29", "05")) == "event_date=2020-02-29/event_hour=05/"


def test_folder_of_a_day_has_no_hour() -> None:
    assert folder_of(EVENTS.table, ("2020-02-29",)) == "event_date=2020-02-29/"
