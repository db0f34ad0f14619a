"""What waits again once slices are undone, and what no longer does; writes nothing."""

from collections.abc import Iterable
from typing import NamedTuple

from springtide.ledger import waiting
from springtide.ledger.documents import CHUNKS_OF, Documents
from springtide.ledger.slices import Slice
from springtide.ledger.table import Ledger
from springtide.model.documents import WaitingRows
from springtide.model.settings import Settings
from springtide.model.versions import delta_location
from springtide.undo.rollback_obstacles import missing_version


class WaitingBack(NamedTuple):
    """`again` are late rows that an undone slice has merged; `gone` those that one has read.

    The arrival hours of the latter are ingested again.
    """

    again: list[WaitingRows]
    gone: list[WaitingRows]


def waiting_back(
    settings: Settings, ledger: Ledger, undone: Iterable[Slice], kept: str
) -> tuple[WaitingBack, list[str]]:
    """What changes, and what is in the way, if slices are undone; `kept` is the last that is not.

    The slices are those that have published something; `kept` is empty if none is left.
    """
    again: dict[str, WaitingRows] = {}
    obstacles: list[str] = []
    for item in undone:
        document = Documents(settings.lake_bucket, item["sk"]).find(CHUNKS_OF["merge"])
        if document is None:
            obstacles.append(f"slice {item['sk']}: the document of what it merged is gone")
            continue
        merged = (entry for chunk in document["chunks"] for entry in chunk.get("waiting", []))
        again |= {waiting.sort_of(entry): entry for entry in merged if entry["slice"] <= kept}
    for version in sorted({entry["version"] for entry in again.values()}):
        rows = sum(entry["rows"] for entry in again.values() if entry["version"] == version)
        reason = missing_version(ledger, delta_location(settings.lake_bucket, version), rows)
        if reason is not None:
            obstacles.append(f"late rows that a slice has merged: {reason}")
    gone = [entry for entry in waiting.entries(ledger) if entry["slice"] > kept]
    return WaitingBack(list(again.values()), gone), obstacles
