"""The embedded engine answers what a real Trino answered, or refuses; it never differs."""

import re
import subprocess
from collections.abc import Iterator

import pytest

from offline.athena.errors import QueryFailed
from offline.athena.functions.offered import OFFERED
from tests.trino.comparing import Embedded, compare, functions, recorded
from tests.trino.expressions import REFUSALS, statements
from tests.trino.offered_table import PAGE, written

# Forms of the grammar, which SHOW FUNCTIONS does not list
FORMS = {
    *("cast", "try_cast", "try", "coalesce", "if", "nullif", "row", "extract"),
    *("position", "format", "current_timestamp", "localtimestamp", "grouping"),
}


@pytest.fixture(scope="module")
def embedded() -> Iterator[Embedded]:
    made = Embedded()
    yield made
    made.close()


@pytest.fixture(scope="module")
def compared(embedded: Embedded) -> list[tuple[str, str, str]]:
    return [(case["sql"], *compare(case, embedded)) for case in recorded()]


def test_every_answer_is_trinos_or_a_refusal(compared: list[tuple[str, str, str]]) -> None:
    assert [item for item in compared if item[1] == "different"] == []


def test_what_is_refused_is_listed(compared: list[tuple[str, str, str]]) -> None:
    refused = [sql for sql, outcome, _ in compared if outcome == "refused"]

    assert refused == REFUSALS.read_text().splitlines()


def test_no_failure_has_duckdbs_message(compared: list[tuple[str, str, str]]) -> None:
    words = re.compile(
        r"\b[A-Z][a-z]+ Error\b|best candidate|(?<!INVALID)_LITERAL|INT32|INT64|GENERIC_INTERNAL"
    )
    failures = [item for item in compared if item[1] in ("refused", "fails in both")]

    assert [item for item in failures if words.search(item[2])] == []


def test_every_listed_expression_is_recorded() -> None:
    assert [case["sql"] for case in recorded()] == list(statements())


def test_no_expression_is_asked_as_if_it_were_a_statement() -> None:
    """As those below a heading of queries: Trino refuses their first word, whatever follows."""
    asked = [case["sql"] for case in recorded() if "line 1:1: mism" in case.get("error", "")]

    assert asked == ["PIVOT T ON k USING sum(n)", "FROM T"]


def test_no_function_is_offered_that_trino_lacks() -> None:
    assert OFFERED.keys() - functions() == FORMS


@pytest.mark.parametrize("name", ["median", "string_agg", "mode", "product", "list", "quantile"])
def test_duckdbs_own_functions_are_unknown(embedded: Embedded, name: str) -> None:
    with pytest.raises(QueryFailed, match=rf"FUNCTION_NOT_FOUND.*'{name}'.*--trino URL"):
        embedded.answer(f"SELECT {name}(x) FROM (VALUES 1) t(x)")


def test_macros_of_our_own_are_no_functions(embedded: Embedded) -> None:
    with pytest.raises(QueryFailed, match="FUNCTION_NOT_FOUND"):
        embedded.answer("SELECT trino_repeat(1, 2)")


def test_a_refusal_says_what_runs_it(embedded: Embedded) -> None:
    with pytest.raises(
        QueryFailed, match=r"NOT_SUPPORTED: .* an interval but of .*; .*--trino URL"
    ):
        embedded.answer("SELECT interval '1 02' day to hour")


def test_offline_page_lists_what_is_offered() -> None:
    assert PAGE.read_text() == written()


def test_engine_that_is_closed_twice_does_not_give_away_the_database_of_the_next() -> None:
    first = Embedded()
    first.close()
    second = Embedded()
    first.close()

    subprocess.run(["true"], check=True, preexec_fn=lambda: None)  # a fork closes what is left

    assert second.answer("SELECT 1") == (["integer"], [(1,)])
    second.close()
