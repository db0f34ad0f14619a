"""SQL for the arrival hour of a landed line, and for when that hour starts."""

from collections.abc import Sequence
from itertools import chain, groupby

from springtide.dataset.layout import DIGITS, Layout
from springtide.model.arrival import ArrivalHour
from springtide.sql.quoting import literal

# The start of a row's arrival hour.
START = "date_parse(arrival_hour, '%Y-%m-%dT%H')"


def arrival_hour(layout: Layout, hours: Sequence[ArrivalHour]) -> str:
    """The arrival hour as an expression over `datehour`, for lines of units of these hours."""
    year, month, day, *hour = (
        f"substr(datehour, {at + 1}, {DIGITS[name]})" for name, at in layout.positions()
    )
    of_day = hour[0] if hour else literal("00")
    spelled = f"{year} || '-' || {month} || '-' || {day} || 'T' || {of_day}"
    ahead = _hours_ahead(layout, hours)
    if ahead == "0":
        return spelled
    local = f"date_parse({spelled}, '%Y-%m-%dT%H')"
    return f"date_format(date_add('hour', -({ahead}), {local}), '%Y-%m-%dT%H')"


def _hours_ahead(layout: Layout, hours: Sequence[ArrivalHour]) -> str:
    """How many hours folder names are ahead of UTC; it changes when clocks do."""
    units = sorted(chain.from_iterable(map(layout.units, hours)))
    parts = [(ahead, list(same)) for ahead, same in groupby(units, key=layout.hours_ahead)]
    if len(parts) == 1:
        return str(parts[0][0])
    branches = " ".join(
        f"WHEN datehour <= {literal(same[-1])} THEN {ahead}" for ahead, same in parts[:-1]
    )
    return f"CASE {branches} ELSE {parts[-1][0]} END"
