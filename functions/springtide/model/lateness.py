"""Classes of lateness: how many hours the arrival hour lies after the event hour, at most."""

CLASSES = {"1h": 1, "6h": 6, "24h": 24, "7d": 168}
OLDER = "older"
# As the metric's dimension has them, the least late first. An event of the arrival hour itself, or
# of one after it, is not late.
AGES = (*CLASSES, OLDER)


def age_sql(event_time: str, arrival: str) -> str:
    """The class of an event that is late, for columns or expressions of both times."""
    branches = "\n".join(
        f"    WHEN {event_time} >= date_add('hour', {-hours}, {arrival}) THEN '{age}'"
        for age, hours in CLASSES.items()
    )
    return f"CASE\n{branches}\n    ELSE '{OLDER}'\n  END"
