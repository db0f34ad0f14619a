"""Checks whether another layout of the landing would move objects that were ingested.

An object that was ingested in one arrival hour and then lies in another is read again there: its
lines would count twice, and its rejected lines would be in the quarantine twice.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from itertools import chain, product

from springtide.dataset.layout import Layout
from springtide.ledger import declarations, hour_requests, open_hours, published, taken_hours
from springtide.ledger.declarations import LayoutItem
from springtide.ledger.hour_requests import HourRequest
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.errors import DataSetError
from springtide.model.partitions import QUARANTINE

# How far apart two layouts may place the same folder: the world's first and last time zones are 26
# hours apart, and a day counts as its first hour.
_FURTHEST_HOURS = 50


def check(ledger: Ledger, layout: Layout) -> None:
    """Raises DataSetError if the layout has ingested objects in another arrival hour."""
    found = moved(ledger, layout)
    if found is not None:
        raise DataSetError(
            f"[landing] of dataset.toml: {found}. Declare layout and time_zone as they were, or"
            " start another stack or --out folder with these. What lands from now on may lie in"
            " other folders, for which another layout can be declared."
        )


def moved(ledger: Ledger, layout: Layout) -> str | None:
    """Names an ingested folder that the layout has in another arrival hour, if there is one.

    Folders below it count whether they exist or not, since listing them all takes too long.
    """
    layout, items = _places(layout), declarations.layouts(ledger)
    known = [(_of(item), item["since"]) for item in items]
    if all(each == layout for each, _ in known):
        return None
    for hour, at in chain(_taken(ledger), _left_open(ledger, items[-1]["since"])):
        before, _ = next((each for each in reversed(known) if each[1] <= at), known[0])
        for lead, unit in product(before.leads, before.units(hour)) if before != layout else ():
            folder = f"{lead}{unit}/"
            other = min(layout.hours_below(folder) - {hour}, default=None)
            if other is not None:
                return (
                    f"{folder} was ingested as arrival hour {hour}; by the layout"
                    f" {layout.template} ({layout.time_zone}) what lies there is of {other}, so"
                    " its lines would be read and counted again"
                )
    return None


def _taken(ledger: Ledger) -> Iterator[tuple[ArrivalHour, str]]:
    """The taken hours, and when they were taken."""
    for item in taken_hours.read(ledger):
        yield ArrivalHour.parse(item["sk"]), item["taken_at"]


def _left_open(ledger: Ledger, last: str) -> Iterator[tuple[ArrivalHour, str]]:
    """The hours with lines in the quarantine that a run published and did not record.

    They count as taken under the `last` layout: any other would have been refused.
    """
    places = [(QUARANTINE.table, (str(hour),)) for hour in open_hours.read(ledger)]
    for (_, (hour,)), item in published.known(ledger, places).items():
        if item["rows"]:
            yield ArrivalHour.parse(hour), last


def take_up(ledger: Ledger, layout: Layout, start_from: ArrivalHour, now: datetime) -> None:
    """Requests the pending and held hours again where another layout has their objects."""
    for request in requests(ledger, layout, start_from, now):
        hour_requests.keep(ledger, request["sk"], request["first"], request["last"])


def requests(
    ledger: Ledger, layout: Layout, start_from: ArrivalHour, now: datetime
) -> list[HourRequest]:
    """The request for the open hours that another layout places elsewhere; empty if there are none.

    Such an hour may lie so far back that no run would list it.
    """
    items, opened = declarations.layouts(ledger), open_hours.read(ledger)
    if not opened or not items or _of(items[-1]) == _places(layout):
        return []
    first = max(min(opened).plus(-_FURTHEST_HOURS), start_from)
    last = max(opened).plus(_FURTHEST_HOURS)
    return [{"sk": f"layout-{now.isoformat()}", "first": str(first), "last": str(last)}]


def with_this(ledger: Ledger, layout: Layout, now: datetime) -> list[LayoutItem]:
    """All layouts that were used, the oldest first, with this one last."""
    items, layout = declarations.layouts(ledger), _places(layout)
    if items and _of(items[-1]) == layout:
        return items
    folders = [[name, list(values)] for name, values in layout.folders]
    this: LayoutItem = {
        "since": now.isoformat(),
        "template": layout.template,
        "folders": folders,
        "time_zone": layout.time_zone,
    }
    return [*items, this]


def _of(item: LayoutItem) -> Layout:
    folders = tuple((name, tuple(values)) for name, values in item["folders"])
    return Layout(item["template"], folders, item["time_zone"])


def _places(layout: Layout) -> Layout:
    """The layout without what does not affect where an object lies."""
    return replace(layout, reads_running=False)
