"""The layout of objects below the landing prefix: the folders that tell when they arrived.

One template, such as `AWSLogs/{account}/{yyyy}/{MM}/{dd}/{HH}`, defines the listing, the landing
table's projection and the extract's predicate.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import product
from zoneinfo import ZoneInfo

from springtide.model.arrival import FIRST_ARRIVAL_HOUR, ArrivalHour

# The parts of a time by Java's letters: the pattern and the number of digits of each.
PARTS = {
    "yyyy": "[0-9]{4}",
    "MM": "(?:0[1-9]|1[0-2])",
    "dd": "(?:0[1-9]|[12][0-9]|3[01])",
    "HH": "(?:[01][0-9]|2[0-3])",
}
DIGITS = {name: len(name) for name in PARTS}
NAME = re.compile(r"\{([^{}]*)\}")
DEFAULT = "{yyyy}/{MM}/{dd}/{HH}"


@dataclass(frozen=True)
class Layout:
    """Where an object lies, by the time it arrived.

    The arrival unit is the hour, or the day if the template ends with it. A unit counts as the
    arrival hour (UTC) in which it begins, whatever its time zone.
    """

    template: str = DEFAULT
    # The values of each folder that varies, in the template's order.
    folders: tuple[tuple[str, tuple[str, ...]], ...] = ()
    time_zone: str = "UTC"
    # Whether the current unit is read too, as a whole, each time it has changed.
    reads_running: bool = False

    @cached_property
    def lead(self) -> str:
        """The part of the template before the time, with {names} of folders in it."""
        return self.template[: self.template.index("{yyyy}")]

    @cached_property
    def time(self) -> str:
        """The part that spells the time: the value of the landing table's key `datehour`."""
        return self.template[len(self.lead) :]

    @property
    def daily(self) -> bool:
        """Whether a unit is a day."""
        return "{HH}" not in self.time

    @property
    def longest_hours(self) -> int:
        """Hours from a unit's arrival hour to the end of the last hour that it reaches into.

        A unit in a time zone may begin within an hour, and be an hour longer when clocks go back.
        """
        return (24 if self.daily else 1) + (0 if self.time_zone == "UTC" else 2)

    @cached_property
    def leads(self) -> tuple[str, ...]:
        """The part before the time, for each combination of the folders' values."""
        names = [name for name, _ in self.folders]
        values = product(*(values for _, values in self.folders))
        return tuple(self.lead.format(**dict(zip(names, each, strict=True))) for each in values)

    @cached_property
    def pattern(self) -> str:
        """The regular expression of a unit's folder, with the time as its group."""
        leads = "|".join(map(re.escape, self.leads))
        time = re.escape(self.time)
        for name, part in PARTS.items():
            time = time.replace(re.escape(f"{{{name}}}"), part)
        return f"(?:{leads})({time})/"

    def match(self, key: str) -> tuple[ArrivalHour, str] | None:
        """The unit of a key below the landing prefix, and the name below it; None if outside."""
        found = re.match(self.pattern, key)
        hour = None if found is None else self.hour_of(found[1])
        return None if found is None or hour is None else (hour, key[found.end() :])

    def hours_below(self, folder: str) -> set[ArrivalHour]:
        """The units of keys in a folder, or in folders of the layout below it.

        `folder` is below the landing prefix and ends in a slash; empty if keys there are outside.
        """
        below = "/".join(self.template.split("/")[folder.count("/") :])
        hours = range(24 if "{HH}" in below else 1)
        found = (self.match(folder + below.replace("{HH}", f"{hour:02}") + "/") for hour in hours)
        return {each[0] for each in found if each is not None}

    @cached_property
    def _known(self) -> dict[str, ArrivalHour | None]:
        return {}

    def hour_of(self, text: str) -> ArrivalHour | None:
        """The unit with this spelling of its time; None if no clock has shown that time."""
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> ArrivalHour | None:
        try:
            local = datetime(*self._parts(text), tzinfo=ZoneInfo(self.time_zone))
            # If clocks go from 02:00 to 03:00, that night has no hour 02:00. If they go from 00:01
            # to 01:01, its hour 01:00 begins at 01:01.
            minutes = ((local + timedelta(minutes=at)).astimezone(UTC) for at in range(60))
            begins = next((each for each in minutes if self.datehour(each) == text), None)
            return None if begins is None else ArrivalHour.of(begins)
        except (ValueError, OverflowError):  # not a date, or beyond the calendar
            return None

    def _parts(self, text: str) -> tuple[int, int, int, int]:
        """Year, month, day and hour of what a folder spells."""
        parts = [int(text[at : at + DIGITS[name]]) for name, at in self.positions()]
        return parts[0], parts[1], parts[2], parts[3] if len(parts) > 3 else 0

    def datehour(self, moment: datetime) -> str:
        """The folder spelling of the unit that an aware time falls into."""
        text = moment.astimezone(ZoneInfo(self.time_zone)).isoformat()
        parts = {"yyyy": text[:4], "MM": text[5:7], "dd": text[8:10], "HH": text[11:13]}
        return self.time.format(**parts)

    def units(self, hour: ArrivalHour) -> tuple[str, ...]:
        """The folder spellings of the units that count as an arrival hour, in order.

        There is one, if any, but where clocks change within the hour.
        """
        quarters = (hour.start + timedelta(minutes=at) for at in (0, 15, 30, 45))
        texts = set(map(self.datehour, quarters))
        return tuple(sorted(text for text in texts if self.hour_of(text) == hour))

    def at_end(self, hour: ArrivalHour) -> str:
        """The folder spelling of the unit in which an arrival hour ends."""
        return self.datehour(hour.end - timedelta(microseconds=1))

    def hours_ahead(self, unit: str) -> int:
        """How many hours the spelling of a unit's folder is ahead of its arrival hour."""
        hour = self.hour_of(unit)
        assert hour is not None, unit
        return (datetime(*self._parts(unit), tzinfo=UTC) - hour.start) // timedelta(hours=1)

    def newest(self, moment: datetime) -> ArrivalHour:
        """The newest arrival hour that is read at a given time."""
        running = self.hour_of(self.datehour(moment))
        if running is None:
            raise ValueError(f"{moment} falls into no unit of {self.template}")
        return running if self.reads_running else running.plus(-1)

    def positions(self) -> list[tuple[str, int]]:
        """The parts of a time, and where each begins in `datehour`, from 0."""
        found, at, rest = [], 0, self.time
        for name in NAME.findall(self.time):
            literal, _, rest = rest.partition(f"{{{name}}}")
            at += len(literal)
            found.append((name, at))
            at += DIGITS[name]
        return found

    def projection(self, location: str) -> dict[str, str]:
        """The landing table's parameters; `location` is the s3:// prefix, ending in a slash."""
        lead = NAME.sub(r"${\1}", self.lead)
        parameters = {
            "projection.enabled": "true",
            "projection.datehour.type": "date",
            "projection.datehour.format": _java(self.time),
            "projection.datehour.interval": "1",
            "projection.datehour.interval.unit": "DAYS" if self.daily else "HOURS",
            "projection.datehour.range": f"{self.at_end(FIRST_ARRIVAL_HOUR)},NOW+1DAYS",
            "storage.location.template": f"{location}{lead}${{datehour}}/",
        }
        for name, values in self.folders:
            parameters[f"projection.{name}.type"] = "enum"
            parameters[f"projection.{name}.values"] = ",".join(values)
        return parameters

    def __str__(self) -> str:
        return f"{self.template}/NAME ({self.time_zone}, from {FIRST_ARRIVAL_HOUR.start.year})"


def _java(time: str) -> str:
    """The pattern for Java's DateTimeFormatter, in which literal letters are quoted."""
    literals = NAME.split(time)[::2]
    quoted = [f"'{text}'" if re.search("[A-Za-z]", text) else text for text in literals]
    names = [*NAME.findall(time), ""]
    return "".join(text + name for text, name in zip(quoted, names, strict=True))
