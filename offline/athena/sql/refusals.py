"""Finds what the embedded engine would answer otherwise than Trino, or not at all."""

import re
from collections.abc import Callable, Mapping
from zoneinfo import available_timezones

from sqlglot import exp

from offline.athena.functions import regexps
from offline.athena.functions.java_format import kinds
from offline.athena.functions.offered import KINDS
from offline.athena.sql.finding import concatenated, find
from offline.athena.sql.forms import FORMS, small_beside_literal
from offline.athena.sql.kinds import MOMENTS, NESTED, SMALL, WHOLE, Kind, kind_of

_NO_JSON = {
    *(Kind.STRUCT, Kind.DECIMAL, Kind.TIMESTAMP, Kind.TIMESTAMPNTZ, Kind.TIMESTAMPTZ),
    *(Kind.VARBINARY, Kind.INTERVAL),
}
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_DAYS = (*MOMENTS, None)
_INTERVALS = ("second", "minute", "hour", "day", "month", "year")
_UTC = re.compile(r"(UTC|Z|[+-]00:?00)\Z", re.IGNORECASE)
_ZONED_TEXT = re.compile(r"[0-9:.]+ *(?P<zone>[A-Za-z][\w/+-]*|[+-][0-9:]+)\Z")
_OFFSET = re.compile(r"T.*[+-][0-9:]+\Z")
_PATH = re.compile(r'\$(\.[A-Za-z_]\w*|\[\d+\]|\["[^"]*"\])*')
_CLOCK_UNITS = ("hour", "minute", "second", "millisecond")
_CUTS = ("limit", "offset")
_SETS = (exp.GroupingSets, exp.Rollup, exp.Cube)
# By kind of expression, the parts that are read; sqlglot knows those of every engine.
_PARTS: Mapping[type[exp.Expr], tuple[str, set[str]]] = {
    exp.Select: (
        "SELECT",
        {
            *("with_", "expressions", "from_", "joins", "laterals", "where", "group", "having"),
            *("distinct", "order", "limit", "offset", "windows"),
        },
    ),
    **{
        kind: (kind.key.upper(), {"this", "expression", "distinct", "with_", "order", *_CUTS})
        for kind in (exp.Union, exp.Intersect, exp.Except)
    },
    exp.Table: ("FROM", {"this", "db", "catalog", "alias", "sample", "version"}),
    exp.CTE: ("WITH", {"this", "alias"}),
    exp.Star: ("*", set()),
    exp.WindowSpec: ("OVER", {"kind", "start", "start_side", "end", "end_side"}),
    **dict.fromkeys((exp.Cast, exp.TryCast), ("CAST", {"this", "to", "safe"})),
}
# Expressions that keep the value, or the zone, of one that is within.
_SAME = (exp.Paren, exp.Try, exp.If, exp.Case, exp.Coalesce, exp.TimestampTrunc, exp.DateTrunc)
_CLOCKS = (
    *(exp.TimeToStr, exp.Year, exp.Quarter, exp.Month, exp.Week, exp.WeekOfYear),
    *(exp.Day, exp.DayOfMonth, exp.DayOfWeekIso, exp.DayOfYear, exp.YearOfWeek, exp.Hour),
    *(exp.Minute, exp.Second, exp.Date),
)
_OF_ONE_TYPE = (exp.Coalesce, exp.If, exp.Case, exp.Greatest, exp.Least, exp.Values)
_MOMENTS = (exp.AtTimeZone, exp.TimeToUnix, exp.DateDiff, exp.Between, exp.Is, *_COMPARISONS)


def refusal(node: exp.Expr) -> str | None:
    """Return what must be refused here, or None."""
    name, letter = node.meta.get("taken") or ("", ".")
    if isinstance(node, exp.Null) and letter not in ".k":
        return f"NULL without a type in {name}"
    if letter != "." and kind_of(node) not in (*KINDS[letter], Kind.NULL, None):
        return f"{name} of {node.type}"
    if known := _PARTS.get(type(node)):
        place, parts = known
        for part, value in node.args.items():
            if value and part not in parts:
                return f"{part.strip('_').replace('_', ' ')} in {place}"
    if isinstance(node, _OF_ONE_TYPE) and small_beside_literal(node):
        return "a tinyint or smallint beside an integer; cast it to integer"
    condition, what = FORMS.get(type(node), (None, ""))
    if condition is not None:
        return what if condition(node) else None
    rule = _RULES.get(type(node))
    return rule(node) if rule else None


def _comparison(node: exp.Expr) -> str | None:
    if isinstance(node.expression, exp.Any | exp.All):
        return "ANY and ALL"
    operands = (node.this, node.expression)
    if any(kind_of(item) in NESTED or isinstance(item, exp.Tuple) for item in operands):
        return "comparing arrays, maps and rows"
    return None


def _in(node: exp.Expr) -> str | None:
    if not node.expressions and not node.args.get("query"):
        return "an empty IN"
    rows = [item for item in (node.this, *node.expressions) if isinstance(item, exp.Tuple)]
    sure = isinstance(node.parent, exp.Where | exp.And)
    if any(row.find(exp.Null) or (row.find(exp.Column) and not sure) for row in rows):
        return "rows in IN that may hold NULL, but as a condition of WHERE"
    return None


def _concat(node: exp.Expr) -> str | None:
    parts = concatenated(node)
    kinds = {kind_of(item) for item in parts}
    if Kind.VARBINARY in kinds:
        return "concatenating varbinary"
    if any(isinstance(item, exp.Null) for item in parts):
        return "concatenating NULL without a type"
    if Kind.ARRAY in kinds and kinds - {Kind.ARRAY, None}:
        return "concatenating an array and an element; write ARRAY[element]"
    empty = any(_elements(item) in ([], [Kind.NULL]) for item in parts)
    return "concatenating an array whose elements have no type" if empty else None


def _elements(node: exp.Expr) -> list[Kind] | None:
    if node.type is None or node.type.this != Kind.ARRAY:
        return None
    return [item.this for item in node.type.expressions]


def _cast(node: exp.Expr) -> str | None:
    target, source = kind_of(node), kind_of(node.this)
    precision = node.this.type.expressions if node.this.type is not None else []
    if target in (Kind.CHAR, Kind.NCHAR):
        return "char(n); use varchar"
    if target in (Kind.TIME, Kind.TIMETZ, Kind.INTERVAL, Kind.UUID, Kind.IPADDRESS):
        return f"the type {target.name.lower()}"
    unlike = (*NESTED, Kind.VARBINARY, Kind.INTERVAL, Kind.FLOAT)
    if target == Kind.VARCHAR and source in unlike:
        return f"a cast of {node.this.type} to varchar"
    if target == Kind.VARCHAR and source in (Kind.TIMESTAMP, Kind.TIMESTAMPTZ):
        finer = bool(precision) and precision[0].name != "3"
        what = "the text of a timestamp literal whose fraction has not three digits"
        return what if finer else None
    kinds = find(node.this.type, exp.DataType) if node.this.type is not None else ()
    if target == Kind.JSON and any(kind.this in _NO_JSON for kind in kinds):
        return f"a cast of {node.this.type} to JSON"
    if target in (Kind.TIMESTAMP, Kind.TIMESTAMPTZ) and node.args["to"].expressions:
        literal = isinstance(node.this, exp.Literal)
        if not literal and node.args["to"].expressions[0].name != "3":
            return "timestamps of another precision than milliseconds"
    if not isinstance(node.this, exp.Literal) or target not in MOMENTS:
        return None
    if re.search(r"\.\d{4}", node.this.name):
        return "timestamps finer than milliseconds"
    found = _ZONED_TEXT.search(node.this.name) if target == Kind.TIMESTAMPTZ else None
    if found and not _UTC.match(found["zone"]):
        return "timestamp literals with a time zone other than UTC"
    return None


def _interval(node: exp.Expr) -> str | None:
    unit, parent = node.args.get("unit"), node.parent
    name = unit.name.lower() if isinstance(unit, exp.Var) else ""
    if name not in _INTERVALS or not isinstance(node.this, exp.Literal):
        return "an interval but of a text and one of the units " + ", ".join(_INTERVALS)
    if name not in ("month", "year") or getattr(parent, "name", "") == "trino_sequence":
        return None
    other = None
    if isinstance(parent, exp.Add | exp.Sub):
        other = parent.expression if parent.this is node else parent.this
    if not isinstance(parent, exp.WindowSpec) and kind_of(other) in (None, Kind.INTERVAL):
        return "intervals of months but beside a date or timestamp"
    return None


def _arithmetic(node: exp.Expr) -> str | None:
    operands = (node.this, node.expression)
    if isinstance(node, exp.Div) and kind_of(node.this) == Kind.INTERVAL:
        return "a quotient of an interval"
    if any(isinstance(item, exp.Null) for item in operands):
        return "arithmetic with NULL without a type"
    if any(kind_of(item) in SMALL for item in operands):
        return "arithmetic with tinyint and smallint; cast them to integer"
    for one, other in (operands, operands[::-1]):
        if kind_of(other) != Kind.INTERVAL:
            continue
        if kind_of(one) == Kind.DATE:
            units = (item.args["unit"].name.lower() for item in find(other, exp.Interval))
            if any(unit in _CLOCK_UNITS for unit in units):
                return "adding hours to a date"
            if any(kind_of(column) == Kind.INTERVAL for column in find(other, exp.Column)):
                return "adding a column of intervals to a date"
        factors = find(other, exp.Mul)
        if kind_of(one) in _DAYS and any(not _whole_times(item) for item in factors):
            return "adding an interval times what is no whole number to a date or timestamp"
    return None


def _whole_times(node: exp.Expr) -> bool:
    return all(kind_of(item) in (Kind.INTERVAL, *WHOLE) for item in (node.this, node.expression))


def _date_unit(node: exp.Expr) -> str | None:
    unit = node.args.get("unit")
    operand = node.expression if isinstance(node, exp.DateDiff) else node.this
    if unit is not None and unit.name.lower() in _CLOCK_UNITS and kind_of(operand) == Kind.DATE:
        return f"the unit {unit.name.lower()} of a date"
    # A literal has the precision that is written, and Trino rounds what it adds to that.
    precision = operand.type.expressions if operand.type is not None else []
    coarse = bool(precision) and precision[0].name in ("0", "1", "2")
    if isinstance(node, exp.DateAdd) and coarse and unit and unit.name.lower() == "millisecond":
        return "adding milliseconds to a literal that has none"
    return None


# The types that each conversion of a `format` pattern accepts.
_OF_FORMAT = {
    "s": (*WHOLE, Kind.VARCHAR, Kind.BOOLEAN),
    "d": (*WHOLE,),
    "f": (Kind.DOUBLE, Kind.DECIMAL),
}


def _java_format(node: exp.Expr) -> str | None:
    if not (isinstance(node.this, exp.Literal) and node.this.is_string):
        return "format with a pattern that is no constant"
    wanted = kinds(node.this.name)
    if wanted is None or len(wanted) != len(node.expressions):
        return f"the pattern {node.this.name!r} of format with {len(node.expressions)} values"
    given = zip(node.expressions, wanted, strict=True)
    fits = all(kind_of(item) in _OF_FORMAT[kind] for item, kind in given)
    return None if fits else "format of a value of another type than its conversion, or none"


def _json_path(node: exp.Expr) -> str | None:
    path = node.expression
    if not isinstance(path, exp.Literal):
        return "a JSON path that is no constant"
    return None if _PATH.fullmatch(path.name) else f"the JSON path {path.name}"


def _pattern(node: exp.Expr) -> str | None:
    pattern = node.expressions[1] if isinstance(node, exp.Anonymous) else node.expression
    if not isinstance(pattern, exp.Literal):
        return "a regular expression that is no constant"
    if found := regexps.refused(pattern.name):
        return f"{found} in a regular expression"
    try:
        matcher = regexps.compiled(regexps.spelled(pattern.name))
    except re.error as error:
        return f"the regular expression {pattern.name} ({error})"
    group, replacement = node.args.get("group"), node.args.get("replacement")
    if isinstance(group, exp.Literal) and float(group.name) > matcher.groups:
        return f"group {group.name} of {pattern.name}"
    if isinstance(node, exp.RegexpLike | exp.RegexpExtract):
        return None
    plain = regexps.is_plain(pattern.name, parts=False)
    replaces = isinstance(node, exp.RegexpReplace | exp.Anonymous) and pattern.name
    if (replaces or not plain) and any(not x[0] for x in matcher.finditer("a b\n")):
        return "a regular expression that matches an empty text"
    if replacement is None:
        return None
    if isinstance(replacement, exp.Lambda):
        return "regexp_replace with a lambda"
    if not isinstance(replacement, exp.Literal):
        literals = (item.name for item in find(replacement, exp.Literal) if item.is_string)
        odd = any("$" in name or "\\" in name for name in literals)
        return "a replacement that is no constant" if odd or replacement.find(exp.Column) else None
    try:
        groups = re.findall(r"\\(?:\\|(\d))", regexps.template(replacement.name))
    except re.error:
        return f"the replacement {replacement.name}"
    if any(group and int(group) > matcher.groups for group in groups):
        return f"the replacement {replacement.name}"
    return None


def _zoned(node: exp.Expr) -> str | None:
    """Accept zones other than UTC only where nothing but the local time there counts."""
    zone = node.args["zone"]
    if _UTC.match(zone.name):
        return None
    if not isinstance(zone, exp.Literal) or re.match(r"[+-]", zone.name):
        return "AT TIME ZONE but with a zone's name"
    if "/" not in zone.name or zone.name not in available_timezones():
        return f"the time zone {zone.name}"
    user = _user(node)
    target = user.args["to"].this if isinstance(user, exp.Cast) else None
    if isinstance(user, _CLOCKS) or target in (Kind.DATE, Kind.TIMESTAMP):
        return None
    return f"a value in the time zone {zone.name}; take its parts, date_format it or cast it"


def _from_iso8601(node: exp.Expr) -> str | None:
    text = node.this
    while isinstance(text, exp.DPipe):
        text = text.expression
    if isinstance(text, exp.Literal) and not _OFFSET.search(text.name):
        return None
    if isinstance(_user(node), _MOMENTS):
        return None
    return "from_iso8601_timestamp in the text's own time zone; write AT TIME ZONE 'UTC' behind it"


def _user(node: exp.Expr) -> exp.Expr | None:
    place = node.parent
    while isinstance(place, _SAME):
        place = place.parent
    return place


def _select(node: exp.Expr) -> str | None:
    distinct, group = node.args.get("distinct"), node.args.get("group")
    if group is not None and (what := _grouping(group)):
        return what
    order = node.args.get("order")
    if distinct is not None and distinct.args.get("on"):
        return "DISTINCT ON"
    if group is not None and group.args.get("all"):
        return "GROUP BY ALL"
    if distinct is None or order is None or node.is_star:
        return None
    shown = [item.unalias() for item in node.expressions]
    shown_names = [item.alias_or_name for item in node.expressions]
    hidden = (
        item.this not in shown and item.this.name not in shown_names
        for item in order.expressions
        if not isinstance(item.this, exp.Literal)
    )
    return "ORDER BY of what SELECT DISTINCT does not show" if any(hidden) else None


def _grouping(group: exp.Expr) -> str | None:
    sets = [item for item in group.expressions if isinstance(item, _SETS)]
    if not sets:
        return None
    names: dict[str, set[str]] = {}
    for column in find(group, exp.Column):
        names.setdefault(column.name.lower(), set()).add(column.table.lower())
    if any(len(tables) > 1 for tables in names.values()):
        return "GROUPING SETS and the like over a column that is written in two ways"
    parts = [part.unnest() for item in sets for part in find(item, exp.Expr)]
    plain = (exp.Column, exp.Identifier, exp.Tuple, exp.Paren, *_SETS)
    odd = any(not isinstance(part, plain) for part in parts)
    return "GROUPING SETS, ROLLUP and CUBE of what is no column" if odd else None


def _window(node: exp.Expr) -> str | None:
    shifted = isinstance(node.this.unnest(), exp.Lag | exp.Lead)
    if shifted and not node.args.get("order") and not node.args.get("alias"):
        return "lag and lead without ORDER BY"
    return "FILTER of a window function" if isinstance(node.this, exp.Filter) else None


def _anonymous(node: exp.Expr) -> str | None:
    if any(isinstance(item, exp.Order) for item in node.expressions):
        return f"ORDER BY in {node.name.removeprefix('trino_')}"
    if node.name == "trino_sequence" and kind_of(node.expressions[0]) == Kind.DATE:
        unit = node.expressions[-1].args.get("unit")
        return "adding hours to a date" if unit and unit.name.lower() in _CLOCK_UNITS else None
    if node.name == "trino_array_join" and kind_of(node.expressions[0]) == Kind.ARRAY:
        nested = {*(_elements(node.expressions[0]) or ())} & {*NESTED}
        return "array_join of nested arrays" if nested else None
    if node.name.startswith("trino_regexp"):
        return _pattern(node)
    if node.name == "trino_repeat" and isinstance(node.expressions[1], exp.Neg):
        return "repeat with a negative count"
    if node.name == "with_timezone" and not isinstance(_user(node), _MOMENTS):
        return "a value of with_timezone; write AT TIME ZONE 'UTC' behind it"
    if node.name != "trino_to_iso8601" or kind_of(node.expressions[0]) == Kind.DATE:
        return None
    kind = node.expressions[0].type
    precision = kind.expressions if kind is not None else []
    return "to_iso8601 of a literal" if precision and precision[0].name != "3" else None


_RULES: Mapping[type[exp.Expr], Callable[[exp.Expr], str | None]] = {
    **{kind: _comparison for kind in _COMPARISONS},
    exp.In: _in,
    exp.DPipe: _concat,
    exp.Concat: _concat,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Interval: _interval,
    **{kind: _arithmetic for kind in (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)},
    **{kind: _date_unit for kind in (exp.DateAdd, exp.DateDiff, exp.DateTrunc, exp.TimestampTrunc)},
    exp.Format: _java_format,
    exp.JSONExtract: _json_path,
    exp.JSONExtractScalar: _json_path,
    **{
        kind: _pattern
        for kind in (exp.RegexpLike, exp.RegexpExtract, exp.RegexpExtractAll, exp.RegexpReplace)
    },
    exp.AtTimeZone: _zoned,
    exp.FromISO8601Timestamp: _from_iso8601,
    exp.Select: _select,
    exp.Window: _window,
    exp.Anonymous: _anonymous,
}
