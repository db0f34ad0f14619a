"""Reads the footers of a Parquet landing's objects before a query reads the objects."""

from collections.abc import Sequence
from typing import NamedTuple

from botocore.exceptions import ClientError

from springtide.arrivals import parquet_footer
from springtide.arrivals.contents import begins_as
from springtide.arrivals.landing import LandedObject, Landing
from springtide.arrivals.parquet_fit import misfit
from springtide.aws import clients
from springtide.aws.at_once import at_once
from springtide.dataset.physical import Columns

# Most footers are shorter.
_TAIL_BYTES = 65_536
# A longer footer counts as damaged: Athena would have to hold it in memory too.
_LONGEST = 64 * 1024 * 1024


class Looked(NamedTuple):
    """The rows of an object, and the reason if none of them can be read."""

    rows: int
    reason: str | None


def look(landing: Landing, columns: Columns, objects: Sequence[LandedObject]) -> dict[str, Looked]:
    """Rows and reasons by key, from the footers of objects that were not replaced since."""
    # To Athena an empty object has no rows.
    listed = [item for item in objects if item.size]

    def of(item: LandedObject) -> Looked | None:
        try:
            return _look(landing, columns, item)
        except ClientError as err:
            if err.response["Error"]["Code"] in ("NoSuchKey", "404", "PreconditionFailed", "412"):
                return None
            raise

    found = zip(listed, at_once(of, listed), strict=True)
    return {item.key: looked for item, looked in found if looked is not None}


def _look(landing: Landing, columns: Columns, item: LandedObject) -> Looked:
    tail = _read(landing, item, max(0, item.size - _TAIL_BYTES), item.size)
    try:
        length = parquet_footer.length_of(tail)
        start = item.size - parquet_footer.TRAILER_BYTES - length
        if start < len(parquet_footer.MAGIC) or length > _LONGEST:
            raise parquet_footer.NotParquetError("its footer's length is wrong")
        if item.size - start > len(tail):
            tail = _read(landing, item, start, item.size)
        footer = parquet_footer.read(tail[start - item.size : -parquet_footer.TRAILER_BYTES])
    except parquet_footer.NotParquetError as err:
        seen = begins_as(_read(landing, item, 0, min(item.size, _TAIL_BYTES)))
        return Looked(0, f"{seen}: {err}, and [landing] declares Parquet; convert the object")
    return Looked(footer.rows, misfit(columns, footer.columns))


def _read(landing: Landing, item: LandedObject, start: int, end: int) -> bytes:
    answer = clients.s3().get_object(
        Bucket=landing.bucket, Key=item.key, IfMatch=item.etag, Range=f"bytes={start}-{end - 1}"
    )
    return answer["Body"].read()
