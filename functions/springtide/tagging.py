"""Tags objects that are condemned, for a lifecycle rule to expire; nothing here deletes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from botocore.exceptions import ClientError

from springtide import aws
from springtide.locations import split

# The lifecycle rule in template.yaml expires objects with this tag. Its days count from an object's
# creation and not from its tagging, so the tag takes effect at once
# (docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html).
TAG_KEY, TAG_VALUE = "springtide", "condemned"
# S3 takes no more tags on an object.
_TAGS_LIMIT = 10
# As many as a client has connections.
_WORKERS = 10


def keys(location: str) -> Iterator[str]:
    """The keys of the objects below an s3:// prefix."""
    bucket, prefix = split(location)
    pages = aws.s3().get_paginator("list_objects_v2")
    for page in pages.paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            yield entry["Key"]


def condemn(bucket: str, condemned: Sequence[str]) -> None:
    """Tags objects; other tags stay. One that has expired meanwhile is passed over."""
    aws.s3()  # made once, before threads ask for it
    with ThreadPoolExecutor(_WORKERS) as workers:
        # Each in the context of this thread, whose limit on requests would not reach it otherwise.
        tagging = [workers.submit(copy_context().run, _tag, bucket, key) for key in condemned]
        for each in tagging:
            each.result()


def _tag(bucket: str, key: str) -> None:
    s3 = aws.s3()
    try:
        tags = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        others = [tag for tag in tags if tag["Key"] != TAG_KEY]
        if len(others) == _TAGS_LIMIT:
            return  # somebody's own tags fill it up; it stays
        wanted = [*others, {"Key": TAG_KEY, "Value": TAG_VALUE}]
        s3.put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": wanted})  # type: ignore[typeddict-item]
    except ClientError as err:
        if err.response["Error"]["Code"] not in ("NoSuchKey", "404"):
            raise
