"""The options of the sample data, checked before anything is written."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

# Events may be 35 days late before a run refuses them; a day of margin keeps late ones valid.
MAX_LATE_DAYS = 34
FIRST_YEAR, LAST_YEAR = 2000, 2090  # the "absurd" times 1970 and 2100 must stay absurd


class GenerateError(ValueError):
    """An option of the generator is invalid; the message names it and its allowed values."""


@dataclass(frozen=True)
class GenerateOptions:
    """The size and the faults of the sample data; every share is of the measurements.

    Raises GenerateError for a value that cannot be generated.
    """

    out: Path
    detectors: int = 100
    start: datetime = datetime(2020, 7, 13, tzinfo=UTC)
    days: float = 1.0
    late: float = 0.02
    late_days: float = 10.0
    duplicates: float = 0.01
    malformed: float = 0.002
    revisions: float = 0.01
    seed: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.detectors <= 1_000_000:
            raise GenerateError(f"detectors is {self.detectors}: give 1 to 1000000")
        if self.seed < 0:
            raise GenerateError(f"seed is {self.seed}: give 0 or more")
        self._check_time()
        for name in ("late", "duplicates", "malformed", "revisions"):
            share = getattr(self, name)
            if not 0 <= share <= 1:
                raise GenerateError(f"{name} is {share}: give a share from 0 to 1")
        if not 0.05 <= self.late_days <= MAX_LATE_DAYS:
            raise GenerateError(f"late_days is {self.late_days}: give 0.05 to {MAX_LATE_DAYS}")

    def _check_time(self) -> None:
        if self.start.tzinfo is None:
            raise GenerateError(f"start is {self.start}, without a time zone: give it in UTC")
        if self.start_s % 3600:
            raise GenerateError(f"start is {self.start}: give a full hour")
        if not FIRST_YEAR <= self.start.year <= LAST_YEAR:
            raise GenerateError(f"start is {self.start}: give a year {FIRST_YEAR} to {LAST_YEAR}")
        if not math.isfinite(self.days) or not 1 <= self.hours <= 24 * 366:
            raise GenerateError(f"days is {self.days}: give one hour (0.0417) to 366 days")
        if abs(self.days * 24 - self.hours) > 0.01:
            raise GenerateError(f"days is {self.days}: give whole hours, such as 0.5 or 1.25")

    @property
    def start_s(self) -> int:
        """The first event's time in epoch seconds."""
        return int(self.start.timestamp())

    @property
    def hours(self) -> int:
        """How many event hours are generated."""
        return round(self.days * 24) if math.isfinite(self.days) else 0
