"""The Trino functions that the embedded engine offers, with the arguments they accept.

`name:tw-w` accepts a varchar, a whole number and optionally another; after a `+` the last may be
repeated. `KINDS` has the letters; `.` is any type, and an untyped NULL is only for `.` and `k`.
Names after a `*` are answered by the macro `trino_name`; the others are sqlglot's, or the same in
DuckDB. Everything else is refused.
"""

from collections.abc import Mapping

from sqlglot import exp

GROUPS: Mapping[str, str] = {
    "numbers": """abs:n acos:n* asin:n* atan:n atan2:nn bitwise_and:ww* bitwise_not:w*
        bitwise_or:ww* bitwise_xor:ww* cbrt:n ceil:n ceiling:n cos:n cosh:n degrees:n e:* exp:n
        floor:n infinity:* is_finite:n* is_infinite:n* is_nan:n* ln:n* log:nn* log10:n* log2:n*
        mod:nn nan:* pi:
        pow:nn power:nn radians:n rand: random: round:n-w sign:n sin:n sinh:n sqrt:n*
        tan:n tanh:n truncate:v*""",
    "texts": """chr:w concat:yy+ concat_ws:ty+ from_base64:t from_utf8:b length:t
        lower:t lpad:twt ltrim:t md5:b position:tt regexp_count:tt* regexp_extract:tt-w
        regexp_extract_all:tt-w regexp_like:tt regexp_replace:tt-t replace:tt-t*
        reverse:y rpad:twt rtrim:t sha1:b* sha256:b split:tt-w* split_part:ttw* starts_with:tt
        strpos:tt substr:tw-w substring:tw-w to_base64:b to_hex:b to_utf8:t translate:ttt trim:t-t
        upper:t*""",
    "moments": """at_timezone:mt current_date: current_timestamp: date:h date_add:twm date_diff:tmm
        date_format:mt date_parse:tt date_trunc:tm format_datetime:mt parse_datetime:tt day:g
        day_of_month:m day_of_week:m day_of_year:m dow:m doy:m extract:.. from_iso8601_date:t*
        from_iso8601_timestamp:t from_unixtime:n hour:l last_day_of_month:m localtimestamp:
        millisecond:l* minute:l month:m now: quarter:m second:l to_iso8601:m* to_unixtime:m
        week:m week_of_year:m with_timezone:mt year:m year_of_week:m""",
    "JSON": """is_json_scalar:J* json_array_length:j* json_extract:jt json_extract_scalar:jt
        json_format:J json_parse:t""",
    "arrays": """all_match:a.* any_match:a.* array_distinct:a* array_except:aa* array_intersect:aa*
        array_join:at-t* array_max:a* array_min:a* array_position:a.* array_remove:a.* array_sort:a
        array_union:aa* arrays_overlap:aa* cardinality:c contains:a.* element_at:cx filter:a.
        flatten:a none_match:a.* reduce:a... repeat:.w* sequence:qq-z* slice:aww* transform:a.
        zip_with:aa.""",
    "maps": """map:-aa map_concat:pp* map_filter:p. map_from_entries:a map_keys:p map_values:p
        transform_keys:p. transform_values:p.""",
    "aggregates": """any_value:. approx_distinct:x approx_percentile:d. arbitrary:. array_agg:.
        avg:s bool_and:o bool_or:o count:-. count_if:o
        covar_pop:DD covar_samp:DD every:o grouping:.+ histogram:k listagg:t-t map_agg:k.* max:k
        max_by:.k min:k min_by:.k stddev:s stddev_pop:s stddev_samp:s sum:s
        var_pop:s var_samp:s variance:s""",
    "windows": """cume_dist: dense_rank: first_value:. lag:.-w. last_value:. lead:.-w. nth_value:.w
        ntile:w percent_rank: rank: row_number:""",
    "forms": """cast:.. coalesce:..+ greatest:k+ if:..-. least:k+ nullif:.. row:.+ try:.
        try_cast:.. format:t.+""",
}
_ANY = 1_000_000
_WHOLE = "TINYINT SMALLINT INT BIGINT"
_SUMMED = f"{_WHOLE} DOUBLE DECIMAL"
_CLOCK = "TIMESTAMP TIMESTAMPNTZ TIMESTAMPTZ"
_MOMENT = f"DATE {_CLOCK}"
# The types that each letter accepts.
KINDS: Mapping[str, frozenset[exp.DType]] = {
    letter: frozenset(exp.DType[name] for name in names.split())
    for letter, names in {
        **{"n": f"{_SUMMED} FLOAT", "s": _SUMMED, "d": f"{_WHOLE} DOUBLE", "w": _WHOLE},
        **{"v": "DOUBLE DECIMAL", "D": "DOUBLE", "t": "VARCHAR TEXT", "b": "VARBINARY"},
        **{"o": "BOOLEAN", "J": "JSON", "j": "JSON VARCHAR TEXT", "a": "ARRAY", "p": "MAP"},
        **{"c": "ARRAY MAP", "y": "ARRAY VARCHAR TEXT", "m": _MOMENT, "g": f"{_MOMENT} INTERVAL"},
        **{"l": _CLOCK, "h": f"{_MOMENT} VARCHAR TEXT"},
        **{"q": f"{_WHOLE} {_MOMENT}", "z": f"{_WHOLE} INTERVAL"},
        "k": f"{_SUMMED} FLOAT {_MOMENT} VARCHAR TEXT BOOLEAN VARBINARY INTERVAL",
        "x": f"{_SUMMED} FLOAT {_MOMENT} VARCHAR TEXT BOOLEAN VARBINARY INTERVAL ARRAY STRUCT",
    }.items()
}


def _read() -> dict[str, tuple[int, int, bool, str]]:
    found = {}
    for word in " ".join(GROUPS.values()).split():
        name, letters = word.rstrip("*").split(":")
        taken = letters.rstrip("+").replace("-", "")
        least = len(letters.rstrip("+").partition("-")[0])
        most = _ANY if letters.endswith("+") else len(taken)
        found[name] = (least, most, word.endswith("*"), taken)
    return found


# By name: the least and the most arguments, whether a macro answers, and the letters.
OFFERED: Mapping[str, tuple[int, int, bool, str]] = _read()
