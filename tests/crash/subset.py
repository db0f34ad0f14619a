"""The few points of the matrix that `make test` tries."""

import hashlib
from collections.abc import Iterable
from dataclasses import replace

from tests.crash.faults import KINDS
from tests.crash.scenario import PHASES
from tests.crash.trial import Point

_LEFT_OUT = (
    "large", "rebuild", "erase", "waits", "settled", "held", "successor", "aborted starting",
    "failed",
)  # fmt: skip
# The story without most of its branches, which take long to tell.
SUBSET_PHASES = tuple(
    replace(phase, goes_on=phase.name == "rollback")
    for phase in PHASES
    if phase.name not in _LEFT_OUT
)


def subset(points: Iterable[Point]) -> list[Point]:
    """The death of every function and of the rollback, and each kind of fault of the states.

    Which ones follows from the points' names alone, so it only changes where the calls do.
    """
    by_actor: dict[str, list[Point]] = {}
    for point in points:
        by_actor.setdefault(point.address.actor, []).append(point)
    chosen = []
    for who in sorted(by_actor):
        drawn = sorted(by_actor[who], key=lambda point: _hash(str(point)))
        for kind in KINDS if who == "states" else ("killed",):
            chosen.append(next(point for point in drawn if point.kind == kind))
    return sorted(chosen)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
