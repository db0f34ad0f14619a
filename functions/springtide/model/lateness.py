"""Classes of lateness: at most how many hours the arrival hour lies after the event hour."""

CLASSES = {"1h": 1, "6h": 6, "24h": 24, "7d": 168}
OLDER = "older"
# Values of the metric's dimension, the least late first. An event of its own arrival hour, or of a
# later one, is not late.
AGES = (*CLASSES, OLDER)


def age_sql(event_time: str, arrival: str) -> str:
    """SQL for the class of a late event, from columns or expressions of both times."""
    branches = "\n".join(
        f"    WHEN {event_time} >= date_add('hour', {-hours}, {arrival}) THEN '{age}'"
        for age, hours in CLASSES.items()
    )
    return f"CASE\n{branches}\n    ELSE '{OLDER}'\n  END"
