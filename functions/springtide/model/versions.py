"""Version ids, and where a version's files lie."""

from datetime import UTC, datetime

# The partition key of tables that are read by version; `version` would clash with landed fields.
KEY = "springtide_version"


def slice_id(number: int, moment: datetime) -> str:
    """A slice's id: sorts by its number, and stays unique if a ledger is lost and begun again."""
    return f"{number:06d}-{moment:%Y%m%dT%H%M%S}"


def planned_at(slice_: str) -> datetime:
    """When a slice was planned, to the second, from its id."""
    moment = datetime.strptime(slice_.rpartition("-")[2], "%Y%m%dT%H%M%S")
    return moment.replace(tzinfo=UTC)


def version_id(slice_: str, step: str, chunk: int, attempt: int) -> str:
    """The id of the version that one attempt writes; no two attempts share a prefix.

    A partitioned UNLOAD does not check that its target is empty, so a shared prefix would
    double rows (docs.aws.amazon.com/athena/latest/ug/unload.html).
    """
    part = f"{step}{chunk}" if step in ("merge", "derive") else step
    return f"{slice_}-{part}-{attempt}"


def delta_location(bucket: str, version: str) -> str:
    """The s3:// prefix of a delta, ending in a slash."""
    return f"s3://{bucket}/delta/version={version}/"


def versions_location(bucket: str, table: str) -> str:
    """The s3:// prefix of all versions of a table's partitions, ending in a slash."""
    return f"s3://{bucket}/tables/{table}/"


def table_location(bucket: str, table: str, version: str) -> str:
    """The s3:// prefix of a version of a table's partitions, ending in a slash."""
    return f"{versions_location(bucket, table)}version={version}/"
