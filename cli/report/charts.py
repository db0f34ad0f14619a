"""The report's charts as Vega-Lite specs; colours come from the page's theme, light or dark."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cli.report.markup import Chart, number, short, size

Rows = Sequence[Mapping[str, Any]]
# The name of each class of late events, the least late first.
AGES = {
    "on time": "not late", "1h": "up to 1 h", "6h": "2 to 6 h", "24h": "7 to 24 h",
    "7d": "1 to 7 days", "older": "older",
}  # fmt: skip
# The steps of a slice whose queries scan, in order.
_STEPS = ("extract", "count", "merge", "audit", "derive", "audit_derived")
_HOURS, _DAYS = "%d %b %H:%M", "%Y-%m-%d"
_LONG_DAYS = 60  # from then on an axis of hours has its days' names, with their year
_BAR = 22  # pixels of a bar and its gap


def _spec(rows: Rows, height: int, **parts: Any) -> dict[str, Any]:
    """A spec as wide as its container."""
    return {
        "width": "container",
        "height": height,
        "autosize": {"type": "fit-x", "contains": "padding"},
        "data": {"values": list(rows)},
        **parts,
    }


def _hours(field: str, title: str, hours: Sequence[str]) -> dict[str, Any]:
    """An axis of these hours."""
    days = [date.fromisoformat(hour[:10]).toordinal() for hour in hours]
    far = max(days) - min(days) >= _LONG_DAYS
    return {
        "field": field,
        "type": "temporal",
        "timeUnit": "utcyearmonthdatehours",
        "title": title,
        "axis": {"format": _DAYS if far else _HOURS, "labelOverlap": "greedy", "tickCount": 8},
    }


def _named(field: str, title: str | None = None, **more: Any) -> dict[str, Any]:
    return {"field": field, "type": "nominal", "title": title, **more}


def _counted(field: str, title: str, **more: Any) -> dict[str, Any]:
    return {"field": field, "type": "quantitative", "title": title, **more}


def _bars(rows: Rows, each: dict[str, Any]) -> dict[str, Any]:
    """A bar of lines for each row."""
    encoding = {"x": _counted("lines", "lines"), "y": each}
    height = _BAR * max(2, len(rows))
    return _spec(rows, height, mark={"type": "bar", "tooltip": True}, encoding=encoding)


def landed(cells: Rows) -> Chart:
    """Rows by arrival hour and event hour."""
    late = sum(cell["rows"] for cell in cells if cell["arrival"] > cell["event"])
    rows = sum(cell["rows"] for cell in cells)
    values = [{**c, "arrival": f"{c['arrival']}:00Z", "event": f"{c['event']}:00Z"} for c in cells]
    arrival = _hours("arrival", "arrived (UTC)", [cell["arrival"] for cell in cells])
    event = _hours("event", "happened (UTC)", [cell["event"] for cell in cells])
    tooltip = [
        {**arrival, "format": "%Y-%m-%d %H:00"},
        {**event, "format": "%Y-%m-%d %H:00"},
        _counted("rows", "rows", format=","),
    ]
    for each in tooltip[:2]:
        each.pop("axis")
    spec = _spec(
        values,
        420,
        mark={"type": "rect"},
        encoding={
            "x": arrival,
            "y": event,
            "color": _counted("rows", "rows", scale={"type": "log"}, legend={"format": "~s"}),
            "tooltip": tooltip,
        },
    )
    return Chart(
        "landed",
        "Rows of events by the hour in which they arrived and the hour in which they happened."
        " What lies right of the diagonal came late.",
        f"Heat map of {number(rows)} rows, {number(late)} of which arrived in a later hour than"
        " they happened in.",
        spec,
    )


def late(ages: Mapping[str, int]) -> Chart:
    """Accepted lines by how late they came, without those on time."""
    counts = {AGES[age]: lines for age, lines in ages.items() if age != "on time"}
    said = ", ".join(f"{age} {number(lines)}" for age, lines in counts.items())
    rows = [{"age": age, "lines": lines} for age, lines in counts.items()]
    return Chart(
        "late",
        f"{number(sum(counts.values()))} of {number(sum(ages.values()))} accepted lines arrived"
        " after their event hour, by how many hours.",
        f"Bar chart of late lines: {said}.",
        _bars(rows, _named("age", "hours late", sort=None)),
    )


def rejected(reasons: Mapping[str, int]) -> Chart:
    """Rejected lines by reason."""
    rows = [{"reason": reason, "lines": n} for reason, n in reasons.items()]
    said = ", ".join(f"{reason} {number(n)}" for reason, n in reasons.items())
    return Chart(
        "rejected",
        "Rejected lines by reason; each is in the quarantine with its text, unless erased.",
        f"Bar chart of rejected lines: {said}.",
        _bars(rows, _named("reason", sort="-x", axis={"labelLimit": 220})),
    )


def states(run: Mapping[str, Any]) -> Chart:
    """When a run was in which state."""
    entered = [each["state"] for each in run["states"]]
    return Chart(
        "states",
        f"States of the run of {run['started'].replace('T', ' ')[:19]} UTC: {run['status']} after"
        f" {number(run['seconds'])} seconds.",
        "Time line of the run's states: "
        + ", ".join(f"{s['state']} {number(s['seconds'])} s" for s in run["states"])
        + ".",
        _spec(
            run["spans"],
            _BAR * max(2, len(entered)),
            mark={"type": "bar", "tooltip": True, "minSize": 1, "opacity": 0.8},
            encoding={
                "x": _counted("start", "seconds since the start"),
                "x2": {"field": "end"},
                "y": _named("state", sort=entered, axis={"labelLimit": 160}),
            },
        ),
    )


def partitions(of: Mapping[str, Any]) -> Chart:
    """Rows of the partitions that a slice published, before and after it."""
    flips: Rows = of["flips"]
    rows = [
        {
            "partition": flip["partition"],
            "before": flip["rows_before"] or 0,
            "after": flip["rows"],
            "kind": "new" if flip["rows_before"] is None else "rewritten",
        }
        for flip in flips
    ]
    new = sum(row["kind"] == "new" for row in rows)
    hours = _named("partition", "partition of events", axis={"labelOverlap": "greedy"})
    rows_before = {
        "transform": [{"filter": "datum.kind == 'rewritten'"}],
        "mark": {"type": "tick", "thickness": 2, "style": "before"},
        "encoding": {"y": _counted("before", "rows")},
    }
    return Chart(
        "partitions",
        f"Partitions of events that slice {of['slice']} published"
        f"{', undone since' if of['state'] == 'undone' else ''}: the bar is the rows after it, the"
        " mark across it the rows before.",
        f"Bar chart of {len(rows)} partitions, {new} of them new.",
        _spec(
            rows,
            240,
            encoding={"x": hours},
            layer=[
                {
                    "mark": {"type": "bar", "tooltip": {"content": "data"}},
                    "encoding": {
                        "y": _counted("after", "rows"),
                        "color": _named("kind", "partition"),
                    },
                },
                # Vega complains of a layer without marks.
                *([rows_before] if new < len(rows) else []),
            ],
        ),
    )


def landed_once(slices: Rows) -> int:
    """Bytes that had landed for these slices; what a failed one was to read, a later one reads."""
    return sum(each["landed_bytes"] or 0 for each in slices if each["recorded_at"])


def scanned(slices: Rows) -> Chart:
    """Bytes that each slice's queries scanned, beside the bytes that had landed."""
    rows, place = [], {step: number for number, step in enumerate(_STEPS)}
    for each in slices:
        name = each["slice"].partition("-")[0]
        landed_bytes = each["landed_bytes"] or 0
        rows.append({"slice": name, "bar": "landed", "what": "landed", "bytes": landed_bytes})
        rows += [
            {"slice": name, "bar": "scanned", "what": step, "bytes": read, "place": place[step]}
            for step, read in each["scanned"].items()
        ]
    scanned_bytes = sum(each["scanned_bytes"] for each in slices)
    return Chart(
        "scanned",
        "Bytes that had landed for each slice, and what its queries scanned, step by step.",
        f"Bar chart: {size(landed_once(slices))} landed, {size(scanned_bytes)} scanned in"
        f" {len(slices)} slices.",
        _spec(
            rows,
            2 * _BAR * max(1, len(slices)) + 10,
            mark={"type": "bar", "tooltip": {"content": "data"}},
            encoding={
                "x": _counted("bytes", "bytes", axis={"format": "~s"}),
                "y": _named("slice", "slice", sort="descending"),
                "yOffset": _named("bar"),
                "color": _named("what", "", sort=["landed", *_STEPS]),
                "order": {"field": "place", "type": "quantitative"},
            },
        ),
    )


def versions(number_: int, partition: str, held: Rows) -> Chart:
    """Rows of each version of a partition, by how late their lines arrived."""
    rows = [
        {
            "version": f"{each['version'].partition('-')[0]} ({_held(each)})",
            "came": came,
            "rows": n,
        }
        for each in held
        for came, n in (
            ("not late", sum(each["arrivals"].values()) - each["late"]),
            ("late", each["late"]),
        )
    ]
    said = "; ".join(f"{each['version']}: {_held(each)}" for each in held)
    names = list(dict.fromkeys(row["version"] for row in rows))
    return Chart(
        f"versions-{number_}",
        f"Versions of {partition}, by slice, the oldest first: rows that arrived in their own hour"
        " and rows that came late.",
        f"Bar chart of the versions of {partition}. {said}.",
        _spec(
            rows,
            _BAR * max(2, len(names)),
            mark={"type": "bar"},
            encoding={
                "x": _counted("rows", "rows", aggregate="sum"),
                "y": _named("version", sort=names, axis={"labelLimit": 180}),
                "color": _named("came", "arrived", sort=["not late", "late"]),
                "tooltip": [
                    _named("version", "version"),
                    _named("came", "arrived"),
                    _counted("rows", "rows", aggregate="sum", format=","),
                ],
            },
        ),
    )


def _held(version: Mapping[str, Any]) -> str:
    undone = ", undone" if version["state"] == "undone" else ""
    return f"{number(version['rows'])} rows{undone}"


def over_a_day(series: Mapping[str, Any], number_: int) -> list[Chart]:
    """A chart for each of the busiest: a line, and a mark below it where the condition held."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in series["rows"]:
        moment = f"{series['day']}T{row['minutes'] // 60:02}:{row['minutes'] % 60:02}:00Z"
        found.setdefault(row["name"], []).append({**row, "moment": moment})
    title = f"{series['line']}{', ' + series['unit'] if series['unit'] else ''}"
    return [
        _line(f"series-{number_}-{n}", f"{series['by']} {name}", title, series["marked"], rows)
        for n, (name, rows) in enumerate(found.items())
    ]


def _line(id_: str, name: str, title: str, marked: str, rows: list[dict[str, Any]]) -> Chart:
    values = [row["value"] for row in rows if row["value"] is not None]
    spread = f", from {short(min(values))} to {short(max(values))}" if values else ""
    times = sum(row["marked"] for row in rows)
    note = f", {marked} in {times} of {len(rows)} five-minute steps" if marked else ""
    moment = {
        "field": "moment",
        "type": "temporal",
        "scale": {"type": "utc"},
        "title": None,
        "axis": {"format": "%H:%M", "tickCount": 6},
    }
    rule = {
        "transform": [{"filter": "datum.marked"}],
        "mark": {"type": "rule", "style": "marked", "strokeWidth": 3},
    }
    line = {
        "mark": {"type": "line", "strokeWidth": 1.5, "tooltip": {"content": "data"}},
        "encoding": {"y": _counted("value", title, scale={"zero": True})},
    }
    return Chart(
        id_,
        f"{name}{note}",
        f"Line chart of {title} of {name} over the day{spread}{note}.",
        _spec(
            rows,
            140,
            encoding={"x": moment},
            layer=[rule, line] if times else [line],
        ),
    )
