"""Writes ISO 8601 times in the full form that DuckDB reads, without week dates and day numbers."""

import re
from datetime import date, timedelta

_DAY = r"(\d{4})(?:-(\d\d?)(?:-(\d\d?))?|-W(\d\d)(?:-(\d))?|-(\d{3}))?"
_CLOCK = r"(\d|[01]\d|2[0-3])?(?::([0-5]?\d)(?::([0-5]?\d(?:[.,]\d+)?)?)?)?"
# Trino accepts offsets up to 14 hours
_OFFSET = r"(Z|[+-](?:(?:0\d|1[0-3])(?::?[0-5]\d)?|14(?::?00)?))?"
_MOMENT = re.compile(rf"{_DAY}(?:T{_CLOCK}{_OFFSET})?", re.ASCII)


def in_full(text: str) -> str | None:
    """Return a time with all its parts and an offset, None if the text is not a time."""
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    year, month, day, week, weekday, number, hour, minute, second, offset = found.groups()
    try:
        if week:
            at = str(date.fromisocalendar(int(year), int(week), int(weekday or 1)))
        elif number:
            at = str(date(int(year), 1, 1) + timedelta(days=int(number) - 1))
        else:  # not with Python's date, which has no year 0
            at = f"{year}-{month or 1:0>2}-{day or 1:0>2}"
    except (ValueError, OverflowError):
        return None
    if number and not at.startswith(year):
        return None
    seconds = (second or "0").replace(",", ".")[:9]
    return f"{at} {hour or 0}:{minute or 0}:{seconds}{(offset or 'Z').replace('Z', '+00')}"
