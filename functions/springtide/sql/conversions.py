"""SQL that converts text to a declared type; NULL if the text does not fit.

Nothing here can make a statement fail: a pattern checks a text before it reaches a function whose
error TRY does not catch (docs/landing.md lists those functions).
"""

from decimal import Decimal

from springtide.dataset.declaration import TIME_UNITS, Field
from springtide.dataset.physical import decimal_of
from springtide.sql.quoting import literal, literals

# Three digits of an exponent hold any double. Decimals are converted from these texts too, and an
# exponent of a billion would produce that many digits.
NUMBER = r"^[+-]?[0-9]+([.][0-9]+)?([eE][+-]?[0-9]{1,3})?$"
INTEGER = r"^[+-]?[0-9]+$"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
# Offsets up to 14 hours: beyond, Trino fails with NOT_SUPPORTED, which TRY does not catch.
_OFFSET = r"([Zz]|[+-]((0[0-9]|1[0-3])(:?[0-5][0-9])?|14(:?00)?))"
_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?"
ISO8601 = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_CLOCK}{_OFFSET.replace('[Zz]', 'Z')}$"
# Other spellings of producers: a blank for the T, lower case, a blank before the offset.
_LENIENT = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt ]{_CLOCK} ?{_OFFSET}$"
ISO8601_WITHOUT_OFFSET = rf"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt ]{_CLOCK}$"
# Beyond the years 1 to 9999 dates have no text form.
FIRST_SECOND, LAST_SECOND = -62135596800, 253402300799
_FIRST, _LAST = "TIMESTAMP '0001-01-01 00:00:00.000'", "TIMESTAMP '9999-12-31 23:59:59.999'"
_LARGEST = {"double": "1.7976931348623157E308", "real": "3.4028234663852886E38"}
# Integers up to here are exact in a double. Trino reads every number with a fraction or an exponent
# as a double, so beyond it the number that was sent is unknown.
_EXACT_INTEGER = 9007199254740991
# If several units are declared, a number is in the smallest unit that it is not too large for:
# below 10^11 it is seconds, which is the year 5138, and so on.
_TOO_LARGE = {unit: 10**11 * scale for unit, scale in TIME_UNITS.items()}


def like(text: str, pattern: str) -> str:
    """Whether a text matches a pattern."""
    return f"regexp_like({text}, {literal(pattern)})"


def converted(field: Field, texts: str) -> str:
    """The array of a type's values for an array of texts, within the field's bounds.

    The bounds of a timestamp are not applied yet.
    """
    bounds = [
        f"x {sign} {_number(field, bound)}"
        for sign, bound in ((">=", field.min), ("<=", field.max))
        if bound
    ]
    values = _converted(field, texts)
    if not bounds:
        return values
    return _each(values, f"CASE WHEN {' AND '.join(bounds)} THEN x END")


def _number(field: Field, digits: str) -> str:
    """The literal of a bound; comparing with it rounds no value."""
    of_type = {"double": f"{digits}e0", "real": f"CAST({digits}e0 AS real)"}
    return of_type.get(field.type, digits)


def _converted(field: Field, texts: str) -> str:
    match field.type:
        case "boolean":
            true, false = field.true_values, field.false_values
            return _each(
                texts,
                f"CASE WHEN x IN ({literals(true)}) THEN TRUE"
                f" WHEN x IN ({literals(false)}) THEN FALSE END",
            )
        case "bigint":
            return _each(texts, _BIGINT)
        case "integer":
            within = "CASE WHEN x BETWEEN -2147483648 AND 2147483647 THEN CAST(x AS integer) END"
            return _each(_each(texts, _BIGINT), within)
        case "double" | "real":
            number = f"CASE WHEN {like('x', NUMBER)} THEN TRY_CAST(x AS double) END"
            # Adding zero turns -0 into 0, however it was written.
            value = f"CAST(x + 0e0 AS {field.type})"
            finite = f"CASE WHEN abs(x) <= {_LARGEST[field.type]} THEN {value} END"
            return _each(_each(texts, number), finite)
        case "date":
            day = f"CASE WHEN {like('x', DATE)} THEN TRY_CAST(x AS date) END"
            return _each(_each(texts, day), "CASE WHEN x >= DATE '0001-01-01' THEN x END")
        case "timestamp":
            return _each(texts, _timestamp(field))
        case _:
            return _each(texts, _decimal(field))


def in_bounds(moment: str) -> str:
    """Whether a timestamp is within the years 1 to 9999; false for NULL."""
    return f"coalesce({moment} BETWEEN {_FIRST} AND {_LAST}, FALSE)"


def _each(values: str, expression: str) -> str:
    return f"transform({values}, x -> {expression})"


# An integer, or a number with a zero fraction: some producers write 12 as 12.0. Patterns come last,
# since almost every text is an integer, and a pattern costs more than the cast.
_BIGINT = (
    f"coalesce(TRY_CAST(x AS bigint), CASE WHEN {like('x', NUMBER)} AND NOT {like('x', INTEGER)}"
    f" AND abs(TRY_CAST(x AS double)) <= {_EXACT_INTEGER}"
    " AND TRY_CAST(x AS double) = floor(TRY_CAST(x AS double))"
    " THEN TRY_CAST(TRY_CAST(x AS double) AS bigint) END)"
)


def _decimal(field: Field) -> str:
    """A number that the type holds exactly: none is rounded, as a cast would.

    The digits after the point are counted in the text, since no decimal has room for any number's
    digits. An exponent moves the point, and trailing zeros do not count: 0E-8 is 0.
    """
    _, scale = decimal_of(field.type)
    digits = "replace(regexp_extract(x, '[0-9.]+'), '.', '')"
    behind = "coalesce(length(regexp_extract(x, '[.]([0-9]+)', 1)), 0)"
    moved = "TRY_CAST(regexp_extract(x, '[eE][+]?(-?[0-9]+)$', 1) AS integer)"
    zeros = f"length(regexp_extract({digits}, '^(?:.*[1-9])?(0*)$', 1))"
    exact = f"(NOT {like(digits, '[1-9]')} OR {behind} - {moved} - {zeros} <= {scale})"
    fraction = f"[0-9]{{1,{scale}}}0*" if scale else "0+"
    plain = f"^[+-]?[0-9]+([.]{fraction})?$"
    return (
        f"CASE WHEN {like('x', plain)} OR {like('x', NUMBER)} AND {exact}"
        f" THEN TRY_CAST(x AS {field.type}) END"
    )


def _timestamp(field: Field) -> str:
    """A UTC timestamp, cut to milliseconds; a text without an offset needs a declared zone.

    An epoch beyond the years 1 to 9999 gives a time just beyond them, so that the reject's reason
    can tell on which side it is.
    """
    branches = []
    units = [name for name in TIME_UNITS if name in field.formats]
    if "iso8601" in field.formats:
        branches += _iso8601(field.zone)
    for unit in units:
        branches += _epoch(TIME_UNITS[unit], None if unit == units[-1] else _TOO_LARGE[unit])
    return f"CAST(CASE {' '.join(branches)} END AT TIME ZONE 'UTC' AS timestamp)"


def _iso8601(zone: str) -> list[str]:
    # from_iso8601_timestamp reads nine digits of a second, and returns NULL for more.
    plain = r"regexp_replace(replace(upper(x), ' ', 'T'), '([.,][0-9]{9})[0-9]+', '$1')"
    written = f"replace(replace(replace({plain}, 'TZ', 'Z'), 'T+', '+'), 'T-', '-')"
    branches = [
        f"WHEN {like('x', ISO8601)} AND length(x) <= 30 THEN TRY(from_iso8601_timestamp(x))",
        f"WHEN {like('x', _LENIENT)} THEN TRY(from_iso8601_timestamp({written}))",
    ]
    if zone:
        branches.append(
            f"WHEN {like('x', ISO8601_WITHOUT_OFFSET)} THEN with_timezone("
            f"CAST(TRY(from_iso8601_timestamp({plain} || 'Z')) AS timestamp), {literal(zone)})"
        )
    return branches


def _epoch(per_second: int, too_large: int | None) -> list[str]:
    """WHEN branches for a number since 1970, in decimals: as a double, 1.001 * 1000 is below 1001.

    from_unixtime would round to milliseconds, where from_iso8601_timestamp cuts.
    """
    number = "TRY_CAST(x AS double)"
    milliseconds = Decimal(1000) / per_second
    scaled = f"TRY_CAST(x AS decimal(38, 9)) * {milliseconds:f}"
    moment = f"from_unixtime(CAST(floor({scaled}) AS double) / 1000)"
    first, last = FIRST_SECOND * per_second, (LAST_SECOND + 1) * per_second
    is_number = like("x", NUMBER)
    if too_large:
        of_unit = f"abs({number}) < {too_large}e0 AND {number} >= {first}e0"
        return [f"WHEN {is_number} AND {of_unit} THEN {moment}"]
    return [
        f"WHEN {is_number} AND {number} >= {first}e0 AND {number} < {last}e0 THEN {moment}",
        f"WHEN {is_number} THEN from_unixtime("
        f"CASE WHEN {number} > 0 THEN {LAST_SECOND + 1}e0 ELSE {FIRST_SECOND - 1}e0 END)",
    ]
