"""Whether a statement is Trino's SQL, by a parser that is not ours."""

import re

import trino_sql_validator

# A query of a WITH clause, as our statements write it.
_NAMED = re.compile(r"^(\w+) AS \(\n(.*?)\n\)", re.DOTALL | re.MULTILINE)


def assert_is_trino_sql(*statements: str) -> None:
    """Fail for a statement that the parser refuses.

    It takes no more than some four thousand parts; of a larger statement each query of its WITH
    clause is judged alone, then the statement with nothing in them.
    """
    for sql in statements:
        _assert_is_trino_sql(sql)


def _assert_is_trino_sql(sql: str) -> None:
    found = trino_sql_validator.validate(sql, dialect="trino")
    if found.valid:
        return
    assert found.error is not None and "complexity" in found.error.message, (found.error, sql)
    bodies = [query for _, query in _NAMED.findall(sql)]
    assert bodies, sql
    for query in [*bodies, _NAMED.sub(r"\1 AS (\nSELECT 1\n)", sql)]:
        judged = trino_sql_validator.validate(query, dialect="trino")
        assert judged.valid, (judged.error, query)
