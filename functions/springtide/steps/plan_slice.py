"""Plans the next slice: finds arrival hours that are new or changed, and keeps what it lists."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from springtide.arrivals.landing import Landing, fingerprint, is_hidden
from springtide.arrivals.outside import outside
from springtide.arrivals.parquet_objects import Looked
from springtide.arrivals.search import Search
from springtide.arrivals.slicing import Candidate, choose
from springtide.aws import catalog
from springtide.dataset import glue_tables, loading
from springtide.ledger import (
    completeness,
    due,
    fills,
    held_derived,
    hour_requests,
    lease,
    marks,
    open_hours,
    outside_layout,
    published,
    settle_requests,
    slices,
    waiting,
)
from springtide.ledger.chunks import underived
from springtide.ledger.documents import Documents
from springtide.ledger.journal import flips
from springtide.ledger.open_hours import OpenHour
from springtide.ledger.slices import Slice
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.documents import (
    Erasure,
    Fill,
    Plan,
    PlannedHour,
    RebuildOrder,
    UnreadObject,
)
from springtide.model.errors import CatalogError, DataSetError, FenceLostError
from springtide.model.partitions import EVENTS
from springtide.model.settings import Settings
from springtide.model.versions import slice_id
from springtide.model.wording import listed
from springtide.requests import declared, erasures, misfits, rebuilds

# One call lists no more objects in search of changed hours: S3 gives a thousand at a time, some of
# ten a second, and the function has five minutes.
MAX_LISTED_OBJECTS = 300_000
# Turns of one execution, and chunks of all its turns, before a successor continues: an execution's
# history ends at 25,000 events (tests/pipeline/test_history.py counts those of each).
MAX_TURNS = 12
MAX_CHUNKS = 400


def plan_slice(
    settings: Settings, execution: str, turn: Mapping[str, Any], started: datetime, now: datetime
) -> dict[str, Any]:
    """Plans one slice under the lease; `planned` is false when nothing is pending any longer.

    Then `more` says whether the search has only paused, to be gone on with by the next call.
    `turn` is what the turn before returned: its number, and the cursor, the arrival hour up to
    which the run has looked for new arrivals. These are what had settled when the run `started`.
    `hand_over` says that the run has had its turns or its chunks: a successor plans what is left.
    A slice that a run published and died while it recorded comes first, with `record` as its step.
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    fence = lease.renew(ledger, execution)
    kept = _so_far(turn)
    if kept["hand_over"]:
        return {**kept, "planned": False, "more": False}
    # Once a run, and again after a deployment during it.
    declaration = loading.load(settings.data_set).digest
    if turn.get("declaration") != declaration:
        begun = slices.unfinished(ledger)
        # All of it is published: its metrics are emitted before anything is recorded of it.
        if begun is not None and "measured_at" in begun:
            return {**kept, **_turn(begun["sk"], begun, "record")}
        try:
            published.check_tables(settings, ledger)
            declared.check(settings, ledger)
            glue_tables.ensure_tables(settings)
            _look_outside(settings, ledger)
            misfits.try_again(ledger, Landing.of(settings))
            declared.take_up(settings, ledger, now)
        except (CatalogError, DataSetError, FenceLostError) as err:
            raise type(err)(f"{err}{rebuilds.still_requested(ledger)}") from err
    rebuild = rebuilds.ready(settings, ledger)
    search = Search(
        settings, ledger, now, turn["cursor"], started=started, max_listed=MAX_LISTED_OBJECTS
    )
    late = now - timedelta(hours=settings.defer_hours)
    by = _Plan(settings, ledger, search, execution, fence, now, declaration, late)
    if rebuild is not None and not rebuild.last:
        planned = by.rebuild(rebuild)
        return {**kept, "turn": turn["turn"] + 1, "declaration": declaration, **planned}
    choice = choose(search.candidates(), settings.max_slice_bytes)
    goes_on_at = search.stop_at(choice.left)
    # Pending first: a crash in between must not leave hours that a request has gone past and that
    # nothing remembers.
    for taken in choice.taken:
        open_hours.put(ledger, taken.hour, _pending(search, taken, now))
    _keep_progress(ledger, search, goes_on_at, (taken.hour for taken in choice.taken))
    kept |= {"cursor": search.cursor, "declaration": declaration}
    if not choice.taken:
        if search.newest is not None:
            marks.advance(ledger, search.newest)
        more = search.paused_at is not None
        if not more:
            last = by.last(rebuild)
            if last is not None:
                return {**kept, "turn": turn["turn"] + 1, **last}
        completeness.publish(settings, ledger)
        states = [item["state"] for item in open_hours.read(ledger).values()]
        return {**kept, "planned": False, "more": more, "held": states.count("held")}
    hours = by.hours(choice.taken)
    if goes_on_at is None:
        by = by.settling()
    planned = by.keep(hours, search.mark_of(choice.taken))
    return {**kept, "turn": turn["turn"] + 1, **planned}


def _turn(slice_: str, item: Slice, first_step: str) -> dict[str, Any]:
    """What the state machine needs of a slice, and the step with which it begins there."""
    counted = {"hours": item["hours"], "objects": item["objects"]}
    return {"planned": True, "more": False, "id": slice_, "stage": {"step": first_step}, **counted}


def _look_outside(settings: Settings, ledger: Ledger) -> None:
    """Keeps what lies outside the layout, for `status` and the metrics.

    Raises DataSetError if nothing lies in it: the layout is not the landing's.
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


def _so_far(turn: Mapping[str, Any]) -> dict[str, Any]:
    """What the run has done before this call, and whether that is all that it may do."""
    number, cursor = turn["turn"], turn["cursor"]
    chunks = turn.get("chunks", 0) + turn.get("stage", {}).get("slice_chunks", 0)
    used_up = number >= MAX_TURNS or chunks >= MAX_CHUNKS
    return {"turn": number, "cursor": cursor, "chunks": chunks, "hand_over": used_up}


class _Plan(NamedTuple):
    """What a slice is planned by: who does it, when, and by which declaration of the data set.

    Late rows that have waited since `due` are merged; `settle` are requests to merge all of them.
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

    def settling(self) -> "_Plan":
        """The same for a slice with which nothing is left to ingest: requests are fulfilled."""
        asked = settle_requests.names(self.ledger)
        return self._replace(due=self.now, settle=asked) if asked else self

    def last(self, rebuild: rebuilds.Rebuild | None) -> dict[str, Any] | None:
        """What is done once no arrivals are left.

        A rebuild, then late rows that have waited enough, what is to be erased, and derived tables
        that lack event hours.
        """
        if rebuild is not None:
            return self.rebuild(rebuild)
        by = self.settling()
        if due.must_settle(waiting.entries(self.ledger), by.due):
            return by.keep([])
        settle_requests.done(self.ledger, by.settle)
        erasure = erasures.following(self.ledger)
        if erasure is not None and waiting.entries(self.ledger):
            # What waits may hold it too, and is merged first.
            return by._replace(due=self.now).keep([])
        if erasure is not None:
            return by.keep([], erase=erasure)
        tables = [derived.table for derived in loading.load(self.settings.data_set).derived]
        # Held hours that are retried come with any slice, but there may be nothing to read for one.
        fill = fills.following(self.ledger, tables) or held_derived.following(self.ledger, tables)
        return None if fill is None else by.keep([], fill=fill)

    def rebuild(self, rebuild: rebuilds.Rebuild) -> dict[str, Any]:
        """The slice of a rebuild; raises what is in its way."""
        if rebuild.refused is not None:
            raise rebuild.refused
        return self.keep(self.hours(rebuild.taken), rebuild=rebuild.document)

    def keep(
        self,
        hours: list[PlannedHour],
        mark: str | None = None,
        *,
        rebuild: RebuildOrder | None = None,
        fill: Fill | None = None,
        erase: Erasure | None = None,
    ) -> dict[str, Any]:
        """Writes a slice's plan, then its item.

        `rebuild` and `erase` are the requests of slices of these kinds, `fill` what another builds
        derived tables of.
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
        _hand_on(self.settings, self.ledger, document)
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
        return _turn(slice_, item, "count" if erase is not None else "extract")

    def hours(self, taken: Sequence[Candidate]) -> list[PlannedHour]:
        """The hours as the plan has them; of a Parquet landing with what the footers say."""
        unread = [self.search.unread(each) for each in taken]
        skipped = {entry["key"] for found in unread for entry in found}
        objects = [item for each in taken for item in each.objects if item.key not in skipped]
        looked = misfits.look(self.ledger, Landing.of(self.settings), objects, self.now)
        each_found = zip(taken, unread, strict=True)
        return [_hour_document(each, found, looked) for each, found in each_found]


def _hand_on(settings: Settings, ledger: Ledger, plan: Plan) -> None:
    """Adds what a slice that was not recorded hands on to the next, with what it was handed itself.

    `underived` are event hours that were published: their arrival hours are ingested again, but
    without objects that are gone or skipped since, so that nothing else might touch these.
    `derive_hours` and `changed` are what Isolate Failure decided about it. Hours of derived tables
    that were held and are retried come with any slice.
    """
    again = held_derived.retried(ledger)
    newest = slices.newest(ledger)
    if newest is None or newest["state"] not in ("planned", "failed"):
        plan["underived"] = [list(hour) for hour in sorted(again)]
        return
    before = Documents(settings.lake_bucket, newest["sk"]).plan()
    published = {flip.partition for flip in flips(ledger, newest["sk"], f"{EVENTS.table}#")}
    plan["underived"] = [list(hour) for hour in sorted(published.union(underived(before), again))]
    for decided in (before, newest.get("decision")):
        if decided is not None and "derive_hours" in decided:
            plan["derive_hours"] = decided["derive_hours"]
        if decided is not None and "changed" in decided:
            plan["changed"] = decided["changed"]


def _keep_progress(
    ledger: Ledger,
    search: Search,
    goes_on_at: ArrivalHour | None,
    taken: Iterable[ArrivalHour],
) -> None:
    """Records how far requests were looked through; no later turn lists the same again."""
    for hour in set(search.gone).difference(taken):
        # The pending objects are gone from the landing, and did not come back while it was listed;
        # there is nothing left to ingest.
        open_hours.drop(ledger, hour)
    for request in search.done:
        hour_requests.done(ledger, request["sk"])
    if search.request is not None and goes_on_at is not None:
        request = search.request
        hour_requests.keep(ledger, request["sk"], str(goes_on_at), request["last"])


def _pending(search: Search, taken: Candidate, now: datetime) -> OpenHour:
    """The ledger item of an hour that is about to be ingested."""
    item: OpenHour = {
        "state": "pending",
        "pending_since": now.isoformat(),
        "fingerprint": fingerprint(taken.objects),
    }
    known = search.open.get(taken.hour)
    if known is None:
        return item
    if known["state"] == "pending" and "pending_since" in known:
        item["pending_since"] = known["pending_since"]
    name: Literal["max_hours", "stale", "transient"]
    for name in ("max_hours", "stale", "transient"):
        if name in known:
            item[name] = known[name]
    return item


def _hour_document(
    taken: Candidate, unread: list[UnreadObject], looked: Mapping[str, Looked]
) -> PlannedHour:
    here = {item.key: looked[item.key] for item in taken.objects if item.key in looked}
    for key, found in here.items():
        if found.reason is not None:
            unread = [*unread, {"key": key, "reason": found.reason}]
    document: PlannedHour = {
        "hour": str(taken.hour),
        "fingerprint": fingerprint(taken.objects),
        "objects": [(item.key, item.size, item.etag) for item in taken.objects],
        "unread": unread,
        "excluded": [entry["key"] for entry in unread if not is_hidden(entry["reason"])],
    }
    if here:
        document["rows"] = {key: found.rows for key, found in here.items()}
    return document
