"""SQL macros for Trino's casts: `try_<type>` gives NULL where `trino_<type>` fails.

DuckDB resolves `typeof(column)` while it binds, so branches for other types cost nothing at run
time. They still come first, since every mention of an argument may be evaluated again.
"""

_STRICT = "{cast}(x AS {type})"
_ROUNDED = """CASE WHEN typeof(x) IN ('DOUBLE', 'FLOAT')
    THEN {cast}(round(try_cast(x AS DOUBLE)) AS {type}) ELSE {cast}(x AS {type}) END"""
_WORDED = """CASE
    WHEN typeof(x) IN ('DOUBLE', 'FLOAT') THEN double_text(try_cast(x AS DOUBLE))
    WHEN typeof(x) = 'TIMESTAMP' THEN strftime(try_cast(x AS TIMESTAMP), '%Y-%m-%d %H:%M:%S.%g')
    WHEN typeof(x) = 'TIMESTAMP WITH TIME ZONE'
         THEN strftime(try_cast(x AS TIMESTAMP), '%Y-%m-%d %H:%M:%S.%g UTC')
    ELSE x::VARCHAR END"""
_PROBLEM = "concat('INVALID_CAST_ARGUMENT: Cannot cast ''', x::VARCHAR, ''' to {}')"
_DATE = r"\s*\+?[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}\s*"
# A zone after it is read and ignored.
_ZONE = r"\s*( ?(UTC|Z|[+-](0?[0-9]|1[0-4])(:?[0-5][0-9])?))?\s*"
_TIMESTAMP = (
    r"\s*[0-9]{1,5}-[0-9]{1,2}-[0-9]{1,2}"
    r"( (?:[01]?[0-9]|2[0-3]):[0-9]{1,2}(:[0-9]{1,2}(\.[0-9]{1,12})?)?)?"
)


def _pair(name: str, kind: str, text: str, json: str, other: str = _STRICT) -> tuple[str, ...]:
    """Return the macros of one target type, whose name in DuckDB is `kind`.

    `text` gives the value of a varchar, `json` that of a JSON scalar, NULL if it has none; `other`
    that of any other type. `try_text_…` and `trino_text_…` are for arguments known to be varchar.
    """
    lenient = other.format(cast="try_cast", type=kind)
    strict = other.format(cast="CAST", type=kind)
    problem = _PROBLEM.format(name)
    return (
        f"CREATE MACRO try_text_{name}(x) AS {text}",
        f"""CREATE MACRO trino_text_{name}(x) AS coalesce(try_text_{name}(x),
            CASE WHEN x IS NOT NULL THEN trino_fail({problem})::VARCHAR::{kind} END)""",
        f"""CREATE MACRO try_{name}(x) AS CASE
            WHEN typeof(x) = 'VARCHAR' THEN {text}
            WHEN typeof(x) = 'JSON' THEN {json}
            ELSE {lenient} END""",
        f"""CREATE MACRO trino_{name}(x) AS CASE
            WHEN typeof(x) NOT IN ('VARCHAR', 'JSON') THEN {strict}
            WHEN typeof(x) = 'JSON' AND x::VARCHAR = 'null' THEN NULL
            ELSE coalesce(try_{name}(x),
                 CASE WHEN x IS NOT NULL THEN trino_fail({problem})::VARCHAR::{kind} END) END""",
    )


def _whole(name: str, kind: str) -> tuple[str, ...]:
    return _pair(
        name,
        kind,
        # Nearly all numbers are plain digits, which DuckDB casts like Trino.
        f"""CASE WHEN regexp_matches(x::VARCHAR, '^[0-9]{{1,18}}\\z')
              THEN try_cast(x::VARCHAR AS {kind})
         WHEN x IS NOT NULL THEN try_cast(py_whole(x::VARCHAR) AS {kind}) END""",
        f"try_cast(json_whole(x::VARCHAR) AS {kind})",
        _ROUNDED,
    )


CAST_MACROS = (
    *_whole("tinyint", "TINYINT"),
    *_whole("smallint", "SMALLINT"),
    *_whole("integer", "INTEGER"),
    *_whole("bigint", "BIGINT"),
    *_pair(
        "real",
        "FLOAT",
        "try_cast(text_real(x::VARCHAR) AS FLOAT)",
        "try_cast(json_real(x::VARCHAR) AS FLOAT)",
    ),
    *_pair("double", "DOUBLE", "text_real(x::VARCHAR)", "json_real(x::VARCHAR)"),
    # The most common cast, and DuckDB binds all of a macro; only JSON may have none.
    *(f"CREATE MACRO {form}_text_varchar(x) AS x::VARCHAR" for form in ("try", "trino")),
    f"""CREATE MACRO try_varchar(x) AS CASE
        WHEN typeof(x) = 'JSON' THEN json_text(x::VARCHAR) ELSE {_WORDED} END""",
    f"""CREATE MACRO trino_varchar(x) AS coalesce(try_varchar(x),
        CASE WHEN typeof(x) = 'JSON' AND x::VARCHAR <> 'null'
             THEN trino_fail({_PROBLEM.format("varchar")})::VARCHAR END)""",
    *_pair(
        "boolean",
        "BOOLEAN",
        "text_boolean(x::VARCHAR)",
        """CASE WHEN starts_with(x::VARCHAR, '"') THEN text_boolean(json_text(x::VARCHAR))
        ELSE coalesce(try_cast(x::VARCHAR AS DOUBLE) <> 0, text_boolean(x::VARCHAR)) END""",
    ),
    *_pair(
        "date",
        "DATE",
        f"CASE WHEN regexp_full_match(x::VARCHAR, '{_DATE}') "
        "THEN try_cast(trim(replace(x::VARCHAR, '+', '')) AS DATE) END",
        "NULL::DATE",
    ),
    *_pair(
        "timestamp",
        "TIMESTAMP",
        f"CASE WHEN regexp_full_match(x::VARCHAR, '{_TIMESTAMP}{_ZONE}') THEN trino_milliseconds("
        f"try_cast(trim(regexp_extract(x::VARCHAR, '{_TIMESTAMP}')) AS TIMESTAMP)) END",
        "NULL::TIMESTAMP",
    ),
    *_pair(
        "decimal",
        "VARCHAR",
        r"""CASE WHEN regexp_matches(x::VARCHAR, '[eE]') THEN py_decimal(x::VARCHAR)
            ELSE nullif(regexp_extract(x::VARCHAR,
                '^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)$'), '') END""",
        "CASE x::VARCHAR WHEN 'true' THEN '1' WHEN 'false' THEN '0' ELSE json_text(x::VARCHAR) END",
        "x::VARCHAR",
    ),
    *_pair("timestamptz", "TIMESTAMPTZ", "try_cast(x AS TIMESTAMPTZ)", "NULL::TIMESTAMPTZ"),
)
