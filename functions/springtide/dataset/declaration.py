"""What a data set declares: its fields, key, lateness, rules and derived tables."""

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
# A derived table's columns; a JSON text is a varchar there.
DERIVED_TYPES = tuple(kind for kind in TYPES if kind != "json")
# Where a line is a document of events: the first name of a path that begins at the document.
OUTERMOST = "$"
# Formats of a number, and how many of its units make a second.
TIME_UNITS = {"epoch_s": 1, "epoch_ms": 10**3, "epoch_us": 10**6, "epoch_ns": 10**9}
TIME_FORMATS = (*TIME_UNITS, "iso8601")

# The column of the event time. A field may have this name if it is the event time.
EVENT_TIME = "event_time"
# Columns that Springtide adds to `events` and `delta`; a field cannot have such a name. Those that
# only Springtide reads begin with its name.
RESERVED = frozenset({"event_date", "event_hour", "arrival_hour", "source_path", "delta_lane"})
OWN_PREFIX = "springtide_"
# Why Springtide itself rejects a line; a data set's rules have reasons of their own.
REASONS = ("malformed", "missing_key", "missing_event_time", "too_old", "in_future")
# Why a line has no content any more.
ERASED = "erased"
OWN_TABLES = frozenset(
    {"landing", "delta", "events", "events_versions", "quarantine", "quarantine_versions"}
)


def is_reserved(name: str) -> bool:
    """Whether no field may have a name, since a column that Springtide adds has it."""
    return name in RESERVED or name.startswith(OWN_PREFIX)


class Field(NamedTuple):
    """One field of an event: its column's name and type, and where in the document it stands."""

    name: str
    type: str
    path: tuple[Step, ...]
    formats: tuple[str, ...] = ()  # of a timestamp
    description: str = ""
    zone: str = ""  # of an ISO 8601 time without an offset
    true_values: tuple[str, ...] = ("true",)  # of a boolean
    false_values: tuple[str, ...] = ("false",)
    json_in: tuple[Step, ...] = ()  # the string whose JSON the path leads into
    was: str = ""  # the name that its column had before
    min: str = ""  # bounds of a number as digits, both included
    max: str = ""

    @property
    def outermost(self) -> str:
        """The document's member in which the field stands, in lower case."""
        return str((*self.json_in, *self.path)[0]).lower()

    @property
    def sql_type(self) -> str:
        """The type of its column; JSON is a text there, which json_extract reads."""
        return "varchar" if self.type == "json" else self.type


class Rule(NamedTuple):
    """A validity rule: an event for which the SQL condition is true is rejected for the reason."""

    reason: str
    reject_when: str


class Column(NamedTuple):
    """A column of a derived table."""

    name: str
    type: str
    description: str = ""


class Derived(NamedTuple):
    """A table made of `events` by SQL of the data set's own, of the grain of `events` or coarser.

    `sql` selects its columns and then its partition keys; `keys_sql` selects the key, and the
    partition keys, of every row that it must hold. Both name the hours of the partitions as
    {built_hours}, and what they read as {read_hours}: those, `reach_minutes` before them, and
    `reach_after_minutes` after them.
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
        """How many hours before a partition its rows look at."""
        return -(-self.reach_minutes // 60)

    @property
    def reach_after_hours(self) -> int:
        """How many hours after a partition its rows look at."""
        return -(-self.reach_after_minutes // 60)

    @property
    def partition_keys(self) -> tuple[str, ...]:
        """The keys of its partitions."""
        return GRAINS[self.grain]


@dataclass(frozen=True)
class DataSet:
    """What dataset.toml declares."""

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
    concatenated: bool = False  # a line may be several events, one document after the other
    records: tuple[str, ...] = ()  # the lists of a document, from the outside in, that hold events
    columns: tuple[tuple[str, Physical], ...] = ()  # of a Parquet landing; else it is JSON lines
    # Columns of `events` that only earlier declarations had, as the catalog has them.
    retired: tuple[Column, ...] = ()
    grain: str = "hour"  # of the partitions of `events`

    @property
    def digest(self) -> str:
        """What tells whether a deployment has changed it."""
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
        """Hours after its arrival hour's start up to which an event may lie.

        An event may have come in the last second of the unit in which it arrived.
        """
        return self.landing.longest_hours + self.in_future_hours

    @property
    def key_columns(self) -> tuple[str, ...]:
        """What makes a row one of its kind: the key's fields and the event time."""
        return (*self.key, EVENT_TIME)
