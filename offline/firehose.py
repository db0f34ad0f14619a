"""The offline Firehose: records become objects at once, in the form that their stream declares."""

import gzip
from functools import cache
from typing import Any
from uuid import uuid4

from moto.firehose.models import FirehoseBackend

from offline.api_calls import Principal, acting_as
from offline.clients import shared_client
from offline.patching import replace

# What a stream may declare; anything else would silently be lost.
_PROCESSORS = {"AppendDelimiterToRecord"}
_COMPRESSIONS = {"UNCOMPRESSED": "", "GZIP": ".gz"}


class UnsupportedStreamError(ValueError):
    """A delivery stream declares something that is not supported here."""


@cache
def install() -> None:
    """Make moto deliver records as the stream declares; it would concatenate them."""
    replace(FirehoseBackend, put_s3_records=_deliver)


def _deliver(
    self: Any, stream: str, version: str, destination: dict[str, Any], records: list[dict[str, Any]]
) -> list[dict[str, str]]:
    """Write the records as one object; on AWS they wait until the stream's buffer is full."""
    compression = destination.get("CompressionFormat", "UNCOMPRESSED")
    prefix = destination.get("Prefix", "")
    if compression not in _COMPRESSIONS or "!{" in prefix:
        raise UnsupportedStreamError(f"{stream}: {compression}, prefix {prefix!r}")
    end = _delimiter(stream, destination)
    body = b"".join(record["Data"] + end for record in records)
    key = self._format_s3_object_path(stream, version, prefix) + _COMPRESSIONS[compression]
    with acting_as(Principal("service", "firehose.amazonaws.com", stream)):
        shared_client("s3", self.region_name).put_object(
            Bucket=destination["BucketARN"].split(":")[-1],
            Key=key,
            Body=gzip.compress(body) if compression == "GZIP" else body,
        )
    return [{"RecordId": str(uuid4())} for _ in records]


def _delimiter(stream: str, destination: dict[str, Any]) -> bytes:
    """What is appended to every record."""
    processing = destination.get("ProcessingConfiguration", {})
    processors = processing.get("Processors", []) if processing.get("Enabled") else []
    if unknown := {processor["Type"] for processor in processors} - _PROCESSORS:
        raise UnsupportedStreamError(f"{stream}: processor {', '.join(sorted(unknown))}")
    values = [
        parameter["ParameterValue"]
        for processor in processors
        for parameter in processor["Parameters"]
        if parameter["ParameterName"] == "Delimiter"
    ]
    return "".join(values).replace("\\n", "\n").encode()
