"""The lanes of a delta: rows by how late they came; a statement reads only lanes it needs."""

# The partition key of `delta` that holds the lane.
KEY = "delta_lane"
# Rows whose event hour is long before their arrival hour. They may wait until their hour is due.
LATE = "late"
# Lines for the quarantine.
REJECTED = "rejected"
# A lane is a folder of each delta, and Athena lists every one that a statement names.
MAX_FRESH_HOURS = 6


def fresh_lanes(hours: int) -> list[str]:
    """The lanes of rows that are merged at once, each named by the hours its rows are late."""
    return [str(late) for late in range(hours + 1)]


# All possible lanes, for any FreshHours.
LANES = (*fresh_lanes(MAX_FRESH_HOURS), LATE, REJECTED)
