"""The documents that a slice's steps hand to each other, field by field.

They are JSON in the lake bucket, `slices/<slice>/<name>.json`. What a field holds stands beside it.
"""

from typing import NotRequired, TypedDict


class Fingerprint(TypedDict):
    """What tells whether an arrival hour has changed."""

    objects: int
    bytes: int
    digest: str  # of the keys and ETags


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
    excluded: list[str]  # keys of unread objects that the query has to leave out by name
    rows: NotRequired[dict[str, int]]  # of a Parquet landing: by key, as the footers say


class RebuildOrder(TypedDict):
    """What a slice rebuilds: event hours, both ends among them."""

    request: str  # the rebuild's sort key in the ledger
    first: str
    last: str


class Erasure(TypedDict):
    """Values of a field whose rows are erased, if they arrived in an hour up to `upto`."""

    request: str  # the erasure's sort key in the ledger
    field: str
    values: list[str]
    upto: str


class Fill(TypedDict):
    """Event hours from which a slice builds one derived table, without touching them."""

    table: str
    hours: list[list[str]]
    after: NotRequired[str]  # the sort key of the last of them; none of hours that were held


class WaitingRows(TypedDict):
    """Late rows of an event hour that are in a delta, and in no table yet."""

    slice: str  # that read them
    hour: list[str]  # the partition of `events` that they belong to
    version: str  # of the delta
    rows: int
    arrival: str  # the first arrival hour that they came in


class Plan(TypedDict):
    """`plan`: what a slice ingests."""

    slice: str
    hours: list[PlannedHour]
    mark: str | None  # the arrival hour that the mark moves to when the slice is recorded
    declaration: str  # digest of the data set's declaration
    retired: list[tuple[str, str]]  # columns that it no longer has, with SQL types
    underived: list[list[str]]  # event hours that dead slices before it published and never derived
    due: str  # a moment: late rows are merged, all of them, if some have waited since then
    settle: list[str]  # requests to merge all that waits, which the slice fulfils
    derive_hours: NotRequired[int]  # event hours a chunk of derived tables, if fewer than usual
    changed: NotRequired[int]  # how often a deployment had the slice planned again
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
    unread_more: NotRequired[int]  # unread objects that are left out of `unread`


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
    delta_rows: NotRequired[list[int]]  # of `events` and `quarantine`: rows of all deltas
    lanes: NotRequired[list[str]]  # of `events` and `quarantine`: of the slice's own delta
    waiting: NotRequired[list[WaitingRows]]  # of `events`: late rows of earlier slices' deltas
    rebuild: NotRequired[bool]  # of `events`: whether the current rows do not count
    erase: NotRequired[bool]  # of `events` and `quarantine`: the current rows without erased ones
    events_rows: NotRequired[list[int]]  # of derived tables: rows of the event hour
    # Of derived tables: the event hours that the query reads, each with its base.
    read: NotRequired[list[tuple[list[str], Base | None]]]


class Chunks(TypedDict):
    """`partitions` and `derived`: the chunks of a stage."""

    chunks: list[Chunk]
    declaration: str
    retired: list[tuple[str, str]]  # as the plan has it
    deferred: NotRequired[list[WaitingRows]]  # of `partitions`: what the slice leaves waiting
    rebuild: NotRequired[str]  # the rebuild's sort key in the ledger
    erase: NotRequired[Erasure]
    erased: NotRequired[str]  # the request that is fulfilled once these chunks are published


class StagedPartition(TypedDict):
    """A partition's new version, audited and not yet published."""

    partition: list[str]
    location: str  # s3:// prefix
    rows: int


class Passed(TypedDict):
    """`merge-<n>` and `derive-<n>`: what passed the audit of a chunk."""

    table: str
    version: str
    staged: list[StagedPartition]
