"""Which arrival hours the turns of a run find: each that is to be ingested, once and in order."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from springtide.arrivals.landing import LandedObject, Landing, fingerprint, total_bytes
from springtide.arrivals.search import Search
from springtide.arrivals.slicing import Candidate, choose
from springtide.dataset.layout import Layout
from springtide.ledger import marks, open_hours
from springtide.model.arrival import ArrivalHour
from springtide.model.settings import Settings

from tests.properties.memory import Memory

FIRST = ArrivalHour.parse("2020-02-28T20")
HOURS = 14
NOW = FIRST.plus(HOURS).start  # the last two hours have not settled
SETTLED = FIRST.plus(HOURS - 3)
STALE = {"objects": 1, "bytes": 1, "digest": "as it was before"}


class World(NamedTuple):
    """What has landed, and what the ledger knows when a run starts."""

    landed: dict[ArrivalHour, list[LandedObject]]
    ledger: Memory
    settings: Settings
    most_listed: int

    def listing(self, prefix: str, after: str, upto: str | None) -> Iterator[LandedObject]:
        """In place of S3's."""
        for item in (item for hour in sorted(self.landed) for item in self.landed[hour]):
            below = item.key.startswith(prefix) and item.key > after
            if below and (upto is None or item.key < upto):
                yield item

    def find(self, first: ArrivalHour) -> ArrivalHour:
        """The hour from which on new arrivals are looked for, by the mark or the beginning."""
        mark = marks.mark(self.ledger)
        return max(first, mark.plus(-self.settings.look_back_hours)) if mark else first

    def looked_at(self) -> set[ArrivalHour]:
        """The settled hours that a run looks at, for new arrivals or for a request."""
        spans = [(self.find(self.settings.start_from), SETTLED)]
        for item in self.ledger.items.of("request").values():
            spans.append((ArrivalHour.parse(item["first"]), ArrivalHour.parse(item["last"])))
        hours = [FIRST.plus(number) for number in range(HOURS)]
        return {hour for hour in hours if hour <= SETTLED if any(a <= hour <= b for a, b in spans)}


class Turn(NamedTuple):
    """What one turn has taken, and how far it would move the mark."""

    taken: tuple[Candidate, ...]
    mark: str | None


def settings(start: int, look_back: int, most: int) -> Settings:
    return Settings(
        stack="s", data_set="traffic", database="d", workgroup="w", landing_bucket="landing",
        landing_prefix="raw/", lake_bucket="lake", ledger_table="ledger", crawler="c",
        start_from=FIRST.plus(start), look_back_hours=look_back, settle_minutes=75,
        max_slice_bytes=most, max_reject_share=1.0, crawl_every_hours=24,
        fresh_hours=1, defer_hours=6,
    )  # fmt: skip


def objects(number: int, sizes: list[int]) -> list[LandedObject]:
    path = f"raw/{Layout().at_end(FIRST.plus(number))}"
    return [LandedObject(f"{path}/{n}", size, f"e{n}") for n, size in enumerate(sizes)]


@st.composite
def worlds(draw: st.DrawFn) -> World:
    landed, recorded = {}, {}
    opened: dict[str, dict[str, Any]] = {}
    for number in range(HOURS):
        hour = FIRST.plus(number)
        found = objects(number, draw(st.lists(st.integers(0, 99), max_size=4)))
        if found:
            landed[hour] = found
        now_is = fingerprint(found)
        state = draw(st.sampled_from(["new", "new", "taken", "changed", "pending", "held", "back"]))
        if state == "pending":
            opened[str(hour)] = {"state": "pending", "max_hours": draw(st.integers(1, 3))}
        elif state in ("held", "back"):
            before = draw(st.sampled_from([now_is, STALE]))
            item = {"state": "held", "fingerprint": before, "max_hours": draw(st.integers(1, 3))}
            opened[str(hour)] = item | ({"rolled_back": "x"} if state == "back" else {})
        elif state != "new":
            recorded[str(hour)] = {"fingerprint": now_is if state == "taken" else STALE}
    spans = st.tuples(st.integers(0, HOURS), st.integers(0, HOURS)).map(sorted)
    asked = {
        f"r{n}": {"first": str(FIRST.plus(first)), "last": str(FIRST.plus(last))}
        for n, (first, last) in enumerate(draw(st.lists(spans, max_size=2)))
    }
    mark = draw(st.none() | st.integers(0, HOURS - 3))
    kept = {"open": opened, "hour": recorded, "request": asked}
    if mark is not None:
        kept["mark"] = {"mark": {"hour": str(FIRST.plus(mark))}}
    start = draw(st.sampled_from([0, 1, 4, HOURS, HOURS + 9]))
    limits = settings(start, draw(st.integers(1, 20)), draw(st.integers(1, 400)))
    return World(landed, Memory(kept), limits, draw(st.sampled_from([1, 3, 10, 1000])))


def turns(world: World) -> Iterator[Turn]:
    """Takes slice after slice and keeps what comes of each, as a run does, until none is left."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Landing, "_list", staticmethod(world.listing))
        yield from until_none_is_left(world)


def until_none_is_left(world: World) -> Iterator[Turn]:
    ledger, cursor = world.ledger, None
    for _ in range(500):
        search = Search(world.settings, ledger, NOW, cursor, max_listed=world.most_listed)
        choice = choose(search.candidates(), world.settings.max_slice_bytes)
        continue_at = search.stop_at(choice.left)
        keep(ledger, search, continue_at, choice.taken)
        yield Turn(choice.taken, search.mark_of(choice.taken))
        cursor = search.cursor
        if not choice.taken and search.paused_at is None:
            arrived = world.find(world.settings.start_from)
            assert cursor == str(max(SETTLED.plus(1), arrived))
            return
    raise AssertionError("the run has no end")


def keep(
    ledger: Memory, search: Search, continue_at: ArrivalHour | None, taken: tuple[Candidate, ...]
) -> None:
    for gone in search.gone:
        del ledger.items.of("open")[str(gone)]
    for request in search.done:
        ledger.items.of("request").pop(request["sk"])
    if search.request is not None and continue_at is not None:
        ledger.items.of("request")[search.request["sk"]]["first"] = str(continue_at)
    for each in taken:
        ledger.items.of("open").pop(str(each.hour), None)
        now_is = fingerprint(each.objects)
        ledger.items.of("hour")[str(each.hour)] = {"fingerprint": now_is}


def wanted(world: World) -> dict[ArrivalHour, list[LandedObject]]:
    """The objects that a run has to take of each hour, said without a search."""
    found = {}
    looked_at = world.looked_at()
    for hour, landed in world.landed.items():
        is_looked_at = hour in looked_at
        now_is = fingerprint(landed)
        item = world.ledger.items.of("open").get(str(hour))
        if item is None:
            before = world.ledger.items.of("hour").get(str(hour))
            takes = is_looked_at and (before is None or before["fingerprint"] != now_is)
        elif item["state"] == "held":
            frees = "rolled_back" not in item and item["fingerprint"] != now_is
            takes = is_looked_at and frees
        else:
            takes = True
        if takes:
            found[hour] = landed
    return found


@given(worlds())
def test_run_takes_of_each_hour_exactly_what_is_to_be_taken_and_once(world: World) -> None:
    expected = wanted(world)

    taken = [each for turn in turns(world) for each in turn.taken]

    assert len(taken) == len({each.hour for each in taken})
    assert {each.hour: list(each.objects) for each in taken} == expected


@given(worlds())
def test_only_held_hours_are_open_after_a_run(world: World) -> None:
    list(turns(world))

    assert not world.ledger.items.of("request")
    assert {item["state"] for item in world.ledger.items.of("open").values()} <= {"held"}


@given(worlds())
def test_hours_that_are_held_and_have_no_objects_are_open_until_they_are_looked_at(
    world: World,
) -> None:
    looked_at = world.looked_at()
    empty = {
        hour
        for hour, item in open_hours.read(world.ledger).items()
        if item["state"] == "held" and "rolled_back" not in item and hour not in world.landed
    }

    list(turns(world))

    assert {hour for hour in empty if str(hour) in world.ledger.items.of("open")} == {
        hour for hour in empty if hour not in looked_at
    }


@given(worlds())
def test_pending_hours_come_first_and_new_arrivals_in_the_order_of_time(world: World) -> None:
    pending = {h for h, item in open_hours.read(world.ledger).items() if item["state"] == "pending"}
    asked = bool(world.ledger.items.of("request"))

    hours = [each.hour for turn in turns(world) for each in turn.taken]

    due = len([hour for hour in hours if hour in pending])
    assert set(hours[:due]) <= pending
    assert hours[:due] == sorted(hours[:due])
    if not asked:
        assert hours[due:] == sorted(hours[due:])


@given(worlds())
def test_mark_passes_no_hour_that_was_not_looked_at(world: World) -> None:
    first = world.find(world.settings.start_from)
    expected = {hour for hour in wanted(world) if first <= hour <= SETTLED}
    so_far: set[ArrivalHour] = set()

    for turn in turns(world):
        so_far.update(each.hour for each in turn.taken)
        if turn.mark is not None:
            mark = ArrivalHour.parse(turn.mark)
            assert mark <= SETTLED
            assert {hour for hour in expected if hour <= mark} <= so_far


@given(worlds())
def test_turn_ends_only_when_its_slice_is_full(world: World) -> None:
    unpaused = world._replace(most_listed=1000)
    every = [turn.taken for turn in turns(unpaused) if turn.taken]

    for slice_, following in pairwise(every):
        size = total_bytes([item for each in slice_ for item in each.objects])
        more = total_bytes(following[0].objects)
        assert size + more > world.settings.max_slice_bytes or len(slice_) >= min(
            t.max_hours for t in (*slice_, following[0])
        )


@given(worlds())
def test_hour_is_in_no_larger_slice_than_was_said_after_a_failure(world: World) -> None:
    most = {str(hour): item["max_hours"] for hour, item in open_hours.read(world.ledger).items()}

    for turn in turns(world):
        said = [most[hour] for hour in (str(t.hour) for t in turn.taken) if hour in most]
        assert len(turn.taken) <= min(said, default=len(turn.taken))
