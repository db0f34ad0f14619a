"""SQL macros with Trino's meaning of functions and casts; `dialect` writes statements that call them.

`try_…` gives NULL where Trino fails and the form without it fails with Trino's words. DuckDB
resolves `typeof(column)` while it binds, so the branches for other types cost nothing at run time.
`{MARK}` stands for the character that marks an escaped byte.
"""

# A cast is the failure that TRY() can catch; error() is volatile for DuckDB, and it cannot.
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
    CASE WHEN position <= len(string_split(x, delimiter)) THEN split_part(x, delimiter, position) END""",
    """CREATE MACRO trino_substr(x, start) AS
    CASE WHEN start = 0 OR start < -length(x) THEN '' ELSE substr(x, start) END,
    (x, start, size) AS
    CASE WHEN start = 0 OR start < -length(x) OR size <= 0 THEN '' ELSE substr(x, start, size) END""",
    "CREATE MACRO codepoint(x) AS unicode(x)",
)

_NUMBERS = (
    """CREATE MACRO trino_double_text(x) AS
    CASE WHEN x = 0 OR (abs(x) >= 1e-3 AND abs(x) < 1e7) THEN x::VARCHAR ELSE py_double(x) END""",
    """CREATE MACRO text_whole(x) AS
    CASE WHEN regexp_full_match(x, '[+-]?[0-9]+') THEN x END""",
    # Java's parseDouble: spaces around are fine, NaN and Infinity only in this spelling
    r"""CREATE MACRO text_real(x) AS
    CASE WHEN regexp_full_match(x, '\s*[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[dDfF]?\s*')
              THEN try_cast(rtrim(trim(x, E' \t\r\n'), 'dDfF') AS DOUBLE)
         WHEN regexp_full_match(x, '\s*[+-]?(?:NaN|Infinity)\s*') THEN try_cast(trim(x) AS DOUBLE) END""",
)

_JSON = (
    # DuckDB reads NaN, Infinity and a comma before a closing bracket; Trino does not
    r"""CREATE MACRO trino_json_lax(x) AS
    regexp_matches(x, '(?i)(?:^|[:,\[])\s*-?(?:nan|inf)|,\s*[}\]]|-0|[0-9]e')""",
    """CREATE MACRO try_json_parse(x) AS
    CASE WHEN NOT json_valid(x) OR contains(x, '{MARK}') THEN NULL
         WHEN trino_json_lax(x) OR list_unique(json_keys(x)) <> len(json_keys(x))
              THEN py_json(x)::JSON
         ELSE x::JSON END""",
    """CREATE MACRO trino_json_parse(x) AS
    CASE WHEN x IS NOT NULL AND try_json_parse(x) IS NULL
              THEN trino_fail(concat('INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: ''', x, ''''))::VARCHAR::JSON
         ELSE try_json_parse(x) END""",
    "CREATE MACRO trino_json_format(x) AS py_json(x::VARCHAR)",
    r"""CREATE MACRO trino_json_first(x) AS substr(ltrim(x::VARCHAR, E' \t\r\n'), 1, 1)""",
    "CREATE MACRO trino_is_json_scalar(x) AS trino_json_first(x) NOT IN ('{', '[')",
    """CREATE MACRO try_json_row(x, structure, names) AS
    CASE WHEN x IS NULL OR x::VARCHAR = 'null' THEN NULL
         WHEN trino_json_first(x) = '{' AND lower(json_keys(x)::VARCHAR) = json_keys(x)::VARCHAR
              THEN json_transform(x, structure)
         ELSE json_transform(py_json_row(x::VARCHAR, names), structure) END""",
    """CREATE MACRO trino_json_row(x, structure, names) AS
    CASE WHEN x IS NOT NULL AND x::VARCHAR <> 'null' AND try_json_row(x, structure, names) IS NULL
              AND trino_fail('INVALID_CAST_ARGUMENT: Cannot cast to row') IS NULL THEN NULL
         ELSE try_json_row(x, structure, names) END""",
    # The text of a JSON scalar: a string's content, a number as Java writes it
    r"""CREATE MACRO trino_json_text(x) AS
    CASE WHEN starts_with(x, '"')
              THEN CASE WHEN contains(x, '\') THEN x::JSON ->> '$' ELSE (x)[2:-2] END
         WHEN starts_with(x, '{') OR starts_with(x, '[') OR x = 'null' THEN NULL
         WHEN NOT starts_with(x, 't') AND NOT starts_with(x, 'f')
              AND (contains(x, '.') OR contains(x, 'e') OR contains(x, 'E'))
              THEN trino_double_text(try_cast(x AS DOUBLE))
         WHEN starts_with(x, ' ') OR starts_with(x, E'\t') OR ends_with(x, ' ')
              THEN trim(x, E' \t\r\n')
         ELSE x END""",
    """CREATE MACRO trino_json_is_number(x) AS
    NOT (starts_with(x, '"') OR starts_with(x, 't') OR starts_with(x, 'f'))""",
    """CREATE MACRO trino_json_bigint(x) AS
    CASE WHEN x = 'true' THEN 1 WHEN x = 'false' THEN 0
         WHEN trino_json_is_number(x) AND NOT regexp_full_match(x, '-?[0-9]+')
              THEN try_cast(round(try_cast(trino_json_text(x) AS DOUBLE)) AS BIGINT)
         ELSE try_cast(text_whole(trino_json_text(x)) AS BIGINT) END""",
    """CREATE MACRO trino_json_double(x) AS
    CASE WHEN x = 'true' THEN 1.0::DOUBLE WHEN x = 'false' THEN 0.0::DOUBLE
         ELSE text_real(trino_json_text(x)) END""",
    """CREATE MACRO trino_json_extract(x, path) AS
    json_extract(CASE WHEN typeof(x) = 'JSON' THEN x::VARCHAR ELSE try_json_parse(x::VARCHAR) END, path)""",
    """CREATE MACRO trino_json_extract_scalar(x, path) AS
    trino_json_text(trino_json_extract(x, path)::VARCHAR)""",
    """CREATE MACRO trino_json_size(x, path) AS
    CASE json_type(trino_json_extract(x, path)) WHEN 'OBJECT' THEN len(json_keys(trino_json_extract(x, path)))
         WHEN 'ARRAY' THEN json_array_length(trino_json_extract(x, path)) WHEN NULL THEN NULL ELSE 0 END""",
)


def _cast_pair(name: str, type_name: str, expression: str) -> tuple[str, str]:
    """Return the macros `try_<name>` and `trino_<name>` of one target type."""
    failure = f"concat('INVALID_CAST_ARGUMENT: Cannot cast ''', x::VARCHAR, ''' to {name}')"
    return (
        f"CREATE MACRO try_{name}(x) AS {expression}",
        f"CREATE MACRO trino_{name}(x) AS CASE WHEN x IS NOT NULL AND x::VARCHAR <> 'null' AND "
        f"try_{name}(x) IS NULL THEN trino_fail({failure})::VARCHAR::{type_name} "
        f"ELSE try_{name}(x) END",
    )


def _whole(type_name: str) -> str:
    return f"""CASE
    WHEN typeof(x) = 'VARCHAR' THEN try_cast(text_whole(x::VARCHAR) AS {type_name})
    WHEN typeof(x) = 'JSON' THEN try_cast(trino_json_bigint(x::VARCHAR) AS {type_name})
    WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN try_cast(round(try_cast(x AS DOUBLE)) AS {type_name})
    ELSE try_cast(x AS {type_name}) END"""


def _real(type_name: str) -> str:
    return f"""CASE
    WHEN typeof(x) = 'VARCHAR' THEN try_cast(text_real(x::VARCHAR) AS {type_name})
    WHEN typeof(x) = 'JSON' THEN try_cast(trino_json_double(x::VARCHAR) AS {type_name})
    ELSE try_cast(x AS {type_name}) END"""


_CASTS = (
    *_cast_pair("tinyint", "TINYINT", _whole("TINYINT")),
    *_cast_pair("smallint", "SMALLINT", _whole("SMALLINT")),
    *_cast_pair("integer", "INTEGER", _whole("INTEGER")),
    *_cast_pair("bigint", "BIGINT", _whole("BIGINT")),
    *_cast_pair("real", "FLOAT", _real("FLOAT")),
    *_cast_pair("double", "DOUBLE", _real("DOUBLE")),
    *_cast_pair(
        "varchar",
        "VARCHAR",
        """CASE
    WHEN typeof(x) = 'JSON' THEN trino_json_text(x::VARCHAR)
    WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN trino_double_text(try_cast(x AS DOUBLE))
    WHEN typeof(x) = 'TIMESTAMP' THEN strftime(try_cast(x AS TIMESTAMP), '%Y-%m-%d %H:%M:%S.%g')
    WHEN typeof(x) = 'TIMESTAMP WITH TIME ZONE'
         THEN strftime(try_cast(x AS TIMESTAMP), '%Y-%m-%d %H:%M:%S.%g UTC')
    ELSE x::VARCHAR END""",
    ),
    *_cast_pair(
        "boolean",
        "BOOLEAN",
        """CASE
    WHEN typeof(x) IN ('VARCHAR', 'JSON') THEN
        CASE lower(CASE WHEN typeof(x) = 'JSON' THEN trino_json_text(x::VARCHAR) ELSE x::VARCHAR END)
             WHEN 't' THEN true WHEN 'true' THEN true WHEN '1' THEN true
             WHEN 'f' THEN false WHEN 'false' THEN false WHEN '0' THEN false END
    ELSE try_cast(x AS BOOLEAN) END""",
    ),
    *_cast_pair(
        "date",
        "DATE",
        r"""CASE
    WHEN typeof(x) = 'VARCHAR' THEN
        CASE WHEN regexp_full_match(x::VARCHAR, '\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\s*')
             THEN try_cast(trim(x::VARCHAR) AS DATE) END
    ELSE try_cast(x AS DATE) END""",
    ),
    *_cast_pair(
        "timestamp",
        "TIMESTAMP",
        r"""CASE
    WHEN typeof(x) = 'VARCHAR' THEN
        CASE WHEN regexp_full_match(x::VARCHAR,
                  '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,12})?)?)?')
             THEN trino_milliseconds(try_cast(x AS TIMESTAMP)) END
    ELSE try_cast(x AS TIMESTAMP) END""",
    ),
    *_cast_pair("timestamptz", "TIMESTAMPTZ", "try_cast(x AS TIMESTAMPTZ)"),
)

_TIMES = (
    # Athena's timestamps have milliseconds; a cast from text rounds to them
    """CREATE MACRO trino_milliseconds(x) AS
    CASE WHEN epoch_us(x) % 1000 = 0 THEN x
         ELSE make_timestamp((epoch_us(x) + 500) // 1000 * 1000) END""",
    """CREATE MACRO trino_from_unixtime(x) AS
    make_timestamptz(CAST(floor(CAST(x AS DOUBLE) * 1000 + 0.5) AS BIGINT) * 1000)""",
    "CREATE MACRO trino_to_unixtime(x) AS epoch_us(x) / 1e6::DOUBLE",
    # DuckDB wants month, day, minute and a whole offset
    r"""CREATE MACRO trino_iso8601_full(x) AS
    concat(regexp_extract(x, '^[0-9]{4}'),
           '-', coalesce(nullif(regexp_extract(x, '^[0-9]{4}-([0-9]{1,2})', 1), ''), '01'),
           '-', coalesce(nullif(regexp_extract(x, '^[0-9]{4}-[0-9]{1,2}-([0-9]{1,2})', 1), ''), '01'),
           ' ', coalesce(nullif(regexp_extract(x, 'T([0-9]{1,2})', 1), ''), '00'),
           ':', coalesce(nullif(regexp_extract(x, 'T[0-9]{1,2}:([0-9]{1,2})', 1), ''), '00'),
           ':', coalesce(nullif(replace(regexp_extract(x, 'T[0-9]{1,2}:[0-9]{1,2}:([0-9]{1,2}([.,][0-9]{1,6})?)', 1), ',', '.'), ''), '00'),
           coalesce(nullif(replace(regexp_extract(x, 'T.*(Z|[+-][0-9:]+)$', 1), 'Z', '+00'), ''), '+00'))""",
    """CREATE MACRO trino_truncated(x) AS
    CASE WHEN epoch_us(x) % 1000 = 0 THEN x ELSE date_trunc('millisecond', x) END""",
    r"""CREATE MACRO try_iso8601(x) AS
    CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])?')
              THEN try_cast(x AS TIMESTAMPTZ)
         WHEN regexp_full_match(x, '[0-9]{4}(-[0-9]{1,2}(-[0-9]{1,2})?)?(T([0-9]|[01][0-9]|2[0-3])?(:[0-5]?[0-9](:[0-5]?[0-9]([.,][0-9]+)?)?)?(Z|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?)?)?')
              THEN trino_truncated(try_cast(trino_iso8601_full(x) AS TIMESTAMPTZ)) END""",
    """CREATE MACRO trino_iso8601(x) AS
    CASE WHEN x IS NOT NULL AND try_iso8601(x) IS NULL
              THEN trino_fail(concat('INVALID_FUNCTION_ARGUMENT: Invalid format: "', x, '"'))::VARCHAR::TIMESTAMPTZ
         ELSE try_iso8601(x) END""",
    """CREATE MACRO trino_plus(x DATE, y) AS CAST(x + y AS DATE), (x TIMESTAMP, y) AS x + y,
    (x TIMESTAMPTZ, y) AS x + y""",
    """CREATE MACRO trino_date_trunc(unit, x DATE) AS CAST(date_trunc(unit, x) AS DATE),
    (unit, x TIMESTAMP) AS date_trunc(unit, x), (unit, x TIMESTAMPTZ) AS date_trunc(unit, x)""",
    "CREATE MACRO trino_to_iso8601(x) AS strftime(x::TIMESTAMP, '%Y-%m-%dT%H:%M:%S.%gZ')",
)

_AGGREGATES = (
    "CREATE MACRO every(x) AS bool_and(x)",
    "CREATE MACRO map_agg(k, v) AS map(list(k), list(v))",
)

MACROS = (_FAIL, *_TEXT, *_NUMBERS, *_JSON, *_TIMES, *_CASTS, *_AGGREGATES)
