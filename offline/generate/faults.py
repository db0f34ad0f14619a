"""Which measurements come late, twice, revised or broken, and when each line arrives."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from offline.generate.detectors import Ints
from offline.generate.options import GenerateOptions
from offline.generate.traffic import Columns

DAY_S = 86_400
FIRST_DELAY_S = 600  # ten minutes: anything below is not late

# The kinds of broken lines, and the reason that a run must give for each.
BROKEN = {
    "truncated": "malformed",
    "not_json": "malformed",
    "two_documents": "malformed",
    "array": "malformed",
    "missing_key": "missing_key",
    "missing_event_time": "missing_event_time",
    "unparseable_event_time": "missing_event_time",
    "year_1970": "too_old",
    "far_future": "in_future",
}
WHOLE = -1  # otherwise the index in BROKEN


@dataclass(frozen=True)
class Arrivals:
    """The lines of one event hour: arrays by line, in order of arrival."""

    source: Ints  # row of the measurement
    text: Ints  # lines with the same number are the same text
    texts: int
    arrival_s: Ints
    broken: Ints
    revised: NDArray[np.bool_]
    copies: int
    late: int


def plan_arrivals(rows: Columns, options: GenerateOptions, rng: np.random.Generator) -> Arrivals:
    """Return every line that the measurements of one hour become."""
    count = len(rows["event_s"])
    event_s = rows["event_s"].astype(np.int64)
    broken = np.where(
        rng.random(count) < options.malformed, rng.integers(0, len(BROKEN), count), WHOLE
    )
    is_late = (rng.random(count) < options.late) & (broken == WHOLE)
    prompt_s = rows["modified_s"].astype(np.int64) + rng.integers(2, 58, count)
    arrival_s = np.where(is_late, event_s + _delays(count, options, rng), prompt_s)

    revised = np.flatnonzero((rng.random(count) < options.revisions) & (broken == WHOLE))
    revised_s = event_s[revised] + _delays(len(revised), options, rng)

    source = np.concatenate([np.arange(count), revised])
    arrival_s = np.concatenate([arrival_s, revised_s])
    broken = np.concatenate([broken, np.full(len(revised), WHOLE)])
    copied = np.flatnonzero((rng.random(len(source)) < options.duplicates) & (broken == WHOLE))
    latest_s = event_s[source[copied]] + _longest_s(options)
    near_s = rng.integers(0, 120, len(copied))
    far_s = _delays(len(copied), options, rng)
    copied_s = arrival_s[copied] + np.where(rng.random(len(copied)) < 0.5, near_s, far_s)

    line = np.concatenate([np.arange(len(source)), copied])
    arrival_s = np.concatenate([arrival_s, np.minimum(copied_s, latest_s)])
    order = np.argsort(arrival_s, kind="stable")
    line, arrival_s = line[order], arrival_s[order]
    return Arrivals(
        source=source[line],
        text=line,
        texts=len(source),
        arrival_s=arrival_s,
        broken=broken[line],
        revised=line >= count,
        copies=len(copied),
        late=int(is_late.sum()),
    )


def revise(rows: Columns, revised: NDArray[np.bool_]) -> Columns:
    """Return the rows with the revised ones changed: more cars, valid, changed later.

    It draws nothing at random, so a copy of a revision has the same values.
    """
    cars = rows["intensity2"].astype(np.int64)
    no_speed = cars == 0
    later_s = 60 + rows["unieke_id"].astype(np.int64) * 7 % 60
    changes: Columns = {
        "intensity2": cars + cars % 3 + 1,
        "mean2": np.where(no_speed, 61, rows["mean2"]),
        "harmonic2": np.where(no_speed, 60, rows["harmonic2"]),
        "absent2": np.zeros(len(revised), dtype=np.bool_),
        "geldig": np.zeros(len(revised), dtype=np.int64),
        "modified_s": rows["modified_s"].astype(np.int64) + later_s,
    }
    return rows | {name: np.where(revised, new, rows[name]) for name, new in changes.items()}


def _longest_s(options: GenerateOptions) -> int:
    return int(options.late_days * DAY_S)


def _delays(count: int, options: GenerateOptions, rng: np.random.Generator) -> Ints:
    """Return delays from ten minutes to the longest: most are short, some last days."""
    longest = np.log(_longest_s(options) / FIRST_DELAY_S)
    delays: Ints = (FIRST_DELAY_S * np.exp(rng.random(count) * longest)).astype(np.int64)
    return delays
