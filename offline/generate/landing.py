"""Generates landing data hour by hour: memory holds one event hour and what is still to arrive."""

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from offline.generate.day import DAY_S, Day, build_day
from offline.generate.detectors import Detectors, build_detectors
from offline.generate.faults import BROKEN, WHOLE, Arrivals, plan_arrivals, revise
from offline.generate.lines import render_lines, style_lines
from offline.generate.objects import WINDOW_S, ObjectWriter
from offline.generate.options import GenerateOptions
from offline.generate.traffic import HOUR_S, Columns, measure_hour

_HOUR_STREAM = 2  # keeps an hour's draws apart from those of the detectors and of the days


@dataclass
class GenerateSummary:
    """Counts of one generation: lines = events + duplicates + revisions + all malformed."""

    lines: int = 0
    events: int = 0
    duplicates: int = 0
    revisions: int = 0
    late: int = 0
    malformed: Counter[str] = field(default_factory=Counter)
    objects: int = 0
    bytes: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return the counts as plain JSON data."""
        return {**asdict(self), "malformed": dict(sorted(self.malformed.items()))}


def generate(
    options: GenerateOptions, on_hour: Callable[[int], None] | None = None
) -> GenerateSummary:
    """Write sample landing data below `options.out` and return its counts.

    The same options write the same bytes. Late lines also arrive after the generated period.
    `on_hour` is called with the number of event hours done.
    """
    detectors = build_detectors(options.detectors, options.seed)
    summary = GenerateSummary()
    with ObjectWriter(options) as writer:
        for hour in range(options.hours):
            hour_s = options.start_s + hour * HOUR_S
            day = build_day(detectors, hour_s // DAY_S, options.seed)
            _generate_hour(options, (detectors, day, hour_s), writer, summary)
            writer.write_before(hour_s + HOUR_S)
            if on_hour is not None:
                on_hour(hour + 1)
        writer.write_rest()
        summary.objects, summary.bytes = writer.objects, writer.bytes
    return summary


def _generate_hour(
    options: GenerateOptions,
    subject: tuple[Detectors, Day, int],
    writer: ObjectWriter,
    summary: GenerateSummary,
) -> None:
    rng = np.random.default_rng([options.seed, _HOUR_STREAM, subject[2]])
    measured = measure_hour(*subject, rng)
    arrivals = plan_arrivals(measured, options, rng)
    rows: Columns = {name: values[arrivals.source] for name, values in measured.items()}
    columns = style_lines(revise(rows, arrivals.revised), arrivals, rng)
    first = 0
    for data, starts in render_lines(columns):
        count = len(starts) - 1
        windows = arrivals.arrival_s[first : first + count] // WINDOW_S
        # Lines are in order of arrival, so each window is one slice of the buffer.
        edges = np.flatnonzero(np.diff(windows)) + 1
        for begin, end in zip([0, *edges], [*edges, count], strict=True):
            writer.add(int(windows[begin]), data[starts[begin] : starts[end]])
        first += count
    _count(arrivals, len(measured["event_s"]), summary)


def _count(arrivals: Arrivals, measurements: int, summary: GenerateSummary) -> None:
    broken = arrivals.broken[arrivals.broken != WHOLE]
    kinds = np.bincount(broken, minlength=len(BROKEN))
    summary.malformed += Counter({kind: int(n) for kind, n in zip(BROKEN, kinds, strict=True) if n})
    summary.lines += len(arrivals.source)
    summary.events += measurements - len(broken)
    summary.duplicates += arrivals.copies
    summary.revisions += arrivals.texts - measurements
    summary.late += arrivals.late
