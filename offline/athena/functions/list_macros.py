"""SQL macros for Trino's functions over arrays and maps.

Trino counts NULL elements; DuckDB often leaves them out. A failure's message is built from what the
condition is about, so that DuckDB does not compute it in advance.
"""

_FAILED = "AND trino_fail(concat('INVALID_FUNCTION_ARGUMENT: {}: ', {})) IS NULL THEN NULL"
_STARTS = _FAILED.format("SQL array indices start at 1, not", "place")
_ABSENT = _FAILED.format("Key not present in map", "place, ' of ', cardinality(x)")
_SUBSCRIPT = "Array subscript must be less than or equal to array length"

_PLACES = (
    f"""CREATE MACRO trino_at_place(x, place) AS CASE
    WHEN place < 1 {_STARTS}
    WHEN place > cardinality(x) {_FAILED.format(_SUBSCRIPT, "place, ' > ', cardinality(x)")}
    ELSE x[place] END""",
    f"""CREATE MACRO trino_at(x, place) AS CASE
    WHEN typeof(x) LIKE 'MAP(%' THEN CASE
         WHEN x[place] IS NULL AND x IS NOT NULL {_ABSENT}
         ELSE x[place] END
    ELSE trino_at_place(x, place) END""",
    f"""CREATE MACRO trino_element(x, place) AS CASE
    WHEN place = 0 AND typeof(x) NOT LIKE 'MAP(%' {_STARTS}
    ELSE x[place] END""",
    f"""CREATE MACRO trino_at_key(x, place) AS CASE
    WHEN NOT list_contains(map_keys(x), place) {_ABSENT}
    ELSE map_extract_value(x, place) END""",
    "CREATE MACRO trino_element_key(x, key) AS map_extract_value(x, key)",
)

_ARRAYS = (
    "CREATE MACRO as_bigint(x) AS CAST(x AS BIGINT)",
    "CREATE MACRO has_null(x) AS list_count(x) < len(x)",
    """CREATE MACRO trino_zip(a, b) AS
    CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN list_zip(a, b) END""",
    """CREATE MACRO trino_join(items, delimiter) AS
    CASE WHEN items IS NOT NULL AND delimiter IS NOT NULL
         THEN coalesce(array_to_string(items, delimiter), '') END""",
    """CREATE MACRO trino_contains(items, x) AS
    CASE WHEN x IS NULL THEN NULL WHEN list_contains(items, x) THEN true
         WHEN has_null(items) THEN NULL WHEN items IS NOT NULL THEN false END""",
    """CREATE MACRO trino_array_position(items, x) AS
    CASE WHEN x IS NOT NULL AND items IS NOT NULL
         THEN CAST(coalesce(list_position(items, x), 0) AS BIGINT) END""",
    """CREATE MACRO trino_array_distinct(items) AS
    list_filter(items, lambda z, i: CASE
        WHEN z IS NULL THEN NOT has_null(items[1:i - 1]) ELSE list_position(items, z) = i END)""",
    "CREATE MACRO trino_array_max(items) AS CASE WHEN NOT has_null(items) THEN list_max(items) END",
    "CREATE MACRO trino_array_min(items) AS CASE WHEN NOT has_null(items) THEN list_min(items) END",
    """CREATE MACRO trino_array_remove(items, x) AS
    CASE WHEN x IS NOT NULL THEN list_filter(items, lambda z: z IS DISTINCT FROM x) END""",
    """CREATE MACRO trino_array_union(a, b) AS
    CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN trino_array_distinct(list_concat(a, b)) END""",
    "CREATE MACRO holds(items, x) AS CASE WHEN x IS NULL THEN has_null(items)"
    " ELSE list_contains(items, x) END",
    """CREATE MACRO trino_array_intersect(a, b) AS
    CASE WHEN b IS NOT NULL
         THEN list_filter(trino_array_distinct(a), lambda z: holds(b, z)) END""",
    """CREATE MACRO trino_array_except(a, b) AS
    CASE WHEN b IS NOT NULL
         THEN list_filter(trino_array_distinct(a), lambda z: NOT holds(b, z)) END""",
    """CREATE MACRO trino_arrays_overlap(a, b) AS
    CASE WHEN a IS NULL OR b IS NULL THEN NULL WHEN list_has_any(a, b) THEN true
         WHEN len(a) = 0 OR len(b) = 0 THEN false
         WHEN has_null(a) OR has_null(b) THEN NULL ELSE false END""",
    f"""CREATE MACRO trino_slice(items, place, size) AS CASE
    WHEN place = 0 {_STARTS}
    WHEN size < 0 {_FAILED.format("length must be greater than or equal to 0, not", "size")}
    WHEN place > len(items) OR -place > len(items) OR size = 0 THEN items[1:0]
    WHEN place < 0 THEN items[len(items) + place + 1:len(items) + place + size]
    ELSE items[place:place + size - 1] END""",
    "CREATE MACRO trino_repeat(x, times) AS list_transform(range(times), lambda z: x)",
    # What a function gave for each element
    """CREATE MACRO any_true(found) AS
    CASE WHEN list_contains(found, true) THEN true WHEN has_null(found) THEN NULL
         WHEN found IS NOT NULL THEN false END""",
    """CREATE MACRO all_true(found) AS
    CASE WHEN list_contains(found, false) THEN false WHEN has_null(found) THEN NULL
         WHEN found IS NOT NULL THEN true END""",
    f"""CREATE MACRO few(items) AS
    CASE WHEN len(items) > 10000 {_FAILED.format("more than 10000 entries", "len(items)")}
         ELSE items END""",
    f"""CREATE MACRO trino_sequence_bigint(a, b) AS
         few(generate_series(a::BIGINT, b::BIGINT, CASE WHEN a <= b THEN 1 ELSE -1 END)),
    (a, b, step) AS CASE
         WHEN (step = 0 OR (b::BIGINT - a) * step < 0)
              {_FAILED.format("sequence does not reach its end", "a, ' ', b, ' ', step")}
         ELSE few(generate_series(a::BIGINT, b::BIGINT, step)) END""",
    """CREATE MACRO trino_sequence_date(a, b) AS CAST(generate_series(a, b,
         CASE WHEN a <= b THEN INTERVAL 1 DAY ELSE INTERVAL '-1 day' END) AS DATE[]),
    (a, b, step) AS CAST(generate_series(a, b, step) AS DATE[])""",
    "CREATE MACRO trino_sequence_timestamp(a, b, step) AS generate_series(a, b, step)",
    """CREATE MACRO trino_sequence(a BIGINT, b BIGINT) AS trino_sequence_bigint(a, b),
    (a DATE, b DATE) AS trino_sequence_date(a, b),
    (a BIGINT, b BIGINT, step) AS trino_sequence_bigint(a, b, step),
    (a DATE, b DATE, step) AS trino_sequence_date(a, b, step),
    (a TIMESTAMP, b TIMESTAMP, step) AS trino_sequence_timestamp(a, b, step)""",
)

_MAPS = (
    """CREATE MACRO trino_map_concat(a, b) AS
    CASE WHEN a IS NOT NULL AND b IS NOT NULL THEN map_concat(a, b) END""",
)

LIST_MACROS = (*_PLACES, *_ARRAYS, *_MAPS)
