"""Splits and compares s3:// prefixes."""


def split(location: str) -> tuple[str, str]:
    """Bucket and key prefix; the prefix ends in a slash, so that it matches no sibling."""
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    return bucket, prefix.rstrip("/") + "/" if prefix else ""


def overlap(one: str, other: str) -> bool:
    """Whether one prefix lies within the other; `foo/` and `foo_bar/` do not."""
    first, second = (location.rstrip("/") + "/" for location in (one, other))
    return first.startswith(second) or second.startswith(first)
