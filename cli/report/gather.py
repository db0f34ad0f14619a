"""Collects the figures of a report: from the ledger, the catalog, Step Functions and Athena."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from springtide.aws import athena
from springtide.dataset import loading
from springtide.ledger import taken_hours
from springtide.ledger.line_account import Account, account
from springtide.ledger.status import Status, status
from springtide.ledger.table import Ledger
from springtide.model.errors import SpringtideError
from springtide.model.lateness import AGES
from springtide.model.partitions import EVENTS, QUARANTINE
from springtide.model.settings import Settings

from cli.asking import run_to_end
from cli.errors import CommandError
from cli.report import statements
from cli.report.series import Series, read_series
from cli.report.slices import bounded, moments_of, newest_slices, versions_of_hours
from cli.run_history import Run
from cli.target import Target

ON_TIME = "on time"
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Facts:
    """All figures of a page; `--json` prints them. Times and hours are text, in UTC.

    `since` is the first day that the statements read, None if nothing is published.
    """

    data_set: str
    place: str
    made_at: str
    since: str | None
    account: dict[str, Any]
    # The last run's failure, from run.json.
    failure: dict[str, Any] | None
    complete_up_to: str | None
    fresh_up_to: str | None
    # Accepted lines by how late they came, the least late first.
    late: dict[str, int]
    # Late rows by event hour that are in no table yet.
    waiting: Rows
    # Rows of `events` by `arrival` and `event` hour; `cells` is how many there are.
    landed: Rows
    cells: int
    # Some rejected lines of each reason.
    examples: Rows
    runs: list[Run]
    slices: Rows
    # By partition of `events`: its versions, each with rows by arrival hour and how many of them
    # are late.
    versions: dict[str, Rows]
    # By entry of report.toml: its day and rows.
    series: Rows
    # The statements that the page ran, and the bytes they scanned.
    queries: int
    scanned_bytes: int


class Queries:
    """Runs statements one after the other; counts them and the bytes they scanned."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.run = 0
        self.scanned_bytes = 0

    def rows(self, sql: str) -> list[dict[str, Any]]:
        """Return the rows of a SELECT as text; raises CommandError with Athena's reason."""
        try:
            ended = run_to_end(self._settings, sql, "report")
        except SpringtideError as err:
            raise CommandError(f"{err}; the statement was:\n{sql}") from err
        self.run += 1
        self.scanned_bytes += ended.outcome.scanned_bytes
        return list(athena.rows(ended.query_id))


def gather(
    found: Target, place: str, runs: Sequence[Run], failure: dict[str, Any] | None, days: int
) -> Facts:
    """Collect the figures; statements read the newest `days` days of events.

    Raises CommandError if a statement fails, or if report.toml is wrong.
    """
    settings = found.settings
    data_set = loading.load(settings.data_set)
    wanted = read_series(data_set)
    now, whole, slices = status(settings), account(settings), newest_slices(settings)
    since = _first_day(now, EVENTS.table, days)
    queries = Queries(settings)
    cells = queries.rows(statements.landed(since)) if since else []
    # For the newest arrival days, which may differ from those of the events.
    came = _first_day(now, QUARANTINE.table, days)
    examples = queries.rows(statements.examples(came)) if came and whole.rejected else []
    return Facts(
        data_set=data_set.name,
        place=place,
        made_at=datetime.now(UTC).isoformat(timespec="seconds"),
        since=since,
        account=asdict(whole),
        failure=failure,
        complete_up_to=now.complete_up_to,
        fresh_up_to=now.fresh_up_to,
        late=_late(Ledger(settings.ledger_table, settings.data_set), whole),
        waiting=[
            {name: each[name] for name in ("event_hour", "rows", "since")}
            for each in now.waiting["event_hours"]
        ],
        landed=[
            {"arrival": c["arrival_hour"], "event": c["hour_of_event"], "rows": int(c["n"])}
            for c in cells
        ],
        cells=int(cells[0]["cells"]) if cells else 0,
        examples=examples,
        runs=list(runs),
        slices=bounded(slices),
        versions=_contents(queries, versions_of_hours(slices)),
        series=[_over_a_day(queries, each, cells) for each in wanted] if cells else [],
        queries=queries.run,
        scanned_bytes=queries.scanned_bytes,
    )


def _first_day(now: Status, table: str, days: int) -> str | None:
    """The first of the table's newest days, None if it has none."""
    newest = now.tables[table]["newest_partition"]
    if newest is None:
        return None
    last = date.fromisoformat(newest[:10]).toordinal()
    return date.fromordinal(max(1, last - days + 1)).isoformat()


def _late(ledger: Ledger, whole: Account) -> dict[str, int]:
    late: Counter[str] = Counter()
    for hour in taken_hours.read(ledger):
        late.update(hour["late"])
    accepted = whole.lines - sum(whole.rejected.values())
    return {ON_TIME: accepted - late.total(), **{age: late[age] for age in AGES}}


def _contents(queries: Queries, versions: dict[str, Rows]) -> dict[str, Rows]:
    """Add to each version its rows by arrival hour, and the late ones; none if it was collected."""
    if not versions:
        return {}
    moments = {partition: moments_of(partition) for partition in versions}
    named = {each["version"] for rows in versions.values() for each in rows}
    held = queries.rows(statements.contents(sorted(named), moments.values()))
    for partition, (start, end) in moments.items():
        for each in versions[partition]:
            rows = [r for r in held if r["version"] == each["version"] and _within(r, start, end)]
            arrivals: Counter[str] = Counter()
            for row in rows:
                arrivals[row["arrival_hour"]] += int(row["n"])
            each["arrivals"] = dict(sorted(arrivals.items()))
            each["late"] = sum(int(r["n"]) for r in rows if r["arrival_hour"] > r["hour_of_event"])
    return versions


def _within(row: dict[str, Any], start: datetime, end: datetime) -> bool:
    return start.isoformat() <= f"{row['hour_of_event']}:00:00" < end.isoformat()


def _finite(mean: str | None) -> float | None:
    """A mean in six digits; None for NaN and infinities too, which JSON does not have."""
    value = math.nan if mean is None else float(mean)
    return float(f"{value:.6g}") if math.isfinite(value) else None


def _over_a_day(queries: Queries, series: Series, cells: Rows) -> dict[str, Any]:
    """The series of the day with the most events."""
    by_day: Counter[str] = Counter()
    for cell in cells:
        by_day[str(cell["hour_of_event"])[:10]] += int(cell["n"])
    ((day, _),) = by_day.most_common(1)
    rows = queries.rows(statements.over_a_day(series, day))
    return {
        **series._asdict(),
        "day": day,
        "rows": [
            {
                "name": row["name"],
                "minutes": int(str(row["minutes"])),
                "value": _finite(row["value"]),
                "marked": row["marked"] == "1",
            }
            for row in rows
        ],
    }
