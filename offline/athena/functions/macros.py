"""SQL macros with the meaning of Trino's functions; `dialect` writes statements that call them.

`try_…` gives NULL where Trino fails; the form without it fails with Trino's message. `{MARK}`
stands for the character that marks an escaped byte. A macro comes after those that it uses.
"""

from offline.athena.functions.cast_macros import CAST_MACROS
from offline.athena.functions.list_macros import LIST_MACROS

# TRY() can catch the failure of a cast; error() is volatile in DuckDB, and TRY() refuses it.
_FAIL = "CREATE MACRO trino_fail(message) AS CAST(message AS BIGINT)"

_TEXT = (
    """CREATE MACRO trino_to_utf8(x) AS
    CASE WHEN contains(x, '{MARK}') THEN py_to_utf8(x) ELSE encode(x) END""",
    """CREATE MACRO trino_from_utf8(x) AS
    CASE WHEN try(decode(x)) IS NULL OR contains(try(decode(x)), '{MARK}') THEN py_from_utf8(x)
         ELSE try(decode(x)) END""",
    """CREATE MACRO trino_reread(x) AS
    CASE WHEN contains(x, '{MARK}') THEN trino_from_utf8(trino_to_utf8(x)) ELSE x END""",
    """CREATE MACRO trino_readable(x) AS
    CASE WHEN contains(x, '{MARK}') THEN py_readable(x) ELSE x END""",
    """CREATE MACRO trino_split(x, delimiter) AS
    CASE WHEN delimiter = '' AND trino_fail(concat('INVALID_FUNCTION_ARGUMENT: The delimiter may'
              ' not be the empty string: ', x)) IS NULL THEN NULL
         ELSE string_split(x, delimiter) END,
    (x, delimiter, most) AS CASE
         WHEN most < 1 AND trino_fail(concat('INVALID_FUNCTION_ARGUMENT: Limit must be positive: ',
              most)) IS NULL THEN NULL
         WHEN len(string_split(x, delimiter)) > most
              THEN list_concat(string_split(x, delimiter)[1:most - 1],
                   [array_to_string(string_split(x, delimiter)[most:], delimiter)])
         ELSE trino_split(x, delimiter) END""",
    """CREATE MACRO trino_split_part(x, delimiter, position) AS CASE
    WHEN position < 1 AND trino_fail(concat('INVALID_FUNCTION_ARGUMENT: Index must be greater than'
         ' zero: ', position)) IS NULL THEN NULL
    WHEN position <= len(string_split(x, delimiter)) THEN split_part(x, delimiter, position) END""",
    r"""CREATE MACRO trino_replace(x, old) AS replace(x, old, ''),
    (x, old, new) AS
    CASE WHEN old = '' THEN regexp_replace(x, '', replace(new, '\', '\\'), 'g')
         ELSE replace(x, old, new) END""",
    # Most texts begin with an ASCII character that is not white space.
    """CREATE MACRO trino_ltrim(x, white) AS
    CASE WHEN x >= '!' AND x < '~' THEN x ELSE ltrim(x, white) END""",
    """CREATE MACRO trino_upper(x) AS
    CASE WHEN contains(x, 'ß') THEN replace(upper(replace(x, 'ß', chr(1))), chr(1), 'ß')
         ELSE upper(x) END""",
    """CREATE MACRO trino_regexp_extract(x, pattern, part) AS
    CASE WHEN regexp_matches(x, pattern) THEN regexp_extract(x, pattern, part) END""",
    "CREATE MACRO trino_sha1(x) AS unhex(sha1(x))",
    """CREATE MACRO careful_like(x, pattern) AS
    CASE WHEN x IS NOT NULL THEN py_regexp_extract(x, pattern, 0) IS NOT NULL END""",
    """CREATE MACRO trino_fitting(x, made, size) AS
    CASE WHEN typeof(x) <> 'VARCHAR' AND length(made) > size AND trino_fail(concat(
              'INVALID_CAST_ARGUMENT: Value ', made, ' cannot be represented as varchar(', size, ')'
              )) IS NULL THEN NULL
         ELSE substr(made, 1, size) END""",
    """CREATE MACRO trino_substr(x, start) AS
    CASE WHEN start = 0 OR start < -length(x) THEN '' ELSE substr(x, start) END,
    (x, start, size) AS
    CASE WHEN start = 0 OR start < -length(x) OR size <= 0 THEN ''
         ELSE substr(x, start, size) END""",
)

_NUMBERS = (
    "CREATE MACRO trino_nan() AS CAST('NaN' AS DOUBLE)",
    """CREATE MACRO perhaps_isnan(x) AS
    typeof(x) IN ('DOUBLE', 'FLOAT') AND x::VARCHAR IN ('nan', '-nan')""",
    *(
        f"""CREATE MACRO {form}not_nan(x) AS
        CASE WHEN {form}isnan(x) THEN CASE WHEN trino_fail(concat('NOT_SUPPORTED: the embedded'
                  ' engine does not offer NaN in such a function; `--trino URL` runs it',
                  substr(x::VARCHAR, 1, 0))) IS NULL THEN x END
             ELSE x END"""
        for form in ("", "perhaps_")
    ),
    # A double as Java writes it, and as Trino casts it to varchar. DuckDB and Java write the same
    # digits; where the form is simple, the digits only move.
    """CREATE MACRO java_double(x) AS
    CASE WHEN abs(x) >= 1e-3 AND abs(x) < 1e7 THEN x::VARCHAR ELSE py_java_double(x) END""",
    r"""CREATE MACRO double_text(x) AS
    CASE WHEN regexp_matches(x::VARCHAR, '^-?[1-9][0-9]*\.[0-9]*[1-9]$') THEN concat(
              regexp_replace(x::VARCHAR, '^(-?[1-9])([0-9]*)\.', '\1.\2'), 'E',
              strpos(abs(x)::VARCHAR, '.') - 2)
         WHEN regexp_matches(x::VARCHAR, '^-?0\.[1-9][0-9]*[1-9]$') THEN concat(
              regexp_replace(x::VARCHAR, '^(-?)0\.([1-9])', '\1\2.'), 'E-1')
         ELSE py_double(x) END""",
    "CREATE MACRO trino_infinity() AS CAST('Infinity' AS DOUBLE)",
    "CREATE MACRO trino_e() AS CAST('2.718281828459045' AS DOUBLE)",
    "CREATE MACRO trino_is_nan(x) AS isnan(x)",
    "CREATE MACRO trino_is_finite(x) AS isfinite(x)",
    "CREATE MACRO trino_is_infinite(x) AS isinf(x)",
    "CREATE MACRO as_text(x) AS CAST(x AS VARCHAR)",
    "CREATE MACRO as_integer(x) AS CAST(x AS INTEGER)",
    "CREATE MACRO trino_truncate(x) AS trunc(x)",
    "CREATE MACRO trino_bitwise_and(a, b) AS CAST(a & b AS BIGINT)",
    "CREATE MACRO trino_bitwise_or(a, b) AS CAST(a | b AS BIGINT)",
    "CREATE MACRO trino_bitwise_xor(a, b) AS CAST(xor(a, b) AS BIGINT)",
    "CREATE MACRO trino_bitwise_not(a) AS CAST(xor(a, -1) AS BIGINT)",
    """CREATE MACRO double_divide(a, b) AS
    CASE WHEN b = 0 THEN CASE WHEN isnan(a) OR a = 0 THEN trino_nan() ELSE a * trino_infinity() END
         ELSE a / b END""",
    """CREATE MACRO trino_ln(x) AS
    CASE WHEN x = 0 THEN -trino_infinity() WHEN x < 0 THEN trino_nan() ELSE ln(x) END""",
    "CREATE MACRO trino_log2(x) AS CASE WHEN x > 0 THEN log2(x) ELSE trino_ln(x) END",
    "CREATE MACRO trino_log10(x) AS CASE WHEN x > 0 THEN log10(x) ELSE trino_ln(x) END",
    "CREATE MACRO trino_log(base, x) AS double_divide(trino_ln(x), trino_ln(base))",
    "CREATE MACRO trino_sqrt(x) AS CASE WHEN x < 0 THEN trino_nan() ELSE sqrt(x) END",
    """CREATE MACRO trino_asin(x) AS
    CASE WHEN abs(x) <= 1 THEN asin(x) WHEN x IS NOT NULL THEN trino_nan() END""",
    """CREATE MACRO trino_acos(x) AS
    CASE WHEN abs(x) <= 1 THEN acos(x) WHEN x IS NOT NULL THEN trino_nan() END""",
    # Java's parseDouble: spaces around are fine, NaN and Infinity only in this spelling
    r"""CREATE MACRO text_real(x) AS try_cast(rtrim(trim(regexp_extract(x,
        '^\s*[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[dDfF]?|NaN|Infinity)\s*$'),
        E' \t\r\n'), 'dDfF') AS DOUBLE)""",
    """CREATE MACRO text_boolean(x) AS CASE
    WHEN lower(x) IN ('t', 'true', '1') THEN true
    WHEN lower(x) IN ('f', 'false', '0') THEN false END""",
)

_JSON = (
    # DuckDB reads NaN, Infinity and a comma before a closing bracket; Trino does not. The words are
    # searched first, and letter by letter: a regular expression over every document, or its lower
    # case, costs more than parsing it.
    r"""CREATE MACRO json_lax(x) AS
    CASE WHEN contains(replace(replace(x, 'N', 'n'), 'A', 'a'), 'nan')
              OR contains(replace(replace(replace(x, 'I', 'i'), 'N', 'n'), 'F', 'f'), 'inf')
              THEN regexp_matches(x, '(?i)(?:^|[:,\[])\s*-?(?:nan|inf)')
                   OR regexp_matches(x, ',\s*[}\]]')
         ELSE regexp_matches(x, ',\s*[}\]]') END""",
    # A key with this separator in it is two keys here, which at most sends the document to the slow
    # path. TRY would take three times as long as json_valid.
    """CREATE MACRO json_joined_keys(x) AS
    array_to_string(CASE WHEN json_valid(x) THEN json_keys(x) END, chr(31))""",
    "CREATE MACRO json_doubles(x) AS py_keys_double(json_joined_keys(x))",
    "CREATE MACRO json_fits(x, names) AS py_keys_fit(json_joined_keys(x), names)",
    "CREATE MACRO json_first(x) AS substr(trino_ltrim(x::VARCHAR, E' \\t\\r\\n'), 1, 1)",
    # Not a text in which DuckDB finds what Trino finds.
    """CREATE MACRO json_unlike(x) AS NOT json_valid(x) OR contains(x, '{MARK}') OR json_lax(x)
    OR json_doubles(x) OR strlen(x) > 50000""",
    "CREATE MACRO try_json_parse(x) AS py_json(x)::JSON",
    # DuckDB writes plain values like Trino.
    """CREATE MACRO trino_to_json(x) AS
    CASE WHEN typeof(x) IN ('BIGINT', 'INTEGER', 'BOOLEAN', 'DATE') THEN to_json(x)
         ELSE py_to_json(to_json(x)::VARCHAR)::JSON END""",
    """CREATE MACRO trino_json_parse(x) AS coalesce(try_json_parse(x),
    CASE WHEN x IS NOT NULL THEN trino_fail(concat(
         'INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: ''', x, ''''
         ))::VARCHAR::JSON END)""",
    "CREATE MACRO trino_json_shown(x) AS py_shown(x::VARCHAR)::JSON",
    # A value's text in DuckDB is Trino's except for escapes, characters beyond 16 bits, and numbers
    # that Java writes with an exponent or other digits.
    r"""CREATE MACRO trino_json_format(x) AS
    CASE WHEN regexp_matches(x::VARCHAR, '\\|[\x{10000}-\x{10FFFF}]|(^|[:,\[])-?('
              '[0-9.]+[eE]|[0-9]{8,}\.|[0-9.]{17}|0\.00|[0-9]+\.[0-9]+0([,\]}]|$))'
              '|(^|[:,\[])-0([,\]}]|$)') THEN py_json_format(x::VARCHAR)
         ELSE x::VARCHAR END""",
    "CREATE MACRO trino_is_json_scalar(x) AS json_first(x) NOT IN ('{', '[')",
    # The members at these paths, as JSON. The choice is between texts, since rows are expensive to
    # copy.
    """CREATE MACRO try_json_row(x, places, names) AS json_extract(
    CASE WHEN x::VARCHAR = 'null' THEN NULL
         WHEN json_first(x) = '{' AND json_fits(x, names) THEN x::VARCHAR
         ELSE py_json_row(x::VARCHAR, names) END, places)""",
    """CREATE MACRO trino_json_row(x, places, names) AS coalesce(try_json_row(x, places, names),
    CASE WHEN x::VARCHAR <> 'null' THEN trino_fail(concat(
         'INVALID_CAST_ARGUMENT: Cannot cast to row: ', x))::VARCHAR::JSON[] END)""",
    # json_parse directly inside the cast: the text is parsed once
    # Text that only one of DuckDB and Trino accepts as JSON; half a surrogate pair too.
    r"""CREATE MACRO json_foreign(x) AS
    NOT json_valid(x) OR contains(x, '{MARK}') OR contains(x, '\ud') OR contains(x, '\uD')""",
    "CREATE MACRO json_disputed(x) AS CASE WHEN json_foreign(x) THEN true ELSE json_lax(x) END",
    # Other documents that need the careful way: equal keys in nested objects, and sizes near a
    # limit of Jackson's.
    r"""CREATE MACRO json_odd(x, names) AS
    CASE WHEN strlen(x) > 50000 OR json_disputed(x) THEN true
         WHEN json_first(x) <> '{' OR NOT json_fits(x, names) THEN true
         WHEN strlen(x) > 2000 AND strlen(x) - strlen(translate(x, '[{', '')) > 1000 THEN true
         WHEN strlen(x) - strlen(replace(x, '{', '')) > 1 AND regexp_matches(x, '[:\[,]\s*\{')
              THEN py_json_doubled(x)
         ELSE false END""",
    """CREATE MACRO try_json_text_row(x, places, names) AS json_extract(
    CASE WHEN json_odd(x, names) THEN py_json_text_row(x, names) ELSE x END, places)""",
    # If as many members are found as the text has names, there are no others and none twice. A name
    # that a space separates from its colon is not counted; a longer text may be nested too deeply.
    """CREATE MACRO json_even(x) AS
    CASE WHEN strlen(x) > 2000 OR NOT starts_with(x, '{') OR json_disputed(x) THEN false
         ELSE NOT (contains(x, ' :') OR contains(x, E'\\t:') OR contains(x, E'\\r:')
                   OR contains(x, E'\\n:')) END""",
    "CREATE MACRO json_names(x) AS strlen(x) - strlen(replace(x, '\":', '\"'))",
    """CREATE MACRO try_json_even_row(x, places, names) AS list_extract(list_transform(
    [CASE WHEN json_even(x) THEN json_extract(x, places) END], lambda found:
    CASE WHEN list_count(found) = json_names(x) THEN found
         ELSE try_json_text_row(x, places, names) END), 1)""",
    # Whether a document has only text, whole numbers and booleans, each once and under a declared
    # name: DuckDB then reads it like Trino. The first `texts` of the places may also be null.
    # Since nothing is nested, a trailing comma could only be at the end; NaN would be a DOUBLE.
    r"""CREATE MACRO json_plain(x, places, texts) AS
    CASE WHEN strlen(x) > 50000 OR NOT starts_with(x, '{')
              OR NOT regexp_matches(x, '["0-9a-z]\}\z') OR json_foreign(x) THEN false
         ELSE list_extract(list_transform([json_type(x, places)], lambda kinds:
              len(json_keys(x)) = list_count(kinds)
              AND NOT (list_contains(kinds, 'OBJECT') OR list_contains(kinds, 'ARRAY')
                       OR list_contains(kinds, 'DOUBLE')
                       OR list_contains(kinds[texts + 1:], 'NULL'))), 1) END""",
    *(
        f"""CREATE MACRO trino_json_{form}_row(x, places, names) AS
        coalesce(try_json_{form}_row(x, places, names),
        CASE WHEN trim(x) <> 'null' THEN trino_fail(concat(
             'INVALID_CAST_ARGUMENT: Cannot cast to row: ', x))::VARCHAR::JSON[] END)"""
        for form in ("text", "even")
    ),
    # The text of a scalar: a string's content, or else as written.
    r"""CREATE MACRO json_string(x) AS
    CASE WHEN contains(x, '\') THEN x::JSON ->> '$' ELSE (x)[2:-2] END""",
    """CREATE MACRO json_scalar(x) AS
    CASE WHEN starts_with(x, '"') THEN json_string(x)
         WHEN NOT (starts_with(x, '{') OR starts_with(x, '[') OR x = 'null') THEN x END""",
    "CREATE MACRO is_fraction(x) AS regexp_matches(x, '^-?[0-9]+[.eE]')",
    # As a cast writes it
    """CREATE MACRO json_text(x) AS
    CASE WHEN starts_with(x, '"') THEN json_string(x)
         WHEN is_fraction(x) THEN double_text(try_cast(x AS DOUBLE))
         ELSE json_scalar(x) END""",
    # As text for a cast to a whole number: true counts as 1, and a number is rounded.
    """CREATE MACRO json_whole(x) AS
    CASE WHEN x = 'true' THEN '1' WHEN x = 'false' THEN '0'
         WHEN NOT starts_with(x, '"')
              AND (contains(x, '.') OR contains(x, 'e') OR contains(x, 'E'))
              THEN try_cast(round(try_cast(x AS DOUBLE)) AS HUGEINT)::VARCHAR
         ELSE py_whole(json_text(x)) END""",
    """CREATE MACRO json_real(x) AS
    CASE WHEN x = 'true' THEN 1.0::DOUBLE WHEN x = 'false' THEN 0.0::DOUBLE
         ELSE text_real(json_text(x)) END""",
    """CREATE MACRO json_elements(x) AS
    CASE WHEN json_type(x) NOT IN ('ARRAY', 'NULL') AND trino_fail(concat(
              'INVALID_CAST_ARGUMENT: Cannot cast to array: ', x)) IS NULL THEN NULL
         WHEN json_type(x) = 'ARRAY' THEN json_extract(x, '$[*]') END""",
    """CREATE MACRO json_entries(x) AS
    CASE WHEN json_type(x) NOT IN ('OBJECT', 'NULL') AND trino_fail(concat(
              'INVALID_CAST_ARGUMENT: Cannot cast to map: ', x)) IS NULL THEN NULL
         WHEN json_type(x) = 'OBJECT'
              THEN list_transform(map_entries(CAST(x AS MAP(VARCHAR, JSON))), lambda entry:
                   {'key': entry.key, 'value': coalesce(entry.value, 'null'::JSON)}) END""",
    # Whether a cast of any of the members has failed, where `made` has NULL for that
    """CREATE MACRO json_misfit(members, made) AS
    CASE WHEN list_count(members) = list_count(made) THEN false
         ELSE list_contains(list_transform(list_zip(members, made), lambda pair:
              pair[1] IS NOT NULL AND pair[2] IS NULL AND pair[1]::VARCHAR <> 'null'), true) END""",
    """CREATE MACRO trino_json_extract(x, path) AS
    CASE WHEN typeof(x) <> 'JSON' AND json_unlike(x::VARCHAR)
              THEN py_json_found(x::VARCHAR, path)::JSON
         ELSE json_extract(x::VARCHAR, path) END""",
    # A JSON number is written like Java does; in a varchar it stays as written.
    """CREATE MACRO java_scalar(x) AS
    CASE WHEN is_fraction(x::VARCHAR) THEN java_double(try_cast(x::VARCHAR AS DOUBLE))
         ELSE json_scalar(x::VARCHAR) END""",
    """CREATE MACRO trino_json_extract_scalar(x, path) AS
    CASE WHEN typeof(x) <> 'JSON' AND json_unlike(x::VARCHAR) THEN py_json_scalar(x::VARCHAR, path)
         ELSE list_extract(list_transform([json_extract(x::VARCHAR, path)::VARCHAR], lambda found:
              CASE WHEN typeof(x) = 'JSON' THEN java_scalar(found)
                   WHEN is_fraction(found) OR (found = '0' AND contains(x::VARCHAR, '-0'))
                        THEN py_json_scalar(x::VARCHAR, path)
                   ELSE json_scalar(found) END), 1) END""",
    """CREATE MACRO trino_json_array_length(x) AS list_extract(list_transform(
    [trino_json_extract(x, '$')], lambda found: CASE
         WHEN json_type(found) = 'ARRAY' THEN CAST(json_array_length(found) AS BIGINT) END), 1)""",
)

# A time of day as ISO-8601 writes it
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_OFFSET = "(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?"

_TIMES = (
    # DuckDB drops spaces that the format does not have.
    """CREATE MACRO try_date_parse(x, form) AS
    CASE WHEN NOT regexp_matches(x, '^\\s|\\s$|\\s\\s') THEN try_strptime(x, form) END""",
    """CREATE MACRO trino_date_parse(x, form) AS coalesce(try_date_parse(x, form),
    CASE WHEN x IS NOT NULL THEN trino_fail(concat(
         'INVALID_FUNCTION_ARGUMENT: Invalid format: "', x, '"'))::VARCHAR::TIMESTAMP END)""",
    # Athena's timestamps have milliseconds; a cast from text rounds to them
    """CREATE MACRO trino_milliseconds(x) AS
    CASE WHEN epoch_us(x) % 1000 = 0 THEN x
         ELSE date_trunc('millisecond', x + INTERVAL 500 MICROSECOND) END""",
    "CREATE MACRO zone_offset(zone, x) AS epoch_us(timezone(zone, x)) - epoch_us(x)",
    """CREATE MACRO before_the_change(zone, late) AS late - to_microseconds(
    zone_offset(zone, late - INTERVAL 3 HOUR) - zone_offset(zone, late))""",
    # A time that the clock shows twice: west of Greenwich Trino takes the first.
    """CREATE MACRO with_zone(x, zone) AS list_extract(list_transform(
    [timezone(zone, x)], lambda late:
    CASE WHEN zone_offset(zone, late) < 0 AND x = timezone(zone, before_the_change(zone, late))
              THEN before_the_change(zone, late)
         ELSE late END), 1)""",
    """CREATE MACRO trino_from_unixtime(x) AS
    make_timestamptz(CAST(floor(CAST(x AS DOUBLE) * 1000 + 0.5) AS BIGINT) * 1000)""",
    "CREATE MACRO trino_to_unixtime(x) AS epoch_us(x) / 1e6::DOUBLE",
    f"""CREATE MACRO try_iso8601(x) AS
    CASE WHEN regexp_full_match(x, '{_DAY}T{_CLOCK}([.][0-9]{{1,3}})?{_OFFSET}')
              THEN try_cast(x AS TIMESTAMPTZ)
         WHEN x IS NOT NULL THEN date_trunc('millisecond', try_cast(
              CASE WHEN regexp_full_match(x, '{_DAY}T{_CLOCK}[.][0-9]{{4,6}}{_OFFSET}') THEN x
                   ELSE py_iso8601(x) END AS TIMESTAMPTZ)) END""",
    """CREATE MACRO trino_iso8601(x) AS coalesce(try_iso8601(x),
    CASE WHEN x IS NOT NULL THEN trino_fail(concat(
         'INVALID_FUNCTION_ARGUMENT: Invalid format: "', x, '"'))::VARCHAR::TIMESTAMPTZ END)""",
    # An overload for each type: only then is the result's type the one that Trino gives.
    """CREATE MACRO trino_plus(x DATE, y) AS CAST(x + y AS DATE), (x TIMESTAMP, y) AS x + y,
    (x TIMESTAMPTZ, y) AS CAST(CAST(x AS TIMESTAMP) + y AS TIMESTAMPTZ),
    (x INTERVAL, y) AS x + y""",
    """CREATE MACRO trino_date_trunc(unit, x DATE) AS CAST(date_trunc(unit, x) AS DATE),
    (unit, x TIMESTAMP) AS date_trunc(unit, x), (unit, x TIMESTAMPTZ) AS date_trunc(unit, x)""",
    "CREATE MACRO trino_to_iso8601_date(x) AS strftime(x, '%Y-%m-%d')",
    "CREATE MACRO trino_to_iso8601_timestamp(x) AS strftime(x, '%Y-%m-%dT%H:%M:%S.%g')",
    """CREATE MACRO trino_to_iso8601_timestamptz(x) AS
    strftime(timezone('UTC', x), '%Y-%m-%dT%H:%M:%S.%gZ')""",
    """CREATE MACRO trino_to_iso8601(x DATE) AS trino_to_iso8601_date(x),
    (x TIMESTAMP) AS trino_to_iso8601_timestamp(x),
    (x TIMESTAMPTZ) AS trino_to_iso8601_timestamptz(x)""",
    "CREATE MACRO trino_millisecond(x) AS extract('millisecond' FROM x) % 1000",
)

_ISO_DATE = """CREATE MACRO trino_from_iso8601_date(x) AS CASE
    WHEN regexp_full_match(x, '[0-9]{4}(-(W.*|[0-9]{3}|[0-9]{1,2}))?')
         THEN trino_text_date(coalesce(substr(py_iso8601(x), 1, 10), x))
    ELSE trino_text_date(x) END"""

_AGGREGATES = (
    # The first of equal keys counts.
    """CREATE MACRO trino_map_agg(k, v) AS list_extract(list_transform(
    [list({'key': k, 'value': v}) FILTER (WHERE k IS NOT NULL)], lambda entries:
        map_from_entries(list_filter(entries, lambda e, i: list_position(
            list_transform(entries, lambda z: z.key), e.key) = i))), 1)""",
)

MACROS = (
    _FAIL,
    *_TEXT,
    *_NUMBERS,
    *_JSON,
    *_TIMES,
    *CAST_MACROS,
    _ISO_DATE,
    *LIST_MACROS,
    *_AGGREGATES,
)
