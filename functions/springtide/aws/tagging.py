"""Tags condemned objects, for a lifecycle rule to expire; nothing here deletes."""

from collections.abc import Sequence

from springtide.aws import clients
from springtide.aws.at_once import at_once
from springtide.model.locations import split

# The lifecycle rule in template.yaml expires objects with this tag. Its days count from an object's
# creation and not from its tagging, so the tag takes effect at once
# (docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html).
TAG_KEY, TAG_VALUE = "springtide", "condemned"
# S3's limit of tags per object.
_TAGS_LIMIT = 10


def keys_below(locations: Sequence[str]) -> dict[str, list[str]]:
    """The keys of the objects below each of these s3:// prefixes."""
    return dict(zip(locations, at_once(_keys, locations), strict=True))


def condemn(bucket: str, condemned: Sequence[str]) -> None:
    """Tags objects and keeps their other tags; an object that has already expired is skipped."""
    at_once(lambda key: _tag(bucket, key), condemned)


def _keys(location: str) -> list[str]:
    bucket, prefix = split(location)
    pages = clients.s3().get_paginator("list_objects_v2")
    return [
        entry["Key"]
        for page in pages.paginate(Bucket=bucket, Prefix=prefix)
        for entry in page.get("Contents", [])
    ]


def _tag(bucket: str, key: str) -> None:
    s3 = clients.s3()
    try:
        tags = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
        others = [tag for tag in tags if tag["Key"] != TAG_KEY]
        if len(others) == _TAGS_LIMIT:
            return  # its owner's tags use up the limit; it stays
        wanted = [*others, {"Key": TAG_KEY, "Value": TAG_VALUE}]
        s3.put_object_tagging(Bucket=bucket, Key=key, Tagging={"TagSet": wanted})  # type: ignore[typeddict-item]
    except s3.exceptions.NoSuchKey:
        return  # it has expired
