from hypothesis import given
from hypothesis import strategies as st
from springtide.sql.comments import without_comments
from springtide.sql.quoting import literal

TEXT = st.text(alphabet=["'", '"', "-", "/", "*", ";", "a", "\n", " "], max_size=12)


@given(TEXT, TEXT)
def test_statement_without_comments_keeps_its_texts(text: str, note: str) -> None:
    comment = note.replace("\n", " ")

    bare = without_comments(
        f"-- {comment}\nSELECT {literal(text)} AS a, -- {comment}; 'x\n  1 AS b /* ; ' */\nFROM t"
    )

    assert bare == f"SELECT {literal(text)} AS a,\n  1 AS b FROM t"
