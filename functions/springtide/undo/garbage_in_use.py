"""Finds which prefixes of the lake are still needed; only versions and deltas are ever removed."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from springtide.ledger import waiting
from springtide.ledger.journal import flips
from springtide.ledger.slices import Slice
from springtide.ledger.table import Ledger
from springtide.model.locations import overlap, split

# A turn takes less time than this, so a slice that began this long before the cutoff has only flips
# from before it.
_LONGEST_TURN = timedelta(days=2)
# The prefix of a version, or of one partition in it. Nothing else in the lake is ever tagged.
_COLLECTABLE = re.compile(
    r"(?:tables/[a-z][a-z0-9_]*|delta)/version=[0-9]{6,}-[0-9]{8}T[0-9]{6}-[a-z0-9_]+-[0-9]+/"
    r"(?:[a-z_]+=[^/=]+/)*"
)


class Needed:
    """Both ends of every flip since the cutoff, which a rollback could need.

    A rollback cannot go back before the slice `erased`.
    """

    def __init__(
        self, ledger: Ledger, lake_bucket: str, cutoff: datetime, erased: str = ""
    ) -> None:
        self._erased = erased
        self._ledger = ledger
        self._lake_bucket = lake_bucket
        self._cutoff = cutoff
        self._wanted: set[str] = set()

    def gather(self, slices: Iterable[Slice]) -> None:
        """Reads the flips of these slices, as far as they can be after the cutoff."""
        for item in slices:
            if began(item) < self._cutoff - _LONGEST_TURN or item["sk"] <= self._erased:
                continue
            for flip in flips(self._ledger, item["sk"]):
                if datetime.fromisoformat(flip.at) >= self._cutoff:
                    self._wanted |= flip.locations

    def oldest_delta(self, slices: Iterable[Slice]) -> str | None:
        """The oldest slice whose delta is still needed.

        Late rows wait in it, or would wait again after a rollback of one of these slices.
        """
        waits = [entry["slice"] for entry in waiting.entries(self._ledger)]
        recent = (
            item
            for item in slices
            if began(item) >= self._cutoff - _LONGEST_TURN and item["sk"] > self._erased
        )
        merged = [item["merges_from"] for item in recent if "merges_from" in item]
        return min(waits + merged, default=None)

    def may_go(self, location: str, points_at: Sequence[str | None]) -> bool:
        """Whether a location is unneeded, given where its partitions point."""
        bucket, prefix = split(location)
        if bucket != self._lake_bucket or not _COLLECTABLE.fullmatch(prefix):
            return False
        if any(there is not None and overlap(location, there) for there in points_at):
            return False
        if location in self._wanted:
            return False
        whole = prefix.rstrip("/").rpartition("/")[2].startswith("version=")
        return not whole or not any(wanted.startswith(location) for wanted in self._wanted)


def began(slice_: Slice) -> datetime:
    """When a slice was planned."""
    return datetime.fromisoformat(slice_["started_at"])
