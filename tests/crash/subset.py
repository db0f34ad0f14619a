"""The few points of the matrix that `make test` tries: everybody's death, and one more thing."""

import hashlib
from collections.abc import Iterable

from tests.crash.faults import KINDS
from tests.crash.trial import Point

# Of everybody who makes calls one is killed, and one meets another kind of fault.
_OTHERS = tuple(kind for kind in KINDS if kind != "killed")


def subset(points: Iterable[Point]) -> list[Point]:
    """Two points of every function, of the state machines and of the rollback.

    Which ones follows from the points' names alone, so it only changes where the calls do.
    """
    by_actor: dict[str, list[Point]] = {}
    for point in points:
        by_actor.setdefault(point.address.actor, []).append(point)
    chosen = []
    for number, who in enumerate(sorted(by_actor)):
        drawn = sorted(by_actor[who], key=lambda point: _hash(str(point)))
        other = _OTHERS[number % len(_OTHERS)]
        for kind in ("killed", other):
            chosen.append(next(point for point in drawn if point.kind == kind))
    return sorted(chosen)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
