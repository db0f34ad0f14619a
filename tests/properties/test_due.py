"""What waits and what is merged, over random histories of slices, without AWS."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from springtide.ledger import due
from springtide.ledger.waiting import since
from springtide.model.documents import WaitingRows
from springtide.model.lanes import LATE
from springtide.model.partitions import Partition
from springtide.model.versions import slice_id

START = datetime(2020, 7, 13, tzinfo=UTC)
HOURS = [("2020-07-13", f"{n:02}") for n in range(4)]
rows = st.dictionaries(
    st.sampled_from(HOURS),
    st.dictionaries(st.sampled_from(["0", "1", LATE]), st.integers(1, 200), min_size=1),
)
# What each slice has, how many minutes after the one before, and whether it settles.
histories = st.lists(st.tuples(rows, st.integers(1, 400), st.booleans()), max_size=8)


def waits_in(slice_: str, hour: Partition, rows: int) -> WaitingRows:
    return {
        "slice": slice_, "hour": list(hour), "version": slice_, "rows": rows,
        "arrival": "2020-07-13T09",
    }  # fmt: skip


def hour_of(entry: WaitingRows) -> Partition:
    return tuple(entry["hour"])


class Model:
    """A ledger and tables as numbers of rows; each slice merges what is due."""

    def __init__(self, defer_hours: int) -> None:
        self.defer = timedelta(hours=defer_hours)
        self.now, self.slices = START, 0
        self.published: Counter[Partition] = Counter()
        self.waiting: list[WaitingRows] = []

    def slice(
        self, arrived: dict[Partition, dict[str, int]], minutes: int, *, settle: bool
    ) -> set[Partition]:
        """Takes a slice's rows in; returns the hours that it merges."""
        self.slices += 1
        self.now += timedelta(minutes=minutes)
        name = slice_id(self.slices, self.now)
        moment = self.now if settle else self.now - self.defer
        settles = moment == self.now or due.must_settle(self.waiting, moment)
        merged = set()
        for hour in arrived.keys() | set(map(hour_of, self.waiting)):
            waits = [entry for entry in self.waiting if hour_of(entry) == hour]
            found = due.Hour(arrived.get(hour, {}), self.published.get(hour), waits)
            if settles or due.is_due(found, deferrable=True):
                merged.add(hour)
                self.published[hour] += sum(found.rows.values()) + sum(w["rows"] for w in waits)
            elif LATE in found.rows:
                self.waiting.append(waits_in(name, hour, found.rows[LATE]))
        self.waiting = [entry for entry in self.waiting if hour_of(entry) not in merged]
        return merged


@given(histories, st.integers(0, 12))
def test_every_row_is_published_or_waits_and_at_the_end_all_are_published(
    history: list[tuple[dict[Partition, dict[str, int]], int, bool]], defer_hours: int
) -> None:
    model, landed = Model(defer_hours), Counter[Partition]()
    for arrived, minutes, settle in history:
        new = arrived.keys() - model.published.keys()
        merged = model.slice(arrived, minutes, settle=settle)

        landed.update({hour: sum(of.values()) for hour, of in arrived.items()})
        waits = Counter[Partition]()
        for entry in model.waiting:
            waits[hour_of(entry)] += entry["rows"]
        assert model.published + waits == landed
        # What is fresh, or of an hour that has no partition, is never put off.
        assert merged >= new | {hour for hour, of in arrived.items() if of.keys() - {LATE}}
        assert all(waits[hour] < due.DUE_SHARE * model.published[hour] for hour in waits)
        assert all(since(entry) > model.now - model.defer for entry in model.waiting)
        assert not (model.waiting and (settle or not defer_hours))
    model.slice({}, 1, settle=True)
    assert model.published == landed


def test_too_many_deltas_do_not_wait_so_that_statements_stay_short() -> None:
    names = [slice_id(n, START) for n in range(due.MAX_WAITING_DELTAS + 1)]
    entries = [waits_in(name, HOURS[1], 1) for name in names]
    earlier = START - timedelta(hours=1)

    assert not due.must_settle(entries[1:], earlier)
    assert due.must_settle(entries, earlier)


def test_rows_of_an_arrival_hour_that_was_taken_before_do_not_wait() -> None:
    late = due.Hour({LATE: 1}, 1000, [])
    waits = due.Hour({}, 1000, [waits_in("s", HOURS[0], 1)])

    assert [due.is_due(late, deferrable=may) for may in (True, False)] == [False, True]
    assert not due.is_due(waits, deferrable=False)
