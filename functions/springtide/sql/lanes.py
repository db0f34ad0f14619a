"""The expression that tells a row of a delta its lane."""

from springtide.model.lanes import LATE, REJECTED, fresh_lanes
from springtide.sql.arrival import START
from springtide.sql.quoting import literal


def lane(fresh_hours: int) -> str:
    """The lane of a row by its columns event_time, arrival_hour and springtide_reject_reason.

    An event of the arrival hour, or of one after it, is in lane 0.
    """
    branches = "\n".join(
        f"    WHEN event_time >= date_add('hour', {-late}, {START}) THEN {literal(name)}"
        for late, name in enumerate(fresh_lanes(fresh_hours))
    )
    return f"""CASE
    WHEN springtide_reject_reason IS NOT NULL THEN {literal(REJECTED)}
{branches}
    ELSE {literal(LATE)}
  END"""
