"""Up to which arrival hour the tables are complete, against looking at every hour."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from springtide.ledger.completeness import Upto, upto
from springtide.model.arrival import ArrivalHour

from tests.properties.memory import Memory

FIRST = ArrivalHour.parse("2020-02-28T20")
hours = st.integers(0, 40).map(FIRST.plus)
states = st.sampled_from(["pending", "held"]).map(lambda state: {"state": state})


@given(st.none() | hours, st.dictionaries(hours, states, max_size=5), st.sets(hours), hours)
def test_tables_are_complete_up_to_the_hour_before_what_is_open_or_waits(
    mark: ArrivalHour | None,
    opened: dict[ArrivalHour, Any],
    waits: set[ArrivalHour],
    start: ArrivalHour,
) -> None:
    ledger = Memory(
        {
            "mark": {"mark": {"hour": str(mark)} if mark else {}},
            "open": {str(hour): item for hour, item in opened.items()},
            "waiting": {
                f"{number:06}-20200301T000000#2020-02-01T00": {
                    "slice": f"{number:06}-20200301T000000", "hour": ["2020-02-01", "00"],
                    "version": "v", "rows": 1, "arrival": str(hour),
                }
                for number, hour in enumerate(waits)
            },
        }
    )  # fmt: skip

    fresh = _last(start, mark, set(opened))
    complete = _last(start, mark, set(opened) | waits)
    assert upto(ledger, start) == Upto(complete, fresh)


def _last(
    hour: ArrivalHour, mark: ArrivalHour | None, missing: set[ArrivalHour]
) -> ArrivalHour | None:
    """The last hour from `hour` on, up to the mark, before one that is missing."""
    found: ArrivalHour | None = None
    while mark is not None and hour <= mark and hour not in missing:
        found, hour = hour, hour.plus(1)
    return found
