"""The types of a declaration: fields, key, lateness, rules and derived tables."""

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import NamedTuple

from springtide.dataset.layout import Layout
from springtide.dataset.paths import Step
from springtide.dataset.physical import Physical
from springtide.model.partitions import EVENTS, GRAINS, QUARANTINE

TYPES = (
    "bigint", "integer", "double", "real", "varchar", "boolean", "timestamp", "date", "json",
)  # fmt: skip
NUMBERS = ("bigint", "integer", "double", "real")  # and decimals
# Types of a derived table's columns; JSON text is a varchar there.
DERIVED_TYPES = tuple(kind for kind in TYPES if kind != "json")
# In a line that holds several events, a path that begins with this name begins at the document.
OUTERMOST = "$"
# Formats of a numeric event time, with how many of its units make a second.
TIME_UNITS = {"epoch_s": 1, "epoch_ms": 10**3, "epoch_us": 10**6, "epoch_ns": 10**9}
TIME_FORMATS = (*TIME_UNITS, "iso8601")

# The column of the event time. Only the field that is the event time may have this name.
EVENT_TIME = "event_time"
# Columns that Springtide adds to `events` and `delta`, which no field can be named. Those that only
# Springtide reads begin with its name.
RESERVED = frozenset({"event_date", "event_hour", "arrival_hour", "source_path", "delta_lane"})
OWN_PREFIX = "springtide_"
# Reasons for which Springtide itself rejects a line; a data set's rules have reasons of their own.
REASONS = ("malformed", "missing_key", "missing_event_time", "too_old", "in_future")
# The reason of a line that was erased.
ERASED = "erased"
OWN_TABLES = frozenset(
    {"landing", "delta", "events", "events_versions", "quarantine", "quarantine_versions"}
)


def is_reserved(name: str) -> bool:
    """Whether no field may have this name, since a column that Springtide adds has it."""
    return name in RESERVED or name.startswith(OWN_PREFIX)


class Field(NamedTuple):
    """One field of an event: its column's name and type, and its place in the document."""

    name: str
    type: str
    path: tuple[Step, ...]
    formats: tuple[str, ...] = ()  # timestamps only
    description: str = ""
    zone: str = ""  # for ISO 8601 times without an offset
    true_values: tuple[str, ...] = ("true",)  # booleans only
    false_values: tuple[str, ...] = ("false",)
    json_in: tuple[Step, ...] = ()  # the member whose string holds JSON, in which the path goes on
    was: str = ""  # its column's former name
    min: str = ""  # bounds of a number as digits, both inclusive
    max: str = ""

    @property
    def outermost(self) -> str:
        """The document's member that holds the field, in lower case."""
        return str((*self.json_in, *self.path)[0]).lower()

    @property
    def sql_type(self) -> str:
        """The type of its column; JSON is text there, which json_extract reads."""
        return "varchar" if self.type == "json" else self.type


class Rule(NamedTuple):
    """A rule: an event for which the SQL condition is true is rejected for the reason."""

    reason: str
    reject_when: str


class Column(NamedTuple):
    """A column of a derived table."""

    name: str
    type: str
    description: str = ""


class Derived(NamedTuple):
    """A table built from `events` by the data set's own SQL, by hour or by a coarser grain.

    `sql` selects its columns and then its partition keys. `keys_sql` selects the key and the
    partition keys of every row that the table must hold. Both name the hours of the built
    partitions as {built_hours}, and the hours that they read as {read_hours}: those,
    `reach_minutes` before them, and `reach_after_minutes` after them.
    """

    table: str
    key: tuple[str, ...]
    reach_minutes: int
    columns: tuple[Column, ...]
    sql: str
    keys_sql: str
    reach_after_minutes: int = 0
    grain: str = "hour"

    @property
    def reach_hours(self) -> int:
        """How many hours before a partition its rows read."""
        return -(-self.reach_minutes // 60)

    @property
    def reach_after_hours(self) -> int:
        """How many hours after a partition its rows read."""
        return -(-self.reach_after_minutes // 60)

    @property
    def partition_keys(self) -> tuple[str, ...]:
        """The keys of its partitions."""
        return GRAINS[self.grain]


@dataclass(frozen=True)
class DataSet:
    """A data set as dataset.toml declares it."""

    name: str
    description: str
    fields: tuple[Field, ...]
    event_time: str
    key: tuple[str, ...]
    revision: str | None
    too_old_hours: int
    in_future_hours: int
    rules: tuple[Rule, ...] = ()
    derived: tuple[Derived, ...] = ()
    landing: Layout = dataclasses.field(default_factory=Layout)
    concatenated: bool = False  # whether a line may be several documents, one after the other
    records: tuple[str, ...] = ()  # the lists that hold a document's events, from the outside in
    columns: tuple[tuple[str, Physical], ...] = ()  # of a Parquet landing; empty for JSON lines
    # Columns of `events` that only earlier declarations had, from the catalog.
    retired: tuple[Column, ...] = ()
    grain: str = "hour"  # of the partitions of `events`

    @property
    def digest(self) -> str:
        """A hash that changes when a deployment changes the declaration."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]

    @property
    def renamed(self) -> dict[str, str]:
        """Columns of `events` whose older values are in a retired column, with its name."""
        retired = {column.name for column in self.retired}
        return {field.name: field.was for field in self.fields if field.was in retired}

    def derived_table(self, table: str) -> Derived:
        """The derived table of that name."""
        return next(d for d in self.derived if d.table == table)

    @property
    def event_keys(self) -> tuple[str, ...]:
        """The partition keys of `events`."""
        return GRAINS[self.grain]

    def partition_keys(self, table: str) -> tuple[str, ...]:
        """The partition keys of a published table."""
        if table in (EVENTS.table, QUARANTINE.table):
            return self.event_keys if table == EVENTS.table else QUARANTINE.keys
        return self.derived_table(table).partition_keys

    def field(self, name: str) -> Field:
        """The declared field of that name."""
        return next(f for f in self.fields if f.name == name)

    @property
    def latest_hours(self) -> int:
        """How many hours after its arrival hour's start an event may lie.

        An event may have arrived in the last second of its arrival unit.
        """
        return self.landing.longest_hours + self.in_future_hours

    @property
    def key_columns(self) -> tuple[str, ...]:
        """The columns that identify a row: the key's fields and the event time."""
        return (*self.key, EVENT_TIME)
