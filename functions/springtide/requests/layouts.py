"""Layouts of the landing that were declared, and whether another one moves what was ingested.

An object that is ingested as of one arrival hour and then lies in another is read again there: its
lines count twice, and its rejected ones are in the quarantine twice.
"""

from dataclasses import replace
from datetime import datetime

from springtide.dataset.layout import Layout
from springtide.ledger import declarations, hour_requests, open_hours, taken_hours
from springtide.ledger.declarations import LayoutItem
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.errors import DataSetError

# How far apart two layouts may have the same folder: 26 hours lie between the first and the last
# zone of the world, and a day counts as its first hour.
_FURTHEST_HOURS = 50


def check(ledger: Ledger, layout: Layout) -> None:
    """Raises DataSetError if the layout has what was ingested in another arrival hour."""
    found = moved(ledger, layout)
    if found is not None:
        raise DataSetError(
            f"[landing] of dataset.toml: {found}. Declare layout and time_zone as they were, or"
            " start another stack or --out folder with these. What lands from now on may lie in"
            " other folders, for which another layout can be declared."
        )


def moved(ledger: Ledger, layout: Layout) -> str | None:
    """Names a folder that was ingested and that the layout has in another arrival hour, if any.

    Folders below it count too, whether there are any or not: to list them all takes too long.
    """
    layout, items = _places(layout), declarations.layouts(ledger)
    known = [(_of(item), item["since"]) for item in items]
    if all(each == layout for each, _ in known):
        return None
    for item in taken_hours.read(ledger):
        taken_at = item["taken_at"]
        before, _ = next((each for each in reversed(known) if each[1] <= taken_at), known[0])
        hour = ArrivalHour.parse(item["sk"])
        for lead in before.leads if before != layout else ():
            folder = f"{lead}{before.of_hour(hour)}/"
            other = min(layout.hours_below(folder) - {hour}, default=None)
            if other is not None:
                return (
                    f"{folder} was ingested as arrival hour {hour}; by the layout"
                    f" {layout.template} ({layout.time_zone}) what lies there is of {other}, so"
                    " its lines would be read and counted again"
                )
    return None


def take_up(ledger: Ledger, layout: Layout, start_from: ArrivalHour, now: datetime) -> None:
    """Has hours that are pending or held looked for where another layout has their objects.

    Such an hour may lie so far back that no run would list it.
    """
    items, opened = declarations.layouts(ledger), open_hours.read(ledger)
    if opened and items and _of(items[-1]) != _places(layout):
        first = max(min(opened).plus(-_FURTHEST_HOURS), start_from)
        last = max(opened).plus(_FURTHEST_HOURS)
        hour_requests.keep(ledger, f"layout-{now.isoformat()}", str(first), str(last))


def with_this(ledger: Ledger, layout: Layout, now: datetime) -> list[LayoutItem]:
    """All layouts that were taken up, the oldest first; this one too if the last is another."""
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
    """The layout without what does not matter to where an object lies."""
    return replace(layout, reads_running=False)
