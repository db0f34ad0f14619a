"""A field of the document: its text, its value of the declared type, and whether it fits.

Each function returns SQL that cannot make a statement fail: a pattern checks a text before it
reaches a function that could refuse it in a way that TRY does not catch (docs/landing.md lists
the functions).
"""

from __future__ import annotations

from collections.abc import Sequence

from springtide.dataset.declaration import TIME_UNITS, Field
from springtide.sql.quoting import identifier, literal

# The document as a ROW of JSON, and the event time before it is bounded; no field's own name has a
# dot, so none collides with these.
DOCUMENT = '"landed.document"'
MOMENT = '"landed.moment"'
# Three digits of an exponent hold any double. Decimals are made of these texts, and one of a
# billion digits would be made as well.
NUMBER = r"^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,3})?$"
INTEGER = r"^[+-]?[0-9]+$"
# Offsets up to 14 hours: beyond them Trino fails with NOT_SUPPORTED, which TRY does not catch.
# Beyond nine digits of a second it gives NULL.
ISO8601_WITH_OFFSET = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]{1,9})?)?"
    r"(Z|[+-]((0[0-9]|1[0-3])(:?[0-5][0-9])?|14(:?00)?))$"
)
ISO8601_WITHOUT_OFFSET = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?$"
)
# Beyond the years 1 to 9999 dates have no text form.
FIRST_SECOND, LAST_SECOND = -62135596800, 253402300799
_FIRST, _LAST = "TIMESTAMP '0001-01-01 00:00:00.000'", "TIMESTAMP '9999-12-31 23:59:59.999'"
_LARGEST_DOUBLE = "1.7976931348623157E308"
# Integers up to here are exact in a double. Trino reads every number with a fraction or an exponent
# as one, so that beyond it the number that was sent is unknown.
_EXACT_INTEGER = 9007199254740991


def member(field: Field) -> str:
    """The field's JSON in the document; NULL where it is missing, but not where null was sent."""
    top = f'{DOCUMENT}."{field.path[0].lower()}"'
    return top if len(field.path) == 1 else f"json_extract({top}, {_below(field)})"


def scalar(field: Field, *, exact: bool = False) -> str:
    """The text of a string, number or truth value; NULL for objects, lists and null.

    `exact`, as a varchar always is: as json_extract_scalar has numbers, the same in every version
    of Trino, where the cheaper cast to varchar gives 12.5 in one and 1.25E1 in another.
    """
    top = f'{DOCUMENT}."{field.path[0].lower()}"'
    if len(field.path) > 1:
        return f"json_extract_scalar({top}, {_below(field)})"
    if exact or field.type == "varchar":
        return f"json_extract_scalar({top}, '$')"
    return f"TRY_CAST({top} AS varchar)"


def _below(field: Field) -> str:
    return literal("$" + "".join(f'["{name}"]' for name in field.path[1:]))


def text(field: Field) -> str:
    """The column of a field's text."""
    return identifier(field.name) if field.type == "varchar" else f'"{field.name}.text"'


def typed(field: Field) -> str:
    """The value that the text has in the field's type; `bounded` is still to come."""
    landed = text(field)
    match field.type:
        case "varchar":
            return landed
        case "boolean":
            return f"CASE {landed} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
        case "double":
            return f"CASE WHEN {like(landed, NUMBER)} THEN TRY_CAST({landed} AS double) END"
        case "bigint":
            return _bigint(field)
        case _:
            return _timestamp(landed, field.formats)


def bounded(field: Field) -> str:
    """The typed column's value, NULL beyond what its type and the text form of dates can hold."""
    column = identifier(field.name)
    match field.type:
        case "double":
            return f"CASE WHEN abs({column}) <= {_LARGEST_DOUBLE} THEN {column} END"
        case "timestamp":
            return f"CASE WHEN {column} BETWEEN {_FIRST} AND {_LAST} THEN {column} END"
        case _:
            return column


def misfit(field: Field) -> str:
    """The field's name where a value was sent and the column is NULL; else NULL."""
    sent = f"NOT is_json_scalar({member(field)})"
    if field.type != "varchar":
        sent = f"{text(field)} IS NOT NULL OR {sent}"
    return (
        f"CASE WHEN {identifier(field.name)} IS NULL"
        f" THEN CASE WHEN {sent} THEN {literal(field.name)} END END"
    )


def like(landed: str, pattern: str) -> str:
    """Whether a text is of a pattern."""
    return f"regexp_like({landed}, {literal(pattern)})"


def number(field: Field) -> str | None:
    """A bigint's text as a double where it is a number but not written as an integer; else None.

    A column of its own, so that the cast is written once.
    """
    if field.type != "bigint":
        return None
    landed = text(field)
    return (
        f"CASE WHEN NOT {like(landed, INTEGER)} AND {like(landed, NUMBER)}"
        f" THEN TRY_CAST({landed} AS double) END"
    )


def number_column(field: Field) -> str:
    """The column of `number`; no field's own name has a dot."""
    return f'"{field.name}.number"'


def _bigint(field: Field) -> str:
    """An integer, or a number without a fraction: some producers write 12 as 12.0."""
    landed, double = text(field), number_column(field)
    return (
        f"CASE\n      WHEN {like(landed, INTEGER)} THEN TRY_CAST({landed} AS bigint)\n"
        f"      WHEN abs({double}) <= {_EXACT_INTEGER} AND {double} = floor({double})\n"
        f"        THEN TRY_CAST({double} AS bigint)\n    END"
    )


def _timestamp(landed: str, formats: Sequence[str]) -> str:
    """A UTC timestamp, cut to milliseconds; a text without an offset names no moment and is NULL.

    An epoch beyond the years 1 to 9999 gives a moment just beyond them, for `bounded` and for the
    reasons to see on which side it is.
    """
    branches = []
    for name in formats:
        if name in TIME_UNITS:
            branches += _epoch(landed, TIME_UNITS[name])
        else:
            branches.append(
                f"WHEN {like(landed, ISO8601_WITH_OFFSET)}"
                f" THEN TRY(from_iso8601_timestamp({landed}))"
            )
    moment = "CASE\n      " + "\n      ".join(branches) + "\n    END"
    return f"CAST({moment} AT TIME ZONE 'UTC' AS timestamp)"


def _epoch(landed: str, per_second: int) -> list[str]:
    """Branches for a number since 1970. In decimals: a double's 1.001 * 1000 is below 1001.

    from_unixtime would round to milliseconds, where from_iso8601_timestamp cuts.
    """
    number = f"TRY_CAST({landed} AS double)"
    milliseconds = f"floor(CAST({landed} AS decimal(38, 9)) * {1000 // per_second})"
    first, last = FIRST_SECOND * per_second, (LAST_SECOND + 1) * per_second
    return [
        f"WHEN {like(landed, NUMBER)} AND {number} >= {first}e0 AND {number} < {last}e0\n"
        f"        THEN from_unixtime(CAST({milliseconds} AS double) / 1000)",
        f"WHEN {like(landed, NUMBER)} THEN from_unixtime("
        f"CASE WHEN {number} > 0 THEN {LAST_SECOND + 1}e0 ELSE {FIRST_SECOND - 1}e0 END)",
    ]
