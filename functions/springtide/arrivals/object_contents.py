"""Reads the first bytes of landed objects whose lines are missing from the delta or are garbage."""

from collections.abc import Collection, Mapping

from botocore.exceptions import ClientError

from springtide.arrivals import contents
from springtide.arrivals.landing import Landing
from springtide.aws import clients
from springtide.ledger.documents import Documents
from springtide.model.documents import Plan
from springtide.model.errors import ListingNotCoveredError, MisnamedObjectsError
from springtide.model.settings import Settings

# How much of an object is read: an empty gzip is 20 bytes and the file name that it may carry.
_PEEK_BYTES = 65_536


def check_coverage(settings: Settings, plan: Plan, read: Mapping[str, int]) -> None:
    """Compares the listing with the delta: every object that has content must have lines in it.

    A Parquet object must have as many rows as its footer says. `read` are the lines by s3://
    URI. Raises ListingNotCoveredError for an object that is gone, was replaced, or has content
    after all.
    """
    landing = Landing.of(settings)
    for entry in plan["hours"]:
        known = {item["key"] for item in entry["unread"]}
        for key, size, etag in entry["objects"]:
            lines, rows = read.get(landing.uri_of(key), 0), entry.get("rows", {}).get(key)
            if size == 0 or key in known:
                continue
            if rows is not None and rows != lines:
                raise ListingNotCoveredError(
                    f"{landing.uri_of(key)} has {rows} rows, and {lines} were read"
                )
            if lines or rows is not None:
                continue
            head = _head(landing, key, etag)
            if head is None or contents.holds_text(key, head):  # a gzip without lines has none
                raise ListingNotCoveredError(
                    f"{landing.uri_of(key)} was listed with {size} bytes,"
                    " and none of its lines were read"
                )


def check_binary(
    settings: Settings, documents: Documents, plan: Plan, suspected: Collection[str]
) -> None:
    """Checks the first bytes of objects (s3:// URIs) whose lines look like a binary's.

    Raises MisnamedObjectsError if any is binary; the slice's document `misnamed` names all of
    them.
    """
    landing = Landing.of(settings)
    found = []
    for entry in plan["hours"] if suspected else ():
        for key, _, etag in entry["objects"]:
            if landing.uri_of(key) in suspected:
                reason = contents.binary(key, _head(landing, key, etag) or b"")
                if reason is not None:
                    found.append({"key": key, "etag": etag, "reason": reason})
    if not found:
        return
    documents.write(contents.DOCUMENT, found)
    first = found[0]
    raise MisnamedObjectsError(
        f"{len(found)} objects hold no lines of text; the first is"
        f" {landing.uri_of(first['key'])}: {first['reason']}"
    )


def _head(landing: Landing, key: str, etag: str) -> bytes | None:
    """The object's first bytes; None if it is gone or was replaced."""
    try:
        answer = clients.s3().get_object(
            Bucket=landing.bucket, Key=key, IfMatch=etag, Range=f"bytes=0-{_PEEK_BYTES - 1}"
        )
    except ClientError as err:
        if err.response["Error"]["Code"] in ("NoSuchKey", "404", "PreconditionFailed", "412"):
            return None
        raise
    return answer["Body"].read()
