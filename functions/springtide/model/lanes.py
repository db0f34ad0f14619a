"""The lanes of a delta: rows by how late they came, so that a statement reads what it needs."""

# The partition key of `delta` that tells them.
KEY = "delta_lane"
# Rows of an event hour long before their arrival hour. They may wait for their hour to be due.
LATE = "late"
# Lines for the quarantine.
REJECTED = "rejected"
# A lane is a folder that Athena lists, of each delta that a statement names.
MAX_FRESH_HOURS = 6


def fresh_lanes(hours: int) -> list[str]:
    """The lanes of rows that are merged at once: each is named for the hours they are late."""
    return [str(late) for late in range(hours + 1)]


# All that there can be, whatever FreshHours says.
LANES = (*fresh_lanes(MAX_FRESH_HOURS), LATE, REJECTED)
