"""What was generated: the numbers that a run over it must come to."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any


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
