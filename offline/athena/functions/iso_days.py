"""ISO-8601's days by week and by number, which DuckDB does not read."""

from datetime import date, timedelta


def iso_day(text: str) -> str | None:
    """Return a text that begins with such a day with its date there, None if there is none."""
    day, joint, rest = text.partition("T")
    year, _, within = day.partition("-")
    try:
        if within.startswith("W"):
            found = date.fromisocalendar(int(year), int(within[1:3]), int(within[4:] or 1))
        else:
            found = date(int(year), 1, 1) + timedelta(days=int(within) - 1)
    except (ValueError, OverflowError):
        return None
    return f"{found}{joint}{rest}" if within.startswith("W") or found.year == int(year) else None
