"""An arrival hour as the plan of a slice lists it."""

from collections.abc import Mapping

from springtide.arrivals.landing import fingerprint, is_hidden
from springtide.arrivals.parquet_objects import Looked
from springtide.arrivals.slicing import Candidate
from springtide.model.documents import PlannedHour, UnreadObject


def planned_hour(
    taken: Candidate, unread: list[UnreadObject], looked: Mapping[str, Looked]
) -> PlannedHour:
    """An hour as a plan lists it; `looked` is what the footers of Parquet objects say."""
    here = {item.key: looked[item.key] for item in taken.objects if item.key in looked}
    for key, found in here.items():
        if found.reason is not None:
            unread = [*unread, {"key": key, "reason": found.reason}]
    document: PlannedHour = {
        "hour": str(taken.hour),
        "fingerprint": fingerprint(taken.objects),
        "objects": [(item.key, item.size, item.etag) for item in taken.objects],
        "unread": unread,
        "excluded": [entry["key"] for entry in unread if not is_hidden(entry["reason"])],
    }
    if here:
        document["rows"] = {key: found.rows for key, found in here.items()}
    return document
