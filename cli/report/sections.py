"""The sections of a report, each from its figures."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from cli.report import charts
from cli.report.gather import Facts
from cli.report.markup import (
    BYTES,
    CODE,
    DOLLARS,
    LONG,
    NUMBER,
    TEXT,
    Chart,
    Column,
    details,
    dollars,
    figure,
    paragraph,
    section,
    size,
    table,
)
from cli.report.statements import EXAMPLES, MAX_CELLS, SHOWN_CHARACTERS
from cli.tables import slice_hours

# The most rows of one table; the page says how many it leaves out.
MAX_ROWS = 200
Section = tuple[str, list[Chart]]


def sections(facts: Facts) -> tuple[str, list[Chart]]:
    """The markup of all sections, and the charts that belong in them."""
    made = [
        _landed(facts), _late(facts), _account(facts), _rejected(facts), _states(facts),
        _partitions(facts), _scanned(facts), _versions(facts), *_series(facts),
    ]  # fmt: skip
    return "".join(markup for markup, _ in made), [c for _, found in made for c in found]


def _cut(rows: list[Any]) -> str:
    """A sentence about what a table leaves out."""
    more = len(rows) - MAX_ROWS
    return paragraph(f"{more:,} more are left out here.") if more > 0 else ""


def _account(facts: Facts) -> Section:
    it = facts.account
    rows = [
        {"what": "published, one row per key", "lines": it["distinct"] - it["kept"]},
        {"what": "duplicates and older revisions", "lines": it["duplicates"]},
        *({"what": f"rejected: {r}", "lines": n} for r, n in sorted(it["rejected"].items())),
        {"what": "late, waiting for their event hour", "lines": it["waiting"]},
        {"what": "all lines", "lines": it["lines"]},
    ]
    beside = [
        *(
            {"what": f"NULL in {f}: the value does not fit", "n": n}
            for f, n in it["misfits"].items()
        ),
        {
            "what": "rows published besides, of replaced or removed objects or a failed run,"
            " at least",
            "n": it["kept"],
        },
        {"what": "objects outside the layout, not read", "n": it["outside"]["objects"]},
    ]
    left = [
        *({"what": e["object"], "why": e["reason"]} for e in it["unread"]),
        *({"what": f"arrival hour {e['arrival_hour']}", "why": e["reason"]} for e in it["held"]),
        *({"what": e["hour"], "why": e["reason"]} for e in it["held_derived"]),
    ]
    parts = [
        table("What became of every line", _columns(what=TEXT, lines=NUMBER), rows),
        table("Counted beside the lines", _columns(what=TEXT, n=NUMBER), beside),
    ]
    if left:
        columns = [Column("object or hour", "what", CODE), Column("reason", "why", LONG)]
        shown = table("Objects and hours that were left out", columns, left[:MAX_ROWS])
        parts += [shown, _cut([*left, *range(it["unread_more"])])]
    return section("account", "The account of every line", *parts), []


def _columns(**kinds: str) -> list[Column]:
    """Columns named like the members they show, except for those called what and n."""
    titles = {"what": "what became of it", "n": "count"}
    return [
        Column(titles.get(name, name.replace("_", " ")), name, kind) for name, kind in kinds.items()
    ]


def _landed(facts: Facts) -> Section:
    title = "Where events landed, and when they happened"
    if not facts.landed:
        return section("landed", title, paragraph("No events are published yet.")), []
    chart = charts.landed(facts.landed)
    hours: dict[str, Counter[str]] = {}
    for cell in facts.landed:
        found = hours.setdefault(cell["arrival"], Counter())
        found["rows"] += cell["rows"]
        found["late_rows"] += cell["rows"] if cell["event"] < cell["arrival"] else 0
        found["event_hours"] += 1
    rows = [{"arrival_hour": hour, **hours[hour]} for hour in sorted(hours, reverse=True)]
    columns = _columns(arrival_hour=TEXT, rows=NUMBER, late_rows=NUMBER, event_hours=NUMBER)
    words = f"Events since {facts.since}."
    if facts.cells > len(facts.landed):
        words += (
            f" Of {facts.cells:,} pairs of hours the {MAX_CELLS:,} with the most rows are shown."
        )
    shown = table("Rows by arrival hour", columns, rows[:MAX_ROWS])
    return section(
        "landed", title, paragraph(words), figure(chart), details("As a table", shown, _cut(rows))
    ), [chart]


def _late(facts: Facts) -> Section:
    chart = charts.late(facts.late)
    ages = [{"age": charts.AGES[age], "lines": n} for age, n in facts.late.items()]
    parts = [
        figure(chart),
        table("Accepted lines by hours late", _columns(age=TEXT, lines=NUMBER), ages),
    ]
    if facts.waiting:
        columns = _columns(event_hour=TEXT, rows=NUMBER, since=TEXT)
        parts += [
            table("Late rows that wait for their event hour", columns, facts.waiting[:MAX_ROWS]),
            _cut(facts.waiting),
        ]
    else:
        parts.append(paragraph("No late rows wait: all of them are in the tables."))
    return section("late", "How late events came", *parts), [chart]


def _rejected(facts: Facts) -> Section:
    title = "Rejected lines"
    if not facts.account["rejected"]:
        return section("rejected", title, paragraph("No line was rejected.")), []
    chart = charts.rejected(facts.account["rejected"])
    columns = [
        Column("reason", "reject_reason"),
        Column("detail", "reject_detail", LONG),
        Column("arrival hour", "arrival_hour"),
        Column(f"line, {SHOWN_CHARACTERS} characters at most", "line", CODE),
        Column("object", "source_path", CODE),
    ]
    shown = table(f"{EXAMPLES} lines of each reason, the newest", columns, facts.examples)
    return section("rejected", title, figure(chart), shown), [chart]


def _states(facts: Facts) -> Section:
    title = "The runs, state by state"
    if not facts.runs:
        words = "No run's states are known: they are kept from the next run on."
        return section("states", title, paragraph(words)), []
    worked = [r for r in facts.runs if any(s["state"] == "Extract" for s in r["states"])]
    run = (worked or facts.runs)[-1]
    chart = charts.states(run)
    parts = [figure(chart)]
    if run["cut"]:
        parts.append(paragraph(f"{run['cut']:,} later stays in a state are not drawn."))
    columns = _columns(state=TEXT, times=NUMBER, seconds=NUMBER)
    parts.append(details("As a table", table("Seconds in each state", columns, run["states"])))
    columns = _columns(started=TEXT, status=TEXT, seconds=NUMBER, execution=CODE)
    parts.append(table("The newest runs", columns, reversed(facts.runs)))
    return section("states", title, *parts), [chart]


def _partitions(facts: Facts) -> Section:
    title = "Partitions before and after"
    tables = [
        {"slice": each["slice"], "table": name, **counts}
        for each in facts.slices
        for name, counts in each["tables"].items()
    ]
    columns = _columns(
        slice=CODE, table=TEXT, new=NUMBER, rewritten=NUMBER, rows_before=NUMBER, rows=NUMBER
    )
    parts = [table("Partitions that the newest slices published", columns, tables[:MAX_ROWS])]
    newest = next((each for each in facts.slices if each["flips"]), None)
    if newest is None:
        return section("partitions", title, *parts), []
    chart = charts.partitions(newest)
    columns = _columns(
        partition=TEXT, rows_before=NUMBER, rows=NUMBER, version_before=CODE, version=CODE
    )
    rows = reversed(newest["flips"])
    each_one = table(f"Partitions of events of slice {newest['slice']}", columns, rows)
    return section("partitions", title, figure(chart), details("As a table", each_one), *parts), [
        chart
    ]


def _scanned(facts: Facts) -> Section:
    title = "Bytes scanned, and what they cost"
    page = (
        f"Making this page ran {facts.queries} statements, which scanned"
        f" {size(facts.scanned_bytes)}."
    )
    if not facts.slices:
        return section("scanned", title, paragraph(f"No slice was planned yet. {page}")), []
    chart = charts.scanned(facts.slices)
    landed = charts.landed_once(facts.slices)
    read = sum(each["scanned_bytes"] for each in facts.slices)
    price = dollars(sum(each["dollars"] for each in facts.slices))
    ratio = f", {read / landed:.1f} bytes for each that had landed" if landed else ""
    words = (
        f"The newest {len(facts.slices)} slices scanned {size(read)}{ratio}. At Athena's list price"
        f" that is {price}: a query is billed for 10 MB at least, a failed one is free. {page}"
    )
    rows = [
        {**each, "price": each["dollars"], "arrival_hours": slice_hours(each)}
        for each in facts.slices
    ]
    columns = _columns(
        slice=CODE, state=TEXT, arrival_hours=TEXT, objects=NUMBER, lines=NUMBER,
        landed_bytes=BYTES, queries=NUMBER, scanned_bytes=BYTES, price=DOLLARS,
    )  # fmt: skip
    return section(
        "scanned",
        title,
        paragraph(words),
        figure(chart),
        table("The newest slices", columns, rows),
    ), [chart]


def _versions(facts: Facts) -> Section:
    title = "What each version of an hour held"
    parts, made = [], []
    for number, (partition, held) in enumerate(facts.versions.items()):
        chart = charts.versions(number, partition, held)
        made.append(chart)
        rows = [{**e, "arrival_hours": len(e["arrivals"])} for e in held]
        columns = _columns(
            version=CODE, state=TEXT, at=TEXT, rows=NUMBER, late=NUMBER, arrival_hours=NUMBER
        )
        parts += [figure(chart), table(f"Versions of {partition}", columns, rows)]
    if not parts:
        parts = [paragraph("No event hour has a version yet.")]
    else:
        parts.insert(0, paragraph("The event hours with the most versions in the newest slices."))
    return section("versions", title, *parts), made


def _series(facts: Facts) -> Iterable[Section]:
    for number, each in enumerate(facts.series):
        made = charts.over_a_day(each, number)
        words = (
            f"{each['day']}, UTC, the day with the most events here: {each['line']} of"
            f" {each['table']} for the {len(made)} values of {each['by']} with the largest sum of"
            f" {each['busiest']}."
        )
        grid = f'<div class="grid">{"".join(map(figure, made))}</div>'
        yield section(f"series-{number}", each["title"], paragraph(words), grid), made
