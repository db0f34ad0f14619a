"""The tables of docs/cost.md, made from the model."""

from collections.abc import Iterable, Sequence

from springtide.prices import AS_OF, ATHENA_MINIMUM_BYTES, GIGABYTE, PRICES, REGION, bill

from cli.pricing.alternatives import ALTERNATIVES
from cli.pricing.watching import watched
from cli.pricing.workload import WORKLOADS, Workload, of_month, of_run, turns

RUNS_A_DAY = (24, 8, 4, 1)


def all_tables() -> dict[str, str]:
    """Every table by its name in the page."""
    return {
        "landings": landings(),
        "month": month(WORKLOADS),
        "run": run(WORKLOADS),
        "services": services(WORKLOADS),
        "how-often": how_often(WORKLOADS),
        "alternatives": alternatives(),
        "prices": prices(),
    }


def landings() -> str:
    """What the landings are."""
    rows = [
        (
            each.name,
            f"{each.events_a_day:,.0f}",
            f"{each.late_share:.0%} over {each.late_hours} h",
            each.runs_a_day,
            each.retain_days,
        )
        for each in WORKLOADS
    ]
    return _table(("Landing", "Events a day", "Late", "Runs a day", "RetainDays"), rows)


def month(workloads: Sequence[Workload]) -> str:
    """Dollars a month, here and otherwise."""
    rows: list[tuple[object, ...]] = [
        ("Springtide", *(dollars(total(each)) for each in workloads)),
        *(
            (other.name, *(dollars(sum(bill(other.month(each)).values())) for each in workloads))
            for other in ALTERNATIVES
        ),
    ]
    return _table(("$ a month", *(each.name for each in workloads)), rows)


def run(workloads: Sequence[Workload]) -> str:
    """What one run does."""
    used = [of_run(each) for each in workloads]
    made = [turns(each) for each in workloads]
    rows: list[tuple[object, ...]] = [
        ("turns", *(len(each) for each in made)),
        ("event hours written anew", *(sum(t.turn.event_hours for t in each) for each in made)),
        ("queries", *(sum(t.turn.queries for t in each) for each in made)),
        ("GB scanned", *(_gigabytes(sum(t.scanned_bytes for t in each)) for each in made)),
        ("state transitions", *(f"{each['transitions']:,.0f}" for each in used)),
        ("function calls", *(f"{each['function_calls']:,.0f}" for each in used)),
        ("S3 PUT and LIST", *(f"{each['s3_writes']:,.0f}" for each in used)),
        ("S3 GET", *(f"{each['s3_reads']:,.0f}" for each in used)),
        ("ledger units written", *(f"{each['ledger_writes']:,.0f}" for each in used)),
        ("ledger units read", *(f"{each['ledger_reads']:,.0f}" for each in used)),
        ("**$ a run**", *(dollars(sum(bill(each).values())) for each in used)),
    ]
    return _table(("A run", *(each.name for each in workloads)), rows)


def services(workloads: Sequence[Workload]) -> str:
    """Dollars a month by service."""
    bills = [bill(of_month(each, watched())) for each in workloads]
    names = sorted({name for each in bills for name in each})
    rows = [(name, *(dollars(each.get(name, 0)) for each in bills)) for name in names]
    return _table(("$ a month", *(each.name for each in workloads)), rows)


def how_often(workloads: Sequence[Workload]) -> str:
    """Dollars a month by runs a day; a slice is made large enough for a run."""
    rows = []
    for each in RUNS_A_DAY:
        resized = [
            w._replace(
                runs_a_day=each,
                max_slice_bytes=max(w.max_slice_bytes, 2 * int(w.bytes_a_day / each)),
            )
            for w in workloads
        ]
        rows.append((each, *(dollars(total(w)) for w in resized)))
    return _table(("Runs a day", *(each.name for each in workloads)), rows)


def alternatives() -> str:
    """How the others are priced, and what they leave undone."""
    rows = [(f"[{a.name}]({a.source})", a.formula, a.leaves) for a in ALTERNATIVES]
    return _table(("Instead", "Priced as", "What it leaves undone"), rows)


def prices() -> str:
    """Every price with its source."""
    rows = [
        (p.service, p.unit, f"{p.dollars:.10f}".rstrip("0"), f"<{p.source}>", _seen(p.confirmed))
        for p in PRICES.values()
    ]
    note = (
        f"Region {REGION}, read {AS_OF}, free tiers left out. Athena bills at least"
        f" {ATHENA_MINIMUM_BYTES // 1024**2} MB a query.\n\n"
    )
    return note + _table(("Service", "Unit", "$", "Source", "Figure seen there"), rows)


def total(workload: Workload) -> float:
    """Dollars a month."""
    return sum(bill(of_month(workload, watched())).values())


def dollars(amount: float) -> str:
    """An amount with as many digits as it deserves."""
    if amount == 0:
        return "0"
    return (
        f"{amount:,.0f}" if amount >= 100 else f"{amount:.2f}" if amount >= 0.1 else f"{amount:.4f}"
    )


def _seen(confirmed: bool) -> str:
    return "yes" if confirmed else "no, from memory"


def _gigabytes(size: float) -> str:
    amount = size / GIGABYTE
    return f"{amount:,.0f}" if amount >= 10 else f"{amount:.3f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
