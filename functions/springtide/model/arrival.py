"""Arrival hours, in UTC: when the objects of a landing folder began to arrive."""

import re
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from springtide.model.wording import shown

# ASCII digits only: `\d` and strptime would also take other scripts' digits for the same hour.
_TEXT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}")
_HOUR = timedelta(hours=1)


class ArrivalHour(NamedTuple):
    """One hour of arrival, ordered by time; `start` is aware and in UTC."""

    start: datetime

    @classmethod
    def parse(cls, text: str) -> "ArrivalHour":
        """Reads `2020-07-01T00`; raises ValueError for anything else."""
        if not _TEXT.fullmatch(text):
            raise ValueError(f"{shown(text)} is not an hour like 2020-07-01T00")
        try:
            return cls(datetime.strptime(text, "%Y-%m-%dT%H").replace(tzinfo=UTC))
        except ValueError:
            raise ValueError(f"{text!r} is not an hour of the calendar") from None

    @classmethod
    def of(cls, moment: datetime) -> "ArrivalHour":
        """The hour that an aware `moment` falls into."""
        return cls(moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0))

    @property
    def end(self) -> datetime:
        """The first moment after the hour."""
        return self.start + _HOUR

    def plus(self, hours: int) -> "ArrivalHour":
        """The hour this many hours later, or earlier if negative."""
        return ArrivalHour(self.start + hours * _HOUR)

    def __str__(self) -> str:
        # Not strftime, which writes the year 999 as 999.
        return self.start.isoformat()[:13]


# Partition projection answers hours outside its range with no rows and no error, so the range
# starts before S3 did; the planner refuses hours outside it.
FIRST_ARRIVAL_HOUR = ArrivalHour(datetime(2000, 1, 1, tzinfo=UTC))


def parse_moment(text: str) -> datetime:
    """Parses a time as Step Functions writes it, like `2026-11-23T01:24:53.120Z`."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text!r} has no offset")
    return moment.astimezone(UTC)
