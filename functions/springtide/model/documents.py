"""The documents that the steps of a slice hand to each other, field by field.

They are JSON in the lake bucket, `slices/<slice>/<name>.json`. A comment beside a field says what
it holds.
"""

from typing import NotRequired, TypedDict


class Fingerprint(TypedDict):
    """The value that changes when the objects of an arrival hour change."""

    objects: int
    bytes: int
    digest: str  # hash of the keys and ETags


class UnreadObject(TypedDict):
    """A landed object of which no line is read."""

    key: str
    reason: str  # `kind: what it is and what to do`


class PlannedHour(TypedDict):
    """An arrival hour of a slice, as it was listed when the slice was planned."""

    hour: str  # like 2020-07-13T05, UTC
    fingerprint: Fingerprint
    objects: list[tuple[str, int, str]]  # key, bytes and ETag of each
    unread: list[UnreadObject]
    excluded: list[str]  # keys of unread objects that the query must exclude by name
    rows: NotRequired[dict[str, int]]  # Parquet landings only: rows by key, from the footers


class RebuildOrder(TypedDict):
    """The event hours that a slice rebuilds, first and last included."""

    request: str  # the rebuild's sort key in the ledger
    first: str
    last: str


class Erasure(TypedDict):
    """Values of a field whose rows are erased, for lines that arrived in an hour up to `upto`."""

    request: str  # the erasure's sort key in the ledger
    field: str
    values: list[str]
    upto: str


class Fill(TypedDict):
    """Event hours of `events` from which a slice builds one derived table."""

    table: str
    hours: list[list[str]]
    after: NotRequired[str]  # sort key of the last of them; missing for hours that were held


class WaitingRows(TypedDict):
    """Late rows of an event hour that are in a delta, and in no table yet."""

    slice: str  # the slice that read them
    hour: list[str]  # their partition of `events`
    version: str  # version of the delta
    rows: int
    arrival: str  # the first arrival hour they came in


class Plan(TypedDict):
    """`plan`: what a slice ingests."""

    slice: str
    hours: list[PlannedHour]
    mark: str | None  # where the mark moves when the slice is recorded: an arrival hour
    declaration: str  # digest of the data set's declaration
    retired: list[tuple[str, str]]  # columns that are no longer declared, with SQL types
    underived: list[list[str]]  # published by slices that died before they derived from it
    due: str  # ISO 8601, UTC: if some late rows have waited since then, all that wait are merged
    settle: list[str]  # requests to merge all waiting rows, which the slice fulfils
    derive_hours: NotRequired[int]  # event hours per chunk of derived tables, if fewer than usual
    changed: NotRequired[int]  # how often a deployment caused the slice to be planned again
    rebuild: NotRequired[RebuildOrder]
    fill: NotRequired[Fill]
    erase: NotRequired[Erasure]


class HourCounts(TypedDict):
    """The account of one arrival hour's lines: lines = accepted + all of rejected."""

    lines: int
    accepted: int
    rejected: dict[str, int]  # lines by reason
    late: dict[str, int]  # accepted lines by how late they came
    misfits: dict[str, int]  # accepted lines by field whose value does not fit its type
    unread: list[UnreadObject]
    unread_more: NotRequired[int]  # unread objects that `unread` does not name


class Base(TypedDict):
    """Where a partition points before a query reads it."""

    location: str  # s3:// prefix
    rows: int
    version: str


class Chunk(TypedDict):
    """The partitions that one query writes; lists beside `partitions` have an entry for each."""

    table: str
    partitions: list[list[str]]
    base: list[Base | None]
    delta_rows: NotRequired[list[int]]  # `events`, `quarantine`: rows of all deltas
    lanes: NotRequired[list[str]]  # `events`, `quarantine`: in the slice's own delta
    waiting: NotRequired[list[WaitingRows]]  # `events`: late rows of earlier slices' deltas
    rebuild: NotRequired[bool]  # `events`: whether the current rows are left out
    erase: NotRequired[bool]  # `events`, `quarantine`: whether the values are erased
    events_rows: NotRequired[list[int]]  # derived tables: rows of the event hour
    # Derived tables: the event hours that the query reads, each with its base.
    read: NotRequired[list[tuple[list[str], Base | None]]]


class Chunks(TypedDict):
    """`partitions` and `derived`: the chunks of a stage."""

    chunks: list[Chunk]
    declaration: str
    retired: list[tuple[str, str]]  # as in the plan
    deferred: NotRequired[list[WaitingRows]]  # `partitions` only: what the slice leaves waiting
    rebuild: NotRequired[str]  # the rebuild's sort key in the ledger
    erase: NotRequired[Erasure]
    erased: NotRequired[str]  # the request that these chunks fulfil once they are published


class StagedPartition(TypedDict):
    """A partition's new version, audited and not yet published."""

    partition: list[str]
    location: str  # s3:// prefix
    rows: int


class Passed(TypedDict):
    """`merge-<n>` and `derive-<n>`: the partitions of a chunk that passed its audit."""

    table: str
    version: str
    staged: list[StagedPartition]
