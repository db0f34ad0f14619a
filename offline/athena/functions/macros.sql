-- SQL macros with Trino's meaning of functions; `sql/` writes statements that call them.
--
-- PAIR name(x) TYPE 'failure' AS … makes two: `try_name` gives NULL where `trino_name` fails with these
-- words. {MARK} is the character that marks an escaped byte. A macro comes after those that it uses, and
-- a blank line ends each. An argument is bound anew at every mention, so it is mentioned seldom.

-- A cast is a failure that TRY() can catch; error() is volatile for DuckDB, and TRY() refuses it.
CREATE MACRO trino_fail(message) AS CAST(message AS BIGINT)

CREATE MACRO trino_to_utf8(x) AS
CASE WHEN contains(x, '{MARK}') THEN py_to_utf8(x) ELSE encode(x) END

CREATE MACRO trino_from_utf8(x) AS
CASE WHEN try(decode(x)) IS NULL OR contains(try(decode(x)), '{MARK}') THEN py_from_utf8(x)
     ELSE try(decode(x)) END

CREATE MACRO trino_readable(x) AS
CASE WHEN contains(x, '{MARK}') THEN py_readable(x) ELSE x END

CREATE MACRO trino_spaces() AS '{SPACES}'

CREATE MACRO trino_upper(x) AS
CASE WHEN contains(x, 'ß') THEN replace(upper(replace(x, 'ß', chr(1))), chr(1), 'ß') ELSE upper(x) END

CREATE MACRO trino_split(x, delimiter) AS
CASE WHEN delimiter = ''
          THEN [trino_fail('INVALID_FUNCTION_ARGUMENT: The delimiter may not be the empty string')::VARCHAR]
     ELSE string_split(x, delimiter) END

CREATE MACRO trino_split_limited(x, delimiter, most) AS
CASE WHEN len(string_split(x, delimiter)) <= most THEN string_split(x, delimiter)
     WHEN most < 1 THEN [trino_fail('INVALID_FUNCTION_ARGUMENT: Limit must be positive')::VARCHAR]
     ELSE list_concat(string_split(x, delimiter)[1:most - 1],
                      [array_to_string(string_split(x, delimiter)[most:], delimiter)]) END

CREATE MACRO trino_split_part(x, delimiter, position) AS
CASE WHEN position < 1 THEN trino_fail('INVALID_FUNCTION_ARGUMENT: Index must be greater than zero')::VARCHAR
     WHEN position <= len(string_split(x, delimiter)) THEN split_part(x, delimiter, position) END

CREATE MACRO trino_substr(x, start) AS
CASE WHEN start = 0 OR start < -length(x) THEN '' ELSE substr(x, start) END,
(x, start, size) AS
CASE WHEN start = 0 OR start < -length(x) OR size <= 0 THEN ''
     ELSE substr(x, start, size) END

CREATE MACRO trino_replace(x, old, new) AS
CASE WHEN old = '' THEN regexp_replace(x, '', replace(new, '\', '\\'), 'g') ELSE replace(x, old, new) END

-- NULL where nothing matches or the group takes no part, which DuckDB tells from '' only in a list
-- A pattern that begins with (?#) is for Python: groups that may take no part, and `$`
CREATE MACRO for_python(pattern) AS starts_with(pattern, '(?#)')

CREATE MACRO for_duckdb(pattern) AS CASE WHEN for_python(pattern) THEN '' ELSE pattern END

CREATE MACRO trino_regexp_extract(x, pattern, number) AS
CASE WHEN for_python(pattern) THEN py_regexp_extract(x, pattern, number)
     WHEN regexp_matches(x, for_duckdb(pattern)) THEN regexp_extract(x, for_duckdb(pattern), number) END

CREATE MACRO trino_regexp_replace(x, pattern, new) AS
CASE WHEN for_python(pattern) THEN py_regexp_replace(x, pattern, new)
     ELSE regexp_replace(x, for_duckdb(pattern), new, 'g') END

CREATE MACRO trino_join(items, joint) AS
CASE WHEN items IS NULL OR joint IS NULL THEN NULL ELSE coalesce(array_to_string(items, joint), '') END

-- numbers

CREATE MACRO trino_double_text(x) AS py_double_text(x)

CREATE MACRO trino_decimal_text(x) AS regexp_replace(x::VARCHAR, '^(-?)[.]', '\10.')

CREATE MACRO trino_divide(a, b) AS a / b

CREATE MACRO trino_modulus(a, b) AS a % b

CREATE MACRO trino_ln(x) AS
CASE WHEN x = 0 THEN '-Infinity'::DOUBLE WHEN x < 0 THEN 'NaN'::DOUBLE ELSE ln(x) END

CREATE MACRO trino_greatest(a, b) AS
CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN isnan(a) THEN b WHEN isnan(b) THEN a ELSE greatest(a, b) END

CREATE MACRO trino_least(a, b) AS
CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN isnan(a) THEN b WHEN isnan(b) THEN a ELSE least(a, b) END

-- The cast has been tried; what it could not do fails
CREATE MACRO try_rounded(made, x) AS made

CREATE MACRO trino_rounded(made, x) AS
CASE WHEN made IS NULL AND x IS NOT NULL THEN trino_fail(concat('INVALID_CAST_ARGUMENT: Out of range: ', x))
     ELSE made END

PAIR fitting(x, size) VARCHAR 'Value does not fit' AS
CASE WHEN length(x) <= size THEN x END

-- Empty for what is no number, which no cast takes.
CREATE MACRO text_whole(x) AS trim(regexp_extract(x, '^[\x00-\x20]*[+-]?[0-9]+[\x00-\x20]*$'), '{CONTROLS}')

-- Java's parseDouble: spaces around are fine, NaN and Infinity only in this spelling
CREATE MACRO text_real(x) AS try_cast(rtrim(trim(regexp_extract(x,
    '^\s*[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[dDfF]?|NaN|Infinity)\s*$'),
    E' \t\r\n'), 'dDfF') AS DOUBLE)

CREATE MACRO text_boolean(x) AS CASE
WHEN lower(x) IN ('t', 'true', '1') THEN true
WHEN lower(x) IN ('f', 'false', '0') THEN false END

PAIR tinyint(x) TINYINT 'Cannot cast to tinyint' AS try_cast(text_whole(x) AS TINYINT)

PAIR smallint(x) SMALLINT 'Cannot cast to smallint' AS try_cast(text_whole(x) AS SMALLINT)

PAIR integer(x) INTEGER 'Cannot cast to integer' AS try_cast(text_whole(x) AS INTEGER)

PAIR bigint(x) BIGINT 'Cannot cast to bigint' AS try_cast(text_whole(x) AS BIGINT)

PAIR real(x) FLOAT 'Cannot cast to real' AS try_cast(text_real(x) AS FLOAT)

PAIR double(x) DOUBLE 'Cannot cast to double' AS text_real(x)

PAIR boolean(x) BOOLEAN 'Cannot cast to boolean' AS text_boolean(x)

PAIR text_decimal(x) VARCHAR 'Cannot cast to decimal' AS
nullif(regexp_extract(x, '^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$'), '')

PAIR date(x) DATE 'Cannot cast to date' AS
CASE WHEN regexp_full_match(x, '\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\s*') THEN try_cast(trim(x) AS DATE) END

-- Athena's timestamps have milliseconds; a cast from text rounds to them
CREATE MACRO trino_milliseconds(x) AS
CASE WHEN epoch_us(x) % 1000 = 0 THEN x
     ELSE make_timestamp((epoch_us(x) + 500) // 1000 * 1000) END

-- A zone behind it is read and does not count
PAIR timestamp(x) TIMESTAMP 'Cannot cast to timestamp' AS
CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,12})?') AND NOT contains(x, ' 24')
          THEN trino_milliseconds(try_cast(x AS TIMESTAMP))
     WHEN regexp_full_match(x, '\s*[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( [0-9]{1,2}:[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,12})?)?)?\s*( ?(UTC|Z|[+-](0?[0-9]|1[0-4])(:?[0-5][0-9])?))?\s*')
          AND NOT contains(x, ' 24')
          THEN trino_milliseconds(try_cast(regexp_extract(x, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( [0-9:.]+)?') AS TIMESTAMP)) END

-- JSON

-- DuckDB reads NaN, Infinity and a comma before a closing bracket; Trino does not. The words are
-- looked for first: a regular expression over every document costs more than parsing it.
CREATE MACRO json_lax(x) AS
CASE WHEN contains(lower(x), 'nan') OR contains(lower(x), 'inf')
          THEN regexp_matches(x, '(?i)(?:^|[:,\[])\s*-?(?:nan|inf)')
               OR regexp_matches(x, ',\s*[}\]]')
     ELSE regexp_matches(x, ',\s*[}\]]') END

-- 0: keys are unique and lower-case, 1: unique, 2: not. A key with this separator in it only
-- sends the document to the slow path. TRY is for constants, which DuckDB works out early.
CREATE MACRO json_key_kind(x) AS py_key_kind(array_to_string(try(json_keys(x)), chr(31)))

CREATE MACRO json_first(x) AS substr(ltrim(x::VARCHAR, E' \t\r\n'), 1, 1)

CREATE MACRO try_json_parse(x) AS py_json(x)::JSON

CREATE MACRO trino_json_parse(x) AS
CASE WHEN x IS NOT NULL AND try_json_parse(x) IS NULL
          THEN trino_fail(concat(
               'INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: ''', x, ''''
          ))::VARCHAR::JSON
     ELSE try_json_parse(x) END

-- The choice is among texts and not among rows, which are dear to copy
CREATE MACRO try_json_row(x, structure, names) AS json_transform(
CASE WHEN x::VARCHAR = 'null' THEN NULL
     WHEN json_first(x) = '{' AND json_key_kind(x) <> 1 THEN x::VARCHAR
     ELSE py_json_row(x::VARCHAR, names) END, structure)

CREATE MACRO trino_json_row(x, structure, names) AS
CASE WHEN x IS NOT NULL AND x::VARCHAR <> 'null' AND try_json_row(x, structure, names) IS NULL
          AND trino_fail('INVALID_CAST_ARGUMENT: Cannot cast to row') IS NULL THEN NULL
     ELSE try_json_row(x, structure, names) END

-- What needs a careful look: half a surrogate pair, which DuckDB calls invalid, equal keys in
-- objects below the top, and what can reach a limit of Jackson's
CREATE MACRO json_odd(x) AS
CASE WHEN NOT json_valid(x) OR contains(x, '{MARK}') OR length(x) > 50000 THEN true
     WHEN json_first(x) <> '{' OR json_lax(x) OR json_key_kind(x) <> 0 THEN true
     WHEN contains(x, '\ud') OR contains(x, '\uD') THEN true
     WHEN length(x) > 2000 AND length(x) - length(translate(x, '[{', '')) > 1000 THEN true
     WHEN regexp_matches(x, '[:\[,]\s*\{') THEN py_json_doubled(x)
     ELSE false END

-- json_parse directly inside the cast: the text is parsed once
CREATE MACRO try_json_text_row(x, structure, names) AS json_transform(
CASE WHEN json_odd(x) THEN py_json_text_row(x, names) ELSE x END, structure)

CREATE MACRO trino_json_text_row(x, structure, names) AS
CASE WHEN x IS NOT NULL AND trim(x) <> 'null'
          AND try_json_text_row(x, structure, names) IS NULL
          AND trino_fail('INVALID_CAST_ARGUMENT: Cannot cast to row') IS NULL THEN NULL
     ELSE try_json_text_row(x, structure, names) END

-- The text of a scalar: a string's content, a number as Java writes it
CREATE MACRO json_text(x) AS
CASE WHEN starts_with(x, '"')
          THEN CASE WHEN contains(x, '\') THEN x::JSON ->> '$' ELSE (x)[2:-2] END
     WHEN starts_with(x, '{') OR starts_with(x, '[') OR x = 'null' THEN NULL
     WHEN NOT starts_with(x, 't') AND NOT starts_with(x, 'f')
          AND (contains(x, '.') OR contains(x, 'e') OR contains(x, 'E'))
          THEN trino_double_text(try_cast(x AS DOUBLE))
     ELSE x END

-- As text for a cast to a whole number: true counts as 1, and a number is rounded
CREATE MACRO json_whole(x) AS
CASE WHEN x = 'true' THEN '1' WHEN x = 'false' THEN '0'
     WHEN NOT starts_with(x, '"')
          AND (contains(x, '.') OR contains(x, 'e') OR contains(x, 'E'))
          THEN try_cast(round(try_cast(x AS DOUBLE)) AS HUGEINT)::VARCHAR
     ELSE text_whole(json_text(x)) END

CREATE MACRO json_real(x) AS
CASE WHEN x = 'true' THEN 1.0::DOUBLE WHEN x = 'false' THEN 0.0::DOUBLE
     ELSE text_real(json_text(x)) END

PAIR json_to_tinyint(x) TINYINT 'Cannot cast to tinyint' AS try_cast(json_whole(x::VARCHAR) AS TINYINT)

PAIR json_to_smallint(x) SMALLINT 'Cannot cast to smallint' AS try_cast(json_whole(x::VARCHAR) AS SMALLINT)

PAIR json_to_integer(x) INTEGER 'Cannot cast to integer' AS try_cast(json_whole(x::VARCHAR) AS INTEGER)

PAIR json_to_bigint(x) BIGINT 'Cannot cast to bigint' AS try_cast(json_whole(x::VARCHAR) AS BIGINT)

PAIR json_to_real(x) FLOAT 'Cannot cast to real' AS try_cast(json_real(x::VARCHAR) AS FLOAT)

PAIR json_to_double(x) DOUBLE 'Cannot cast to double' AS json_real(x::VARCHAR)

PAIR json_to_varchar(x) VARCHAR 'Cannot cast to varchar' AS json_text(x::VARCHAR)

PAIR json_to_boolean(x) BOOLEAN 'Cannot cast to boolean' AS text_boolean(json_text(x::VARCHAR))

CREATE MACRO trino_json_list(x) AS
CASE WHEN json_type(x) = 'NULL' THEN NULL
     WHEN json_type(x) <> 'ARRAY' THEN [trino_fail('INVALID_CAST_ARGUMENT: Cannot cast to array')::VARCHAR::JSON]
     ELSE json_transform(x, '["JSON"]') END

CREATE MACRO trino_json_entries(x) AS
CASE WHEN json_type(x) = 'NULL' THEN NULL
     WHEN json_type(x) <> 'OBJECT' THEN [{'key': '', 'value': trino_fail('INVALID_CAST_ARGUMENT: Cannot cast to map')::VARCHAR::JSON}]
     ELSE map_entries(CAST(x AS MAP(VARCHAR, JSON))) END

CREATE MACRO trino_json_extract(x, path) AS py_json_extract(x::VARCHAR, path)::JSON

CREATE MACRO json_scalar(x) AS
CASE WHEN starts_with(x, '"') THEN x::JSON ->> '$'
     WHEN NOT (starts_with(x, '{') OR starts_with(x, '[') OR x = 'null') THEN x END

CREATE MACRO trino_json_extract_scalar(x, path) AS json_scalar(py_json_extract(x::VARCHAR, path))

CREATE MACRO trino_json_size(x, path) AS
CASE json_type(trino_json_extract(x, path))
     WHEN 'OBJECT' THEN CAST(len(json_keys(trino_json_extract(x, path))) AS BIGINT)
     WHEN 'ARRAY' THEN CAST(json_array_length(trino_json_extract(x, path)) AS BIGINT)
     WHEN NULL THEN NULL ELSE 0 END

CREATE MACRO trino_json_array_length(x) AS
CASE WHEN json_type(x) = 'ARRAY' THEN CAST(json_array_length(x) AS BIGINT) END

-- moments

CREATE MACRO trino_interval(unit, amount) AS
CASE unit WHEN 'millisecond' THEN to_milliseconds(amount) WHEN 'second' THEN to_seconds(amount)
          WHEN 'minute' THEN to_minutes(amount) WHEN 'hour' THEN to_hours(amount)
          WHEN 'day' THEN to_days(amount::INTEGER) WHEN 'week' THEN to_weeks(amount::INTEGER)
          WHEN 'month' THEN to_months(amount::INTEGER) WHEN 'quarter' THEN to_months(3 * amount::INTEGER)
          WHEN 'year' THEN to_years(amount::INTEGER) END

-- DuckDB passes over spaces that the format does not have
CREATE MACRO try_date_parse(x, form) AS
CASE WHEN NOT regexp_matches(x, '^\s|\s$|\s\s') THEN try_strptime(x, form) END

CREATE MACRO trino_date_parse(x, form) AS
CASE WHEN x IS NOT NULL AND try_date_parse(x, form) IS NULL
          THEN trino_fail(concat('INVALID_FUNCTION_ARGUMENT: Invalid format: "', x, '"'))::VARCHAR::TIMESTAMP
     ELSE try_date_parse(x, form) END

CREATE MACRO trino_from_unixtime(x) AS
make_timestamptz(CAST(floor(x * 1000 + 0.5) AS BIGINT) * 1000)

-- DuckDB wants month, day, minute and an offset
CREATE MACRO iso8601_in_full(x) AS
concat(regexp_extract(x, '^[0-9]{4}'),
  '-', coalesce(nullif(regexp_extract(x, '^[0-9]{4}-([0-9]{1,2})', 1), ''), '01'),
  '-', coalesce(nullif(regexp_extract(x, '^[0-9]{4}-[0-9]{1,2}-([0-9]{1,2})', 1), ''), '01'),
  ' ', coalesce(nullif(regexp_extract(x, 'T([0-9]{1,2})', 1), ''), '00'),
  ':', coalesce(nullif(regexp_extract(x, 'T[0-9]{1,2}:([0-9]{1,2})', 1), ''), '00'),
  ':', coalesce(nullif(replace(regexp_extract(
         x, 'T[0-9]{1,2}:[0-9]{1,2}:([0-9]{1,2}([.,][0-9]{1,6})?)', 1), ',', '.'), ''), '00'),
  coalesce(nullif(replace(regexp_extract(x, 'T.*(Z|[+-][0-9:]+)$', 1), 'Z', '+00'), ''), '+00')
)

CREATE MACRO truncated_to_milliseconds(x) AS
CASE WHEN epoch_us(x) % 1000 = 0 THEN x ELSE date_trunc('millisecond', x) END

-- A time of day or an offset as ISO-8601 writes it; Trino knows offsets up to 14 hours
CREATE MACRO iso8601_slow(x) AS
CASE WHEN regexp_full_match(x, '[0-9]{4}(-[0-9]{1,2}(-[0-9]{1,2})?)?(T([0-9]|[01][0-9]|2[0-3])?(:[0-5]?[0-9](:[0-5]?[0-9]([.,][0-9]+)?)?)?(Z|[+-]((0[0-9]|1[0-3])(:?[0-5][0-9])?|14(:?00)?))?)?')
          THEN truncated_to_milliseconds(try_cast(iso8601_in_full(x) AS TIMESTAMPTZ)) END

CREATE MACRO try_iso8601(x) AS
CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+-](0[0-9]|1[0-3]):[0-5][0-9])?')
          THEN try_cast(x AS TIMESTAMPTZ)
     WHEN regexp_full_match(x, '[0-9]{4}-(W[0-9]{2}(-[0-9])?|[0-9]{3})(T.*)?') THEN iso8601_slow(py_iso_day(x))
     ELSE iso8601_slow(x) END

CREATE MACRO trino_iso8601(x) AS
CASE WHEN x IS NOT NULL AND try_iso8601(x) IS NULL
          THEN trino_fail(concat('INVALID_FUNCTION_ARGUMENT: Invalid format: "', x, '"'))
               ::VARCHAR::TIMESTAMPTZ
     ELSE try_iso8601(x) END

PAIR iso8601_date(x) DATE 'date' AS
CASE WHEN regexp_full_match(x, '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}') THEN try_cast(x AS DATE)
     WHEN regexp_full_match(x, '[0-9]{4}-(W[0-9]{2}(-[0-9])?|[0-9]{3})') THEN try_cast(py_iso_day(x) AS DATE) END

CREATE MACRO trino_to_iso8601(x, digits) AS
CASE digits WHEN 0 THEN strftime(x, '%Y-%m-%dT%H:%M:%S') WHEN 3 THEN strftime(x, '%Y-%m-%dT%H:%M:%S.%g')
            ELSE strftime(x, '%Y-%m-%dT%H:%M:%S.%f') END

-- arrays and maps

CREATE MACRO trino_map(names, items) AS
CASE WHEN names IS NULL OR items IS NULL THEN NULL ELSE map(names, items) END

-- Of equal keys the first counts
CREATE MACRO trino_map_agg(entries) AS
map_from_entries(list_filter(entries, lambda e, i: e.key IS NOT NULL
    AND list_position(list_transform(entries, lambda z: z.key), e.key) = i))

CREATE MACRO trino_contains(items, x) AS
CASE WHEN x IS NULL THEN NULL WHEN list_contains(items, x) THEN true
     WHEN len(list_filter(items, lambda z: z IS NULL)) > 0 THEN NULL
     WHEN items IS NOT NULL THEN false END

CREATE MACRO trino_distinct(items) AS
list_filter(items, lambda z, i: CASE
    WHEN z IS NULL THEN len(list_filter(items[1:i - 1], lambda y: y IS NULL)) = 0
    ELSE list_position(items, z) = i END)

CREATE MACRO trino_array_max(items) AS
CASE WHEN len(list_filter(items, lambda z: z IS NULL)) > 0 THEN NULL ELSE list_max(items) END

CREATE MACRO trino_array_min(items) AS
CASE WHEN len(list_filter(items, lambda z: z IS NULL)) > 0 THEN NULL ELSE list_min(items) END

CREATE MACRO trino_array_remove(items, x) AS
CASE WHEN x IS NULL THEN NULL ELSE list_filter(items, lambda z: z IS DISTINCT FROM x) END

CREATE MACRO trino_overlap(a, b) AS
CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN list_has_any(a, b) THEN true
     WHEN len(list_filter(a, lambda z: z IS NULL)) > 0 OR len(list_filter(b, lambda z: z IS NULL)) > 0 THEN NULL
     ELSE false END

CREATE MACRO trino_flatten(items) AS flatten(items)

CREATE MACRO trino_sequence(first, last, step) AS
CASE WHEN step = 0 OR (last - first) * step < 0
          THEN [trino_fail('INVALID_FUNCTION_ARGUMENT: sequence stop value does not lie in the step''s direction')]
     ELSE generate_series(first, last, step) END

CREATE MACRO trino_slice(items, start, size) AS
CASE WHEN start > len(items) OR -start > len(items) OR size = 0 THEN items[1:0]
     WHEN start < 0 THEN items[len(items) + start + 1:len(items) + start + size]
     ELSE items[start:start + size - 1] END

CREATE MACRO trino_any_match(found) AS
CASE WHEN list_contains(found, true) THEN true
     WHEN len(list_filter(found, lambda z: z IS NULL)) > 0 THEN NULL
     WHEN found IS NOT NULL THEN false END

CREATE MACRO trino_all_match(found) AS
CASE WHEN list_contains(found, false) THEN false
     WHEN len(list_filter(found, lambda z: z IS NULL)) > 0 THEN NULL
     WHEN found IS NOT NULL THEN true END

-- As the digests of Trino answer for as few values as they keep one by one
CREATE MACRO sorted_values(items) AS list_sort(list_filter(items, lambda z: z IS NOT NULL))

CREATE MACRO trino_percentile(items, share) AS
list_extract(sorted_values(items),
    CAST(least(floor(share * len(sorted_values(items))), len(sorted_values(items)) - 1) AS BIGINT) + 1)

CREATE MACRO trino_zip(a, b) AS
CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN list_zip(a, b) END

CREATE MACRO trino_multimap(entries) AS
map_from_entries(list_transform(
    list_filter(entries, lambda e, i: e.key IS NOT NULL
        AND list_position(list_transform(entries, lambda z: z.key), e.key) = i),
    lambda e: {'key': e.key, 'value': list_transform(
        list_filter(entries, lambda z: z.key = e.key), lambda z: z.value)}))
