"""SQL macros with Trino's meaning of functions; `dialect` writes statements that call them.

`try_…` gives NULL where Trino fails, and the form without it fails with Trino's words. `{MARK}`
stands for the character that marks an escaped byte. A macro comes after those that it uses.
"""

from offline.athena.functions.cast_macros import CAST_MACROS

# A cast is a failure that TRY() can catch; error() is volatile for DuckDB, and TRY() refuses it.
_FAIL = "CREATE MACRO trino_fail(message) AS CAST(message AS BIGINT)"

_TEXT = (
    """CREATE MACRO trino_to_utf8(x) AS
    CASE WHEN contains(x, '{MARK}') THEN py_to_utf8(x) ELSE encode(x) END""",
    """CREATE MACRO trino_from_utf8(x) AS
    CASE WHEN try(decode(x)) IS NULL OR contains(try(decode(x)), '{MARK}') THEN py_from_utf8(x)
         ELSE try(decode(x)) END""",
    """CREATE MACRO trino_readable(x) AS
    CASE WHEN contains(x, '{MARK}') THEN py_readable(x) ELSE x END""",
    """CREATE MACRO trino_split_part(x, delimiter, position) AS
    CASE WHEN position <= len(string_split(x, delimiter))
         THEN split_part(x, delimiter, position) END""",
    """CREATE MACRO trino_substr(x, start) AS
    CASE WHEN start = 0 OR start < -length(x) THEN '' ELSE substr(x, start) END,
    (x, start, size) AS
    CASE WHEN start = 0 OR start < -length(x) OR size <= 0 THEN ''
         ELSE substr(x, start, size) END""",
    "CREATE MACRO codepoint(x) AS unicode(x)",
)

_NUMBERS = (
    # One digit, a point, the other digits without zeros behind them, and always an exponent
    r"""CREATE MACRO trino_double_text(x) AS CASE
    WHEN abs(x) >= 1 AND abs(x) < 1e7 THEN concat(regexp_replace(regexp_replace(
         replace(x::VARCHAR, '.', ''), '^(-?[0-9])([0-9]*?)0*$', '\1.\2'), '[.]$', '.0'),
         'E', strpos(ltrim(x::VARCHAR, '-'), '.') - 2)
    ELSE py_double(x) END""",
    """CREATE MACRO java_double_text(x) AS
    CASE WHEN x = 0 OR (abs(x) >= 1e-3 AND abs(x) < 1e7) THEN x::VARCHAR
         ELSE py_java_double(x) END""",
    # Empty for what is no number, which no cast takes. An argument that is a macro itself is bound
    # again wherever it is mentioned, nullif's too, so it is mentioned but once.
    r"""CREATE MACRO text_whole(x) AS
    regexp_extract(x, '^[\x00-\x20]*([+-]?[0-9]+)[\x00-\x20]*$', 1)""",
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
    # looked for first: a regular expression over every document costs more than parsing it.
    r"""CREATE MACRO json_lax(x) AS
    CASE WHEN contains(lower(x), 'nan') OR contains(lower(x), 'inf')
              THEN regexp_matches(x, '(?i)(?:^|[:,\[])\s*-?(?:nan|inf)')
                   OR regexp_matches(x, ',\s*[}\]]')
         ELSE regexp_matches(x, ',\s*[}\]]') END""",
    # 0: keys are unique and lower-case, 1: unique, 2: not. A key with this separator in it only
    # sends the document to the slow path. TRY is for constants, which DuckDB works out early.
    "CREATE MACRO json_key_kind(x) AS py_key_kind(array_to_string(try(json_keys(x)), chr(31)))",
    "CREATE MACRO json_first(x) AS substr(ltrim(x::VARCHAR, E' \\t\\r\\n'), 1, 1)",
    """CREATE MACRO try_json_parse(x) AS
    CASE WHEN NOT json_valid(x) OR contains(x, '{MARK}') OR json_lax(x) OR json_key_kind(x) = 2
              OR length(x) > 50000
              THEN py_json(x)::JSON
         ELSE try_cast(x AS JSON) END""",
    """CREATE MACRO trino_json_parse(x) AS
    CASE WHEN x IS NOT NULL AND try_json_parse(x) IS NULL
              THEN trino_fail(concat(
                   'INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: ''', x, ''''
              ))::VARCHAR::JSON
         ELSE try_json_parse(x) END""",
    "CREATE MACRO trino_json_format(x) AS py_json_format(x::VARCHAR)",
    "CREATE MACRO trino_is_json_scalar(x) AS json_first(x) NOT IN ('{', '[')",
    # The members at these places, as JSON. The choice is among texts: rows are dear to copy
    """CREATE MACRO try_json_row(x, places, names) AS json_extract(
    CASE WHEN x::VARCHAR = 'null' THEN NULL
         WHEN json_first(x) = '{' AND json_key_kind(x) <> 1 THEN x::VARCHAR
         ELSE py_json_row(x::VARCHAR, names) END, places)""",
    """CREATE MACRO trino_json_row(x, places, names) AS
    CASE WHEN x IS NOT NULL AND x::VARCHAR <> 'null' AND try_json_row(x, places, names) IS NULL
              AND trino_fail(concat('INVALID_CAST_ARGUMENT: Cannot cast to row: ', x)) IS NULL
              THEN NULL
         ELSE try_json_row(x, places, names) END""",
    # json_parse directly inside the cast: the text is parsed once
    # What needs a careful look: half a surrogate pair, which DuckDB calls invalid, equal keys in
    # objects below the top, and what can reach a limit of Jackson's
    r"""CREATE MACRO json_odd(x) AS
    CASE WHEN NOT json_valid(x) OR contains(x, '{MARK}') OR length(x) > 50000 THEN true
         WHEN json_first(x) <> '{' OR json_lax(x) OR json_key_kind(x) <> 0 THEN true
         WHEN contains(x, '\ud') OR contains(x, '\uD') THEN true
         WHEN length(x) > 2000 AND length(x) - length(translate(x, '[{', '')) > 1000 THEN true
         WHEN regexp_matches(x, '[:\[,]\s*\{') THEN py_json_doubled(x)
         ELSE false END""",
    """CREATE MACRO try_json_text_row(x, places, names) AS json_extract(
    CASE WHEN json_odd(x) THEN py_json_text_row(x, names) ELSE x END, places)""",
    """CREATE MACRO trino_json_text_row(x, places, names) AS
    CASE WHEN x IS NOT NULL AND trim(x) <> 'null'
              AND try_json_text_row(x, places, names) IS NULL
              AND trino_fail(concat('INVALID_CAST_ARGUMENT: Cannot cast to row: ', x)) IS NULL
              THEN NULL
         ELSE try_json_text_row(x, places, names) END""",
    # The text of a scalar: a string's content, else as it is written
    r"""CREATE MACRO json_scalar(x) AS
    CASE WHEN starts_with(x, '"')
              THEN CASE WHEN contains(x, '\') THEN x::JSON ->> '$' ELSE (x)[2:-2] END
         WHEN NOT (starts_with(x, '{') OR starts_with(x, '[') OR x = 'null') THEN x END""",
    # As a cast writes it
    r"""CREATE MACRO json_text(x) AS
    CASE WHEN regexp_matches(x, '^-?[0-9]+[.eE]') THEN trino_double_text(try_cast(x AS DOUBLE))
         ELSE json_scalar(x) END""",
    # As text for a cast to a whole number: true counts as 1, and a number is rounded
    """CREATE MACRO json_whole(x) AS
    CASE WHEN x = 'true' THEN '1' WHEN x = 'false' THEN '0'
         WHEN NOT starts_with(x, '"')
              AND (contains(x, '.') OR contains(x, 'e') OR contains(x, 'E'))
              THEN try_cast(round(try_cast(x AS DOUBLE)) AS HUGEINT)::VARCHAR
         ELSE text_whole(json_text(x)) END""",
    """CREATE MACRO json_real(x) AS
    CASE WHEN x = 'true' THEN 1.0::DOUBLE WHEN x = 'false' THEN 0.0::DOUBLE
         ELSE text_real(json_text(x)) END""",
    # Whether a cast of a member fails, where `made` is NULL for that
    """CREATE MACRO json_misfit(x, made) AS
    x IS NOT NULL AND made IS NULL AND x::VARCHAR <> 'null'""",
    # What is mentioned often is the parameter of a lambda: DuckDB binds each mention of a macro's
    # argument again
    """CREATE MACRO trino_json_extract(x, path) AS list_extract(list_transform([x], lambda document:
    json_extract(CASE WHEN typeof(document) = 'JSON' THEN document::VARCHAR
                      ELSE try_json_parse(document::VARCHAR) END, path)), 1)""",
    # A number of a JSON value is as json_parse has written it, that of a text as it stands there
    r"""CREATE MACRO trino_json_extract_scalar(x, path) AS list_extract(list_transform(
    [trino_json_extract(x, path)::VARCHAR], lambda found: CASE
         WHEN regexp_matches(found, '^-?[0-9]+[.eE]')
              THEN CASE WHEN typeof(x) = 'JSON' THEN java_double_text(try_cast(found AS DOUBLE))
                        ELSE py_json_number(x::VARCHAR, path) END
         ELSE json_scalar(found) END), 1)""",
    """CREATE MACRO trino_json_size(x, path) AS list_extract(list_transform(
    [trino_json_extract(x, path)], lambda found: CASE json_type(found)
         WHEN 'OBJECT' THEN len(json_keys(found)) WHEN 'ARRAY' THEN json_array_length(found)
         WHEN NULL THEN NULL ELSE 0 END), 1)""",
)

# A time of day or an offset as ISO-8601 writes it; Trino knows offsets up to 14 hours
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_SHORT_DAY = "[0-9]{4}(-[0-9]{1,2}(-[0-9]{1,2})?)?"
_SHORT_CLOCK = r"([0-9]|[01][0-9]|2[0-3])?(:[0-5]?[0-9](:[0-5]?[0-9]([.,][0-9]+)?)?)?"
_OFFSET = "(Z|[+-]((0[0-9]|1[0-3])(:?[0-5][0-9])?|14(:?00)?))?"

_TIMES = (
    # Athena's timestamps have milliseconds; a cast from text rounds to them
    """CREATE MACRO trino_milliseconds(x) AS
    CASE WHEN epoch_us(x) % 1000 = 0 THEN x
         ELSE make_timestamp((epoch_us(x) + 500) // 1000 * 1000) END""",
    """CREATE MACRO trino_from_unixtime(x) AS
    make_timestamptz(CAST(floor(CAST(x AS DOUBLE) * 1000 + 0.5) AS BIGINT) * 1000)""",
    "CREATE MACRO trino_to_unixtime(x) AS epoch_us(x) / 1e6::DOUBLE",
    # DuckDB wants month, day, minute and an offset
    r"""CREATE MACRO iso8601_in_full(x) AS
    concat(regexp_extract(x, '^[0-9]{4}'),
      '-', coalesce(nullif(regexp_extract(x, '^[0-9]{4}-([0-9]{1,2})', 1), ''), '01'),
      '-', coalesce(nullif(regexp_extract(x, '^[0-9]{4}-[0-9]{1,2}-([0-9]{1,2})', 1), ''), '01'),
      ' ', coalesce(nullif(regexp_extract(x, 'T([0-9]{1,2})', 1), ''), '00'),
      ':', coalesce(nullif(regexp_extract(x, 'T[0-9]{1,2}:([0-9]{1,2})', 1), ''), '00'),
      ':', coalesce(nullif(replace(regexp_extract(
             x, 'T[0-9]{1,2}:[0-9]{1,2}:([0-9]{1,2}([.,][0-9]{1,6})?)', 1), ',', '.'), ''), '00'),
      coalesce(nullif(replace(regexp_extract(x, 'T.*(Z|[+-][0-9:]+)$', 1), 'Z', '+00'), ''), '+00')
    )""",
    """CREATE MACRO truncated_to_milliseconds(x) AS
    CASE WHEN epoch_us(x) % 1000 = 0 THEN x ELSE date_trunc('millisecond', x) END""",
    f"""CREATE MACRO try_iso8601(x) AS
    CASE WHEN regexp_full_match(x, '{_DAY}T{_CLOCK}(Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?')
              THEN try_cast(x AS TIMESTAMPTZ)
         WHEN regexp_full_match(x, '{_SHORT_DAY}(T{_SHORT_CLOCK}{_OFFSET})?')
              THEN truncated_to_milliseconds(try_cast(iso8601_in_full(x) AS TIMESTAMPTZ)) END""",
    """CREATE MACRO trino_iso8601(x) AS
    CASE WHEN x IS NOT NULL AND try_iso8601(x) IS NULL
              THEN trino_fail(concat('INVALID_FUNCTION_ARGUMENT: Invalid format: "', x, '"'))
                   ::VARCHAR::TIMESTAMPTZ
         ELSE try_iso8601(x) END""",
    # An overload for each type: only so is the result's type the one that Trino gives
    """CREATE MACRO trino_plus(x DATE, y) AS CAST(x + y AS DATE), (x TIMESTAMP, y) AS x + y,
    (x TIMESTAMPTZ, y) AS x + y""",
    """CREATE MACRO trino_date_trunc(unit, x DATE) AS CAST(date_trunc(unit, x) AS DATE),
    (unit, x TIMESTAMP) AS date_trunc(unit, x), (unit, x TIMESTAMPTZ) AS date_trunc(unit, x)""",
    "CREATE MACRO trino_to_iso8601(x) AS strftime(x::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%gZ')",
)

_LISTS = (
    # The message is put together, so that DuckDB does not work out the failure while it binds
    """CREATE MACRO trino_at(x, place) AS CASE
    WHEN place < 1 AND trino_fail(concat(
         'INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1, not ', place)) IS NULL THEN NULL
    WHEN place > len(x) AND trino_fail(concat(
         'INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: ',
         place, ' > ', len(x))) IS NULL THEN NULL
    ELSE list_extract(x, place) END""",
    """CREATE MACRO trino_element(x, place) AS CASE
    WHEN place = 0 AND trino_fail(concat(
         'INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1, not ', place)) IS NULL THEN NULL
    ELSE list_extract(x, place) END""",
    "CREATE MACRO trino_element_key(x, key) AS map_extract_value(x, key)",
    """CREATE MACRO trino_at_key(x, key) AS CASE
    WHEN NOT list_contains(map_keys(x), key) AND trino_fail(concat(
         'INVALID_FUNCTION_ARGUMENT: Key not present in map: ', key)) IS NULL THEN NULL
    ELSE map_extract_value(x, key) END""",
    """CREATE MACRO trino_zip(a, b) AS
    CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN list_zip(a, b) END""",
    """CREATE MACRO trino_join(items, delimiter) AS
    CASE WHEN items IS NOT NULL AND delimiter IS NOT NULL
         THEN coalesce(array_to_string(items, delimiter), '') END""",
)

_AGGREGATES = (
    "CREATE MACRO every(x) AS bool_and(x)",
    """CREATE MACRO map_agg(k, v) AS
    map(list(k) FILTER (WHERE k IS NOT NULL), list(v) FILTER (WHERE k IS NOT NULL))""",
)

MACROS = (_FAIL, *_TEXT, *_NUMBERS, *_JSON, *_TIMES, *CAST_MACROS, *_LISTS, *_AGGREGATES)
