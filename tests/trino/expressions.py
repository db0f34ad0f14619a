"""The expressions and queries whose answers are recorded from a real Trino, as statements."""

from collections.abc import Iterator
from pathlib import Path

LISTED = Path(__file__).with_name("expressions.sql")
RECORDED = Path(__file__).with_name("recorded.json")
# All listed statements that a real Trino answers and the embedded engine refuses
REFUSALS = Path(__file__).with_name("refused.sql")
# The rows `t` over which aggregates, windows and queries are asked
ROWS = (
    "(VALUES ('u', 1, 'a', 1.5e0, 1.10, true, date '2020-01-01'),"
    " ('u', 2, 'b', 2.5e0, 2.20, false, date '2020-01-02'),"
    " ('v', 3, NULL, -1e0, 3.30, NULL, NULL),"
    " ('v', NULL, 'c', NULL, NULL, true, date '2020-01-03')) AS t(k, n, x, d, p, b, dt)"
)
_FORMS = {
    "scalar": "SELECT {}",
    "aggregate": f"SELECT {{}} FROM {ROWS} WHERE k <> ''",
    "window": f"SELECT k, n, {{}} FROM {ROWS}",
    "query": "{}",
}


def statements() -> Iterator[str]:
    """Yield each listed expression as a whole statement."""
    form = ""
    for line in LISTED.read_text().splitlines():
        if line.startswith("-- "):
            form = _FORMS[line[3:].split(":")[0]]
        elif line:
            yield form.format(line).replace(" FROM T", f" FROM {ROWS}")
