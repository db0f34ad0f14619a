"""Plans the next slice: finds arrival hours that are new or changed, and writes a plan of them."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from springtide.arrivals import progress
from springtide.arrivals.landing import Landing
from springtide.arrivals.outside import outside
from springtide.arrivals.planned_hours import planned_hour
from springtide.arrivals.search import Search
from springtide.arrivals.slicing import Candidate, choose
from springtide.aws import catalog
from springtide.dataset import glue_tables, loading
from springtide.ledger import (
    completeness,
    due,
    fills,
    held_derived,
    lease,
    marks,
    open_hours,
    outside_layout,
    published,
    settle_requests,
    slices,
    unrecorded,
    waiting,
)
from springtide.ledger.documents import Documents
from springtide.ledger.slices import Slice
from springtide.ledger.table import Ledger
from springtide.model.documents import (
    Erasure,
    Fill,
    Plan,
    PlannedHour,
    RebuildOrder,
)
from springtide.model.errors import CatalogError, DataSetError, FenceLostError
from springtide.model.settings import Settings
from springtide.model.versions import slice_id
from springtide.model.wording import listed
from springtide.requests import declared, erasures, misfits, rebuilds

# One call lists at most this many objects in search of changed hours: S3 returns a thousand at a
# time, in some tenth of a second, and the function has five minutes.
MAX_LISTED_OBJECTS = 300_000
# Turns of one execution, and chunks of all its turns, before a successor continues: an execution's
# history ends at 25,000 events (tests/pipeline/test_history.py counts those of each).
MAX_TURNS = 12
MAX_CHUNKS = 400


def plan_slice(
    settings: Settings, execution: str, turn: Mapping[str, Any], started: datetime, now: datetime
) -> dict[str, Any]:
    """Plans one slice under the lease; `planned` is false when nothing is pending any longer.

    In that case `more` says that the search has only paused: the next call continues it.
    `turn` is what the turn before returned: its number, and the cursor, up to which arrival hour
    the run has looked for new arrivals. These are the hours that had settled when the run
    `started`. `hand_over` says that the run has used up its turns or its chunks: a successor plans
    the rest. If a run died while it recorded a published slice, that slice comes first, with
    `record` as its step.
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    fence = lease.renew(ledger, execution)
    so_far = _so_far(turn)
    if so_far["hand_over"]:
        return {**so_far, "planned": False, "more": False}
    declaration = loading.load(settings.data_set).digest
    if turn.get("declaration") != declaration:  # once a run, and again after a deployment
        begun = slices.unfinished(ledger)
        # A slice whose metrics were emitted is published, and perhaps recorded in part.
        if begun is not None and "measured_at" in begun:
            return {**so_far, **_planned(begun["sk"], begun, "record")}
        _apply_declaration(settings, ledger, now)
    so_far["declaration"] = declaration
    next_turn = {"turn": turn["turn"] + 1}
    rebuild = rebuilds.ready(settings, ledger)
    search = Search(
        settings, ledger, now, turn["cursor"], started=started, max_listed=MAX_LISTED_OBJECTS
    )
    due_since = now - timedelta(hours=settings.defer_hours)
    planner = _Planner(settings, ledger, search, execution, fence, now, declaration, due_since)
    if rebuild is not None and not rebuild.last:
        return {**so_far, **next_turn, **planner.rebuild(rebuild)}
    choice = choose(search.candidates(), settings.max_slice_bytes)
    continue_at = search.stop_at(choice.left)
    progress.keep(ledger, search, choice.taken, continue_at, now)
    so_far["cursor"] = search.cursor
    if choice.taken:
        if continue_at is None:
            planner = planner.settling()
        return {**so_far, **next_turn, **planner.arrivals(choice.taken)}
    if search.newest is not None:
        marks.advance(ledger, search.newest)
    if search.paused_at is None:
        last = planner.last(rebuild)
        if last is not None:
            return {**so_far, **next_turn, **last}
    completeness.publish(settings, ledger)
    states = [item["state"] for item in open_hours.read(ledger).values()]
    more = search.paused_at is not None
    return {**so_far, "planned": False, "more": more, "held": states.count("held")}


def _so_far(turn: Mapping[str, Any]) -> dict[str, Any]:
    """What the run has done before this call, and whether that is all that it may do."""
    number, cursor = turn["turn"], turn["cursor"]
    chunks = turn.get("chunks", 0) + turn.get("stage", {}).get("slice_chunks", 0)
    used_up = number >= MAX_TURNS or chunks >= MAX_CHUNKS
    return {"turn": number, "cursor": cursor, "chunks": chunks, "hand_over": used_up}


def _planned(slice_: str, item: Slice, first_step: str) -> dict[str, Any]:
    """What the state machine needs of a slice, and the step that comes first."""
    counted = {"hours": item["hours"], "objects": item["objects"]}
    return {"planned": True, "more": False, "id": slice_, "stage": {"step": first_step}, **counted}


def _apply_declaration(settings: Settings, ledger: Ledger, now: datetime) -> None:
    """Checks the declaration against the tables and the landing, and does what it requires."""
    try:
        published.check_tables(settings, ledger)
        declared.check(settings, ledger)
        glue_tables.ensure_tables(settings)
        _look_outside(settings, ledger)
        misfits.try_again(ledger, Landing.of(settings))
        declared.take_up(settings, ledger, now)
    except (CatalogError, DataSetError, FenceLostError) as err:
        raise type(err)(f"{err}{rebuilds.still_requested(ledger)}") from err


def _look_outside(settings: Settings, ledger: Ledger) -> None:
    """Records what lies outside the layout, for `status` and the metrics.

    Raises DataSetError if nothing lies in it: the declared layout is not the landing's.
    """
    landing = Landing.of(settings)
    found = outside(landing)
    if found.objects or outside_layout.read(ledger)["objects"]:
        outside_layout.keep(ledger, found.objects, found.names)
    if found.objects and not found.inside and marks.mark(ledger) is None:
        raise DataSetError(
            f"{found.objects} objects lie below {landing.uri} and none in the layout"
            f" {landing.layout}. Objects must lie in a folder for each hour or day of their"
            " arrival; another layout of these is declared in [landing] of the data set:\n"
            + listed(found.names)
        )


class _Planner(NamedTuple):
    """Plans one slice for an execution, under one declaration of the data set.

    It merges all waiting rows if some have waited since `due`; `settle` are requests to merge them.
    """

    settings: Settings
    ledger: Ledger
    search: Search
    execution: str
    fence: int
    now: datetime
    declaration: str
    due: datetime
    settle: tuple[str, ...] = ()

    def settling(self) -> "_Planner":
        """The same for the last slice of arrivals, which fulfils the requests to settle."""
        names = settle_requests.names(self.ledger)
        return self._replace(due=self.now, settle=names) if names else self

    def arrivals(self, taken: Sequence[Candidate]) -> dict[str, Any]:
        """The slice of these arrival hours."""
        return self._keep(self._hours(taken), self.search.mark_of(taken))

    def rebuild(self, rebuild: rebuilds.Rebuild) -> dict[str, Any]:
        """The slice of a rebuild; raises what prevents it."""
        if rebuild.refused is not None:
            raise rebuild.refused
        return self._keep(self._hours(rebuild.taken), rebuild=rebuild.document)

    def last(self, rebuild: rebuilds.Rebuild | None) -> dict[str, Any] | None:
        """The slice that comes once no arrivals are left, None if there is none.

        In this order: a rebuild, waiting rows that are due, an erasure, and event hours that
        derived tables lack.
        """
        if rebuild is not None:
            return self.rebuild(rebuild)
        planner = self.settling()
        if due.must_settle(waiting.entries(self.ledger), planner.due):
            return planner._keep([])
        settle_requests.done(self.ledger, planner.settle)
        erasure = erasures.following(self.ledger)
        if erasure is not None and waiting.entries(self.ledger):
            # Waiting rows may hold the values too, and are merged first.
            return planner._replace(due=self.now)._keep([])
        if erasure is not None:
            return planner._keep([], erase=erasure)
        tables = [derived.table for derived in loading.load(self.settings.data_set).derived]
        # Any slice builds held hours that are retried, but there may be none to come.
        fill = fills.following(self.ledger, tables) or held_derived.following(self.ledger, tables)
        return None if fill is None else planner._keep([], fill=fill)

    def _keep(
        self,
        hours: list[PlannedHour],
        mark: str | None = None,
        *,
        rebuild: RebuildOrder | None = None,
        fill: Fill | None = None,
        erase: Erasure | None = None,
    ) -> dict[str, Any]:
        """Writes a slice's plan, then its item; returns what the state machine needs of it.

        `rebuild`, `fill` and `erase` are what a slice of that kind works on.
        """
        slice_ = slice_id(slices.next_number(self.ledger), self.now)
        present = catalog.tables(self.settings.database)
        retired = glue_tables.with_retired(self.settings, present).retired
        document: Plan = {
            "slice": slice_,
            "hours": hours,
            "mark": mark,
            "declaration": self.declaration,
            "retired": [(each.name, each.type) for each in retired],
            "underived": [],
            "due": self.due.isoformat(),
            "settle": list(self.settle),
        }
        unrecorded.hand_on(self.settings, self.ledger, document)
        item: Slice = {
            "state": "planned",
            "execution": self.execution,
            "fence": self.fence,
            "started_at": self.now.isoformat(),
            "hours": len(hours),
            "objects": sum(len(entry["objects"]) for entry in hours),
        }
        if hours:
            item["first_hour"], item["last_hour"] = hours[0]["hour"], hours[-1]["hour"]
        if rebuild is not None:
            document["rebuild"] = item["rebuild"] = rebuild
        if fill is not None:
            document["fill"], item["fills"] = fill, fill["table"]
        if erase is not None:
            document["erase"], item["erases"] = erase, True
        Documents(self.settings.lake_bucket, slice_).keep_plan(document)
        slices.begin(self.ledger, slice_, item)
        return _planned(slice_, item, "count" if erase is not None else "extract")

    def _hours(self, taken: Sequence[Candidate]) -> list[PlannedHour]:
        """The hours as a plan lists them, with what the footers of a Parquet landing say."""
        taken = sorted(taken, key=lambda each: each.hour)  # pending and requested ones came first
        unread = [self.search.unread(each) for each in taken]
        skipped = {entry["key"] for found in unread for entry in found}
        objects = [item for each in taken for item in each.objects if item.key not in skipped]
        looked = misfits.look(self.ledger, Landing.of(self.settings), objects, self.now)
        each_found = zip(taken, unread, strict=True)
        return [planned_hour(each, found, looked) for each, found in each_found]
