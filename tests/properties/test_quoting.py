from collections.abc import Iterator

import duckdb
import pytest
import sqlglot
import trino_sql_validator
from hypothesis import example, given
from hypothesis import strategies as st
from springtide.dataset.conditions import fault_of
from springtide.sql.quoting import identifier, literal, literals, location
from sqlglot import exp

from tests.hostile.values import TEXTS

texts = st.one_of(
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    st.text(st.sampled_from("'\"\\-;/*%_$`{}\n "), max_size=12),
    st.sampled_from([text for text in TEXTS.values() if "\x00" not in text]),
)


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@given(text=texts)
def test_literal_is_the_text_again_wherever_it_is_read(
    database: duckdb.DuckDBPyConnection, text: str
) -> None:
    quoted = literal(text)
    assert database.execute(f"SELECT {quoted}").fetchall() == [(text,)]
    tree = sqlglot.parse_one(f"SELECT {quoted}", read="athena")
    (found,) = tree.find_all(exp.Literal)
    assert (found.this, found.is_string) == (text, True)


@given(st.lists(texts, min_size=1, max_size=5))
def test_list_of_literals_is_a_list_of_the_texts(items: list[str]) -> None:
    sql = f"SELECT x FROM t WHERE x IN ({literals(items)})"
    assert trino_sql_validator.validate(sql, dialect="trino").valid
    (among,) = sqlglot.parse_one(sql, read="athena").find_all(exp.In)
    assert [each.this for each in among.expressions] == items


def test_nul_is_refused() -> None:
    with pytest.raises(ValueError, match="NUL"):
        literal("a\x00b")


names = st.from_regex(r"[a-z][a-z0-9_]{0,30}", fullmatch=True) | st.sampled_from(
    ["select", "order", "date", "table", "from", "group", "user", "timestamp", "end", "in"]
)


@given(name=names)
def test_identifier_names_the_column_of_that_name(
    database: duckdb.DuckDBPyConnection, name: str
) -> None:
    sql = f"SELECT {identifier(name)} FROM (SELECT 1 AS {identifier(name)}) AS t"
    cursor = database.execute(sql)
    assert cursor.description[0][0] == name
    assert cursor.fetchall() == [(1,)]
    assert trino_sql_validator.validate(sql, dialect="trino").valid


@given(st.text(max_size=20))
@example("a\n")
@example('a"')
@example("")
def test_what_is_no_name_is_refused(name: str) -> None:
    if name.isascii() and name.isidentifier() and name == name.lower() and name[0] != "_":
        assert identifier(name) == f'"{name}"'
    else:
        with pytest.raises(ValueError, match="column or table name"):
            identifier(name)


@given(texts)
@example("s3://bucket/a'/")
@example("s3://bucket/a b/")
@example("s3://bucket/../x")
@example("s3://bucket/a")
def test_prefix_that_is_not_ours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="S3 prefix"):
        location(text)


@given(
    st.text(st.sampled_from("()';-\"/*=1a "), max_size=14).filter(
        lambda text: fault_of(text) is None
    )
)
@example("a = ';--' OR (\"b\" = ')')")
def test_condition_without_a_fault_stays_within_its_brackets(condition: str) -> None:
    try:
        tokens = sqlglot.tokenize(f"({condition})", read="athena")
    except sqlglot.errors.TokenError:
        pytest.fail(f"{condition!r} leaves its brackets")
    depth = 0
    for number, token in enumerate(tokens):
        depth += {"L_PAREN": 1, "R_PAREN": -1}.get(token.token_type.name, 0)
        assert token.token_type.name != "SEMICOLON"
        assert not token.comments
        assert depth > 0 or number == len(tokens) - 1
    assert depth == 0
