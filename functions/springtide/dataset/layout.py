"""How objects lie below the landing prefix: the folders that say when they arrived.

One template, such as `AWSLogs/{account}/{yyyy}/{MM}/{dd}/{HH}`, is what the listing, the landing
table's projection and the extract's predicate are made of.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import product
from zoneinfo import ZoneInfo

from springtide.model.arrival import FIRST_ARRIVAL_HOUR, ArrivalHour

# The parts of a moment, in Java's letters: what each looks like, and how many digits it has.
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
    """Where an object lies that arrived at a moment.

    The arrival unit is the hour, or the day where the template ends with it. A unit counts as the
    arrival hour (UTC) in which it begins, whatever its time zone.
    """

    template: str = DEFAULT
    # The values of each folder that varies, in the order of the template.
    folders: tuple[tuple[str, tuple[str, ...]], ...] = ()
    time_zone: str = "UTC"
    # Whether the unit that is not over yet is read too, whole, each time that it has changed.
    reads_running: bool = False

    @cached_property
    def lead(self) -> str:
        """What stands before the time, with {names} of folders in it."""
        return self.template[: self.template.index("{yyyy}")]

    @cached_property
    def time(self) -> str:
        """What spells the time, which is the value of the landing table's key `datehour`."""
        return self.template[len(self.lead) :]

    @property
    def daily(self) -> bool:
        """Whether a unit is a day."""
        return "{HH}" not in self.time

    @property
    def longest_hours(self) -> int:
        """Hours from a unit's arrival hour to the end of the last one that it reaches into.

        A unit in a zone may begin within an hour, and be an hour longer when clocks go back.
        """
        return (24 if self.daily else 1) + (0 if self.time_zone == "UTC" else 2)

    @cached_property
    def leads(self) -> tuple[str, ...]:
        """What stands before the time, for each combination of the folders' values."""
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
        """The unit of a key below the landing prefix, and the name below it; None for others."""
        found = re.match(self.pattern, key)
        hour = None if found is None else self.hour_of(found[1])
        return None if found is None or hour is None else (hour, key[found.end() :])

    def hours_below(self, folder: str) -> set[ArrivalHour]:
        """The units of keys that lie in a folder, or in folders below it that the layout has.

        `folder` is below the landing prefix and ends in a slash. None if keys there are outside.
        """
        below = "/".join(self.template.split("/")[folder.count("/") :])
        hours = range(24 if "{HH}" in below else 1)
        found = (self.match(folder + below.replace("{HH}", f"{hour:02}") + "/") for hour in hours)
        return {each[0] for each in found if each is not None}

    @cached_property
    def _known(self) -> dict[str, ArrivalHour | None]:
        return {}

    def hour_of(self, text: str) -> ArrivalHour | None:
        """The unit whose time is spelled so, None for what no clock has shown."""
        if text not in self._known:
            self._known[text] = self._read(text)
        return self._known[text]

    def _read(self, text: str) -> ArrivalHour | None:
        try:
            local = datetime(*self._parts(text), tzinfo=ZoneInfo(self.time_zone))
            begins = local.astimezone(UTC)
            # 02:00 of a night in which clocks go from 02:00 to 03:00 is no hour.
            return ArrivalHour.of(begins) if self.datehour(begins) == text else None
        except (ValueError, OverflowError):  # no date, or beyond the calendar
            return None

    def _parts(self, text: str) -> tuple[int, int, int, int]:
        """Year, month, day and hour of what a folder spells."""
        parts = [int(text[at : at + DIGITS[name]]) for name, at in self.positions()]
        return parts[0], parts[1], parts[2], parts[3] if len(parts) > 3 else 0

    def datehour(self, moment: datetime) -> str:
        """The time as folders have it, of the unit that an aware moment falls into."""
        text = moment.astimezone(ZoneInfo(self.time_zone)).isoformat()
        parts = {"yyyy": text[:4], "MM": text[5:7], "dd": text[8:10], "HH": text[11:13]}
        return self.time.format(**parts)

    def of_hour(self, hour: ArrivalHour) -> str:
        """The time as folders have it, of the unit that counts as an arrival hour."""
        # A unit may begin at any minute of its hour.
        return self.datehour(hour.end - timedelta(microseconds=1))

    def hours_ahead(self, hour: ArrivalHour) -> int:
        """How many hours what the folder of a unit spells is ahead of its arrival hour."""
        spelled = self._parts(self.of_hour(hour))
        return (datetime(*spelled, tzinfo=UTC) - hour.start) // timedelta(hours=1)

    def newest(self, moment: datetime) -> ArrivalHour:
        """The arrival hour up to which units are read at a moment."""
        running = self.hour_of(self.datehour(moment))
        if running is None:
            raise ValueError(f"{moment} falls into no unit of {self.template}")
        return running if self.reads_running else running.plus(-1)

    def positions(self) -> list[tuple[str, int]]:
        """The parts of a moment and where each begins in `datehour`, from 0."""
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
            "projection.datehour.range": f"{self.of_hour(FIRST_ARRIVAL_HOUR)},NOW+1DAYS",
            "storage.location.template": f"{location}{lead}${{datehour}}/",
        }
        for name, values in self.folders:
            parameters[f"projection.{name}.type"] = "enum"
            parameters[f"projection.{name}.values"] = ",".join(values)
        return parameters

    def __str__(self) -> str:
        return f"{self.template}/NAME ({self.time_zone}, from {FIRST_ARRIVAL_HOUR.start.year})"


def _java(time: str) -> str:
    """The pattern of Java's DateTimeFormatter, in which letters of the folders' own are quoted."""
    literals = NAME.split(time)[::2]
    quoted = [f"'{text}'" if re.search("[A-Za-z]", text) else text for text in literals]
    names = [*NAME.findall(time), ""]
    return "".join(text + name for text, name in zip(quoted, names, strict=True))
