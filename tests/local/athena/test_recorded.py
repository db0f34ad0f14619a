"""The embedded engine answers what a real Trino answered, or refuses; it never differs."""

import pytest

from offline.athena.service.errors import QueryFailed
from offline.athena.sql.signatures import offered, trino_names
from tests.trino.comparing import DIFFERENT, REFUSED, Embedded, compare, recorded
from tests.trino.expressions import REFUSALS, statements
from tests.trino.offered_table import PAGE, written

CASES = recorded()
_OWN_FORMS = {"_subscript", "map", "grouping"}  # of the grammar: SHOW FUNCTIONS has them not


@pytest.fixture(scope="module")
def embedded() -> Embedded:
    return Embedded()


@pytest.fixture(scope="module")
def compared(embedded: Embedded) -> list[tuple[str, str, str]]:
    return [(case["sql"], *compare(case, embedded)) for case in CASES]


def test_every_answer_is_trinos_or_a_refusal(compared: list[tuple[str, str, str]]) -> None:
    assert [item for item in compared if item[1] == DIFFERENT] == []


def test_what_is_refused_is_what_is_listed(compared: list[tuple[str, str, str]]) -> None:
    refused = [sql for sql, outcome, _ in compared if outcome == REFUSED]

    assert refused == REFUSALS.read_text().splitlines()


def test_every_listed_expression_is_recorded() -> None:
    assert [case["sql"] for case in CASES] == list(statements())


def test_no_function_is_offered_that_trino_lacks() -> None:
    assert set(offered()) - trino_names() <= _OWN_FORMS


@pytest.mark.parametrize("name", ["median", "string_agg", "mode", "product", "list", "quantile"])
def test_duckdbs_own_functions_are_unknown(embedded: Embedded, name: str) -> None:
    with pytest.raises(QueryFailed, match="FUNCTION_NOT_FOUND"):
        embedded.answer(f"SELECT {name}(x) FROM (VALUES 1) t(x)")


def test_a_refusal_names_the_function_and_what_runs_it(embedded: Embedded) -> None:
    with pytest.raises(QueryFailed, match=r"does not offer soundex\(varchar\(1\)\).*--trino URL"):
        embedded.answer("SELECT soundex('a')")


def test_offline_page_lists_what_is_offered() -> None:
    assert PAGE.read_text() == written()
