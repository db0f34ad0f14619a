"""Expressions that check what Springtide assumes of Athena's SQL and no document promises."""

from typing import NamedTuple


class Question(NamedTuple):
    """An expression, the text that it must give, and what follows if it gives another.

    A `vital` one decides what runs publish; the generated SQL does not depend on the others. With a
    `line`, the expression is evaluated over it as a landed line, since Trino may evaluate an
    expression of constants differently.
    """

    about: str
    sql: str
    expected: str | None
    vital: bool
    consequence: str
    line: str | None = None


_MALFORMED = "CAST(TRY(CAST(json_parse(line) AS ROW(a JSON))) IS NULL AS varchar)"

QUESTIONS = (
    Question(
        "a zoned time as a timestamp is in UTC",
        "CAST(CAST(from_iso8601_timestamp('2020-07-13T02:30:00.123+02:00') AT TIME ZONE 'UTC'"
        " AS timestamp) AS varchar)",
        "2020-07-13 00:30:00.123",
        True,
        "event times would be off by their offset: do not run, report this",
    ),
    Question(
        "a member that comes twice makes a document malformed",
        _MALFORMED,
        "true",
        True,
        "such lines are published with one of the two values: docs/landing.md would be wrong",
        """{"a": 1, "a": 2}""",
    ),
    Question(
        "text behind a document makes it malformed",
        _MALFORMED,
        "true",
        True,
        "several documents on a line would be published as the first",
        """{"a": 1} {"a": 2}""",
    ),
    Question(
        "a mean of decimals is exact",
        "CAST(avg(CAST(x AS decimal(18, 6))) AS varchar) FROM (VALUES 0.1, 0.2, 0.3) AS t (x)",
        "0.200000",
        False,
        "only your own SQL could notice: sum whole numbers, as traffic.sql does",
    ),
    Question(
        "a number with a fraction as text",
        "json_extract_scalar(json_parse('{\"a\":12.5}'), '$.a')",
        "12.5",
        True,
        "numbers in varchar fields would be written otherwise than offline",
    ),
    Question(
        "a cast of JSON to varchar",
        "CAST(JSON '12.5' AS varchar)",
        "1.25E1",
        False,
        "only your own SQL could notice",
    ),
    Question(
        "an offset beyond 14 hours is NULL through TRY",
        "CAST(TRY(from_iso8601_timestamp('2020-07-13T00:30+15:00') AT TIME ZONE 'UTC') AS varchar)",
        None,
        False,
        "the generated SQL never passes such a text; your own rules must not either",
    ),
    Question(
        "half a surrogate pair",
        "json_extract_scalar(json_parse(line), '$.a')",
        "?",
        False,
        "the character is another one than offline",
        r"""{"a": "\ud83d"}""",
    ),
    Question(
        "a comment with a semicolon in a statement",
        "'x' -- a; comment",
        "x",
        False,
        "statements are sent without comments; leave them out of what you send by hand",
    ),
)
