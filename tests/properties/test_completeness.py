"""Up to which arrival hour the tables are complete, against looking at every hour."""

from typing import Any, cast

from hypothesis import given
from hypothesis import strategies as st
from springtide.ledger.completeness import complete_up_to
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour

FIRST = ArrivalHour.parse("2020-02-28T20")
hours = st.integers(0, 40).map(FIRST.plus)
states = st.sampled_from(["pending", "held"]).map(lambda state: {"state": state})


class Remembered:
    """As much of a ledger as is requested."""

    def __init__(self, mark: ArrivalHour | None, opened: dict[ArrivalHour, Any]) -> None:
        self._mark, self._open = mark, opened

    def mark(self) -> ArrivalHour | None:
        return self._mark

    def open_hours(self) -> dict[ArrivalHour, Any]:
        return dict(sorted(self._open.items()))


@given(st.none() | hours, st.dictionaries(hours, states, max_size=5), hours)
def test_tables_are_complete_up_to_the_newest_hour_with_nothing_open_before_it(
    mark: ArrivalHour | None, opened: dict[ArrivalHour, Any], start: ArrivalHour
) -> None:
    found = complete_up_to(cast(Ledger, Remembered(mark, opened)), start)

    complete: ArrivalHour | None = None
    hour = start
    while mark is not None and hour <= mark and hour not in opened:
        complete, hour = hour, hour.plus(1)
    assert found == complete
