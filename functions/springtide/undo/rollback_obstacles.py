"""The obstacles to a rollback: versions and landed objects that are gone."""

from collections.abc import Iterable, Iterator

from springtide.arrivals.landing import LandedObject, Landing
from springtide.aws import clients
from springtide.ledger import condemned, skipped_objects
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import PlannedHour
from springtide.model.locations import split


def missing_version(ledger: Ledger, location: str, rows: int) -> str | None:
    """Why a partition cannot point at a version of this many rows again; None if it can."""
    if rows == 0:
        return None  # it has no files, and needs none
    if condemned.is_condemned(ledger, location):
        return f"{location} is condemned: its files are about to expire"
    bucket, prefix = split(location)
    if not clients.s3().list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1).get("Contents"):
        return f"{location} is gone: no object lies there, and it had {rows} rows"
    return None


class Rereading:
    """Checks whether the landed objects that slices have read could be read again, unchanged."""

    def __init__(self, landing: Landing, ledger: Ledger) -> None:
        self._landing = landing
        self._unreadable = skipped_objects.read(ledger)

    def obstacles(
        self,
        hour: ArrivalHour,
        entries: Iterable[PlannedHour],
        present: Iterable[LandedObject],
    ) -> Iterator[str]:
        """The objects of the hour, as slices' plans list it, that cannot be read again; each once.

        Objects that came since are no obstacle: an hour is always read as a whole.
        """
        found = {item.key: item for item in present}
        wanted: dict[tuple[str, str], None] = {}
        for entry in entries:
            unread = {item["key"] for item in entry["unread"]}
            for key, size, etag in entry["objects"]:
                if size and key not in unread:
                    wanted[key, etag] = None
        for key, etag in wanted:
            reason = self._reason(etag, found[key]) if key in found else self._gone(hour, key)
            if reason is not None:
                yield f"arrival hour {hour}: {self._landing.uri_of(key)} {reason}"

    def _gone(self, hour: ArrivalHour, key: str) -> str:
        declared = self._landing.hour_of(key)
        if declared == hour:
            return "is gone"
        return (
            f"is of arrival hour {declared or 'none'} by the layout that is declared now: declare"
            " layout and time_zone as they were"
        )

    def _reason(self, etag: str, now: LandedObject) -> str | None:
        if now.etag != etag:
            return "was replaced since it was ingested"
        reason = self._landing.unread_reason(now, self._unreadable)
        return None if reason is None else f"can no longer be read: {reason}"
