"""The functions of Trino that the embedded engine offers, and with how many arguments.

`name:2` takes two arguments, `name:1-2` one or two, `name:1+` one or more. Behind a `*` the macro
`trino_name` answers; the others are sqlglot's or the same in DuckDB. Everything else is refused.
"""

from collections.abc import Mapping

GROUPS: Mapping[str, str] = {
    "numbers": """abs:1 acos:1* asin:1* atan:1 atan2:2 bitwise_and:2* bitwise_not:1* bitwise_or:2*
        bitwise_xor:2* cbrt:1 ceil:1 ceiling:1 cos:1 cosh:1 degrees:1 e:0* exp:1 floor:1
        infinity:0* is_finite:1* is_infinite:1* is_nan:1* ln:1* log:2* log10:1* log2:1*
        mod:2 pi:0 pow:2 power:2 radians:1 rand:0 random:0 round:1-2 sign:1 sin:1 sinh:1
        sqrt:1* tan:1 tanh:1 truncate:1*""",
    "texts": """chr:1 codepoint:1* concat:2+ concat_ws:2+ from_base64:1 from_hex:1 from_utf8:1
        length:1 levenshtein_distance:2 lower:1 lpad:3 ltrim:1 md5:1 position:2
        regexp_count:2* regexp_extract:2-3 regexp_extract_all:2-3 regexp_like:2
        regexp_replace:2-3 regexp_split:2* replace:2-3* reverse:1 rpad:3 rtrim:1 sha1:1*
        sha256:1 split:2-3* split_part:3* starts_with:2 strpos:2 substr:2-3
        substring:2-3 to_base64:1 to_hex:1 to_utf8:1 translate:3 trim:1-2 upper:1*""",
    "moments": """at_timezone:2 current_date:0 current_timestamp:0 date:1 date_add:3 date_diff:3
        date_format:2 date_parse:2 date_trunc:2 format_datetime:2 parse_datetime:2 day:1
        day_of_month:1 day_of_week:1 day_of_year:1 dow:1 doy:1 extract:2
        from_iso8601_date:1* from_iso8601_timestamp:1 from_unixtime:1 hour:1
        last_day_of_month:1 localtimestamp:0 millisecond:1* minute:1 month:1 now:0
        quarter:1 second:1 to_iso8601:1* to_milliseconds:1* to_unixtime:1 week:1
        week_of_year:1 with_timezone:2 year:1 year_of_week:1""",
    "JSON": """is_json_scalar:1* json_array_length:1* json_extract:2 json_extract_scalar:2
        json_format:1 json_parse:1 json_size:2*""",
    "arrays": """all_match:2* any_match:2* array_distinct:1* array_except:2* array_intersect:2*
        array_join:2-3* array_max:1* array_min:1* array_position:2* array_remove:2*
        array_sort:1 array_union:2* arrays_overlap:2* cardinality:1 contains:2*
        element_at:2 filter:2 flatten:1 none_match:2* reduce:4 repeat:2* sequence:2-3*
        slice:3* transform:2 zip:2* zip_with:3""",
    "maps": """map:0-2 map_concat:2+ map_entries:1* map_filter:2 map_from_entries:1 map_keys:1
        map_values:1 transform_keys:2 transform_values:2""",
    "aggregates": """any_value:1 approx_distinct:1 approx_percentile:2 arbitrary:1 array_agg:1 avg:1
        bitwise_and_agg:1 bitwise_or_agg:1 bool_and:1 bool_or:1 corr:2 count:0-1
        count_if:1 covar_pop:2 covar_samp:2 every:1 grouping:1+ histogram:1 listagg:1-2
        map_agg:2* max:1 max_by:2 min:1 min_by:2 multimap_agg:2* regr_intercept:2
        regr_slope:2 stddev:1 stddev_pop:1 stddev_samp:1 sum:1 var_pop:1 var_samp:1
        variance:1""",
    "windows": """cume_dist:0 dense_rank:0 first_value:1 lag:1-3 last_value:1 lead:1-3 nth_value:2
        ntile:1 percent_rank:0 rank:0 row_number:0""",
    "forms": """cast:2 coalesce:1+ greatest:1+ if:2-3 least:1+ nullif:2 row:1+ try:1 try_cast:2
        typeof:1 format:2+""",
}
_ANY = 1_000_000


def _read() -> dict[str, tuple[int, int, bool]]:
    found = {}
    for word in " ".join(GROUPS.values()).split():
        name, counts = word.rstrip("*").split(":")
        least, _, most = counts.rstrip("+").partition("-")
        last = _ANY if counts.endswith("+") else int(most or least)
        found[name] = (int(least), last, word.endswith("*"))
    return found


# Of each name: the least and the most arguments, and whether a macro of ours answers
OFFERED: Mapping[str, tuple[int, int, bool]] = _read()
