"""Writes the tables of docs/cost.md: .venv/bin/python -m tests.cost.page."""

from collections.abc import Iterable, Mapping, Sequence

from cli.pricing.landings import Landing, month, others, runs
from cli.pricing.model import of_run
from cli.pricing.prices import AS_OF, ATHENA_MINIMUM_BYTES, GIGABYTE, PRICES, REGION, bill
from tests.files import ROOT

PAGE = ROOT / "docs" / "cost.md"
_RUNS_A_DAY = (24, 8, 4, 1)
# The sample of `springtide generate`: 100 detectors, a day.
SAMPLE_BYTES = 10_100_000
LANDINGS = (
    Landing("the sample, 10 MB a day", SAMPLE_BYTES, 240),
    Landing("5 GB a day", 5 * GIGABYTE, 24),
    Landing("5 GB a day, later", 5 * GIGABYTE, 240),
    Landing("1 TB a day", 1024 * GIGABYTE, 24),
    Landing("1 TB a day, later", 1024 * GIGABYTE, 240),
)


def filled(page: str) -> str:
    """The page with the model's tables; raises ValueError if one has no place in it."""
    for name, table in all_tables().items():
        first, last = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
        places = (page.count(first), page.count(last))
        if places != (1, 1):
            raise ValueError(f"the page has {places} marks of the table {name}; one pair is needed")
        before, _, rest = page.partition(first)
        page = before + first + table + last + rest.partition(last)[2]
    return page


def all_tables() -> dict[str, str]:
    """Every table by its name in the page."""
    late = [f"{each.late_share:.0%} over {each.late_hours} h" for each in LANDINGS]
    months = [month(each) for each in LANDINGS]
    elsewhere = [others(each) for each in LANDINGS]
    return {
        "month": _by_landing(
            "$ a month",
            {
                "events a day": [f"{each.events_a_day:,.0f}" for each in LANDINGS],
                "late": late,
                "runs a day": [each.runs_a_day for each in LANDINGS],
                **{n: [_dollars(m[n]) for m in months] for n in sorted(months[0])},
                "**Springtide**": [f"**{_dollars(sum(m.values()))}**" for m in months],
                **{n: [_dollars(each[n]) for each in elsewhere] for n in elsewhere[0]},
            },
        ),
        "how-often": _by_landing(
            "Runs a day",
            {
                str(n): [_dollars(sum(month(_every(each, n)).values())) for each in LANDINGS]
                for n in _RUNS_A_DAY
            },
        ),
        "run": _runs("A run that leaves late rows waiting", 0),
        "settling": _runs("A run that merges them", -1),
        "prices": _prices(),
    }


def _runs(head: str, kind: int) -> str:
    """The quantities of one kind of each landing's runs."""
    made = [runs(each)[kind].turns for each in LANDINGS]
    done = [of_run(each) for each in made]
    used = [each.usage() for each in done]
    return _by_landing(
        head,
        {
            "turns": [len(each) for each in made],
            "event hours written": [sum(t.event_hours for t in each) for each in made],
            "queries": [each.queries for each in done],
            "GB scanned": [_gigabytes(each.scanned_bytes) for each in done],
            "state transitions": [f"{each.transitions:,}" for each in done],
            "function calls": [f"{each.function_calls:,}" for each in done],
            "S3 PUT and LIST": [f"{each.s3_writes + each.athena_s3_writes:,.0f}" for each in done],
            "S3 GET": [f"{each['s3_reads']:,.0f}" for each in used],
            "**$ a run**": [f"{sum(bill(each).values()):.4f}" for each in used],
        },
    )


def _every(landing: Landing, runs_a_day: int) -> Landing:
    """The landing with this many runs a day, and slices large enough for one."""
    size = max(landing.max_slice_bytes, 2 * int(landing.bytes_a_day / runs_a_day))
    return landing._replace(runs_a_day=runs_a_day, max_slice_bytes=size)


def _prices() -> str:
    rows = [
        (p.service, p.unit, f"{p.dollars:.10f}".rstrip("0"), f"<{p.page}>", _seen(p.seen))
        for p in PRICES.values()
    ]
    note = (
        f"Region {REGION}, as of {AS_OF}, without free tiers. Athena bills at least"
        f" {ATHENA_MINIMUM_BYTES // 1024**2} MB a query.\n\n"
    )
    return note + _table(("Service", "Unit", "$", "AWS's page", "Figure from"), rows)


def _seen(seen: bool) -> str:
    return "that page" if seen else "memory"


def _dollars(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 100 else f"{amount:.2f}"


def _gigabytes(size: float) -> str:
    amount = size / GIGABYTE
    return f"{amount:,.0f}" if amount >= 10 else f"{amount:.3f}"


def _by_landing(head: str, rows: Mapping[str, Sequence[object]]) -> str:
    return _table((head, *(each.name for each in LANDINGS)), ([n, *v] for n, v in rows.items()))


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text()))
