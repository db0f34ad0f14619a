"""The types of Trino's expressions, where sqlglot gives none or others."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.optimizer.annotate_types import TypeAnnotator

from offline.athena.errors import syntax_error
from offline.athena.sql.finding import concatenated, results
from offline.athena.sql.kinds import (
    MOMENTS,
    MOST_DIGITS,
    Kind,
    common,
    decimal,
    digits,
    kind_of,
    named,
    written_digits,
)


def _literal(self: TypeAnnotator, node: exp.Expr) -> None:
    text = node.name.lower()
    if node.is_string:
        kind = named("varchar")
    elif "e" in text:
        kind = named("double")
    elif "." in text:
        kind = decimal(*written_digits(text))
    elif int(text) > 2**63 - (not isinstance(node.parent, exp.Neg)):
        raise syntax_error(f"SYNTAX_ERROR: Invalid numeric literal: {text}")
    else:
        kind = named("int" if int(text) < 2**31 else "bigint")
    self._set_type(node, kind)


def _arithmetic(self: TypeAnnotator, node: exp.Binary) -> None:
    left, right = node.this.type, node.expression.type
    kinds = [kind_of(node.this), kind_of(node.expression)]
    a, b = digits(left), digits(right)
    if a and b and Kind.DECIMAL in (left.this, right.this):
        (p, s), (q, t) = a, b
        scale, whole = max(s, t), max(p - s, q - t)
        results: dict[type[exp.Expr], tuple[int, int]] = {
            exp.Mul: (p + q, s + t),
            exp.Div: (p + t + max(0, t - s), scale),
            exp.Mod: (min(p - s, q - t) + scale, scale),
        }
        self._set_type(node, decimal(*results.get(type(node), (whole + scale + 1, scale))))
    elif (type(node) is exp.Sub and {*kinds} <= {*MOMENTS}) or (
        type(node) is exp.Mul and Kind.INTERVAL in kinds
    ):
        self._set_type(node, Kind.INTERVAL)
    else:
        self._annotate_binary(node)


def _concat(self: TypeAnnotator, node: exp.Expr) -> None:
    parts = concatenated(node)
    arrays = [item.type for item in parts if item.is_type(Kind.ARRAY)]
    known = arrays or [item.type for item in parts if item.type and kind_of(item)]
    self._set_type(node, known[0] if known else None)


def _of_this(self: TypeAnnotator, node: exp.Expr) -> None:
    self._set_type(node, node.this.type)


def _decimal_digits(node: exp.Expr) -> tuple[int, int] | None:
    return digits(node.type) if kind_of(node) == Kind.DECIMAL else None


def _round(self: TypeAnnotator, node: exp.Expr) -> None:
    found = _decimal_digits(node.this)
    if found is None:
        _of_this(self, node)
        return
    precision, scale = found
    to_places = node.args.get("decimals") is not None
    whole = decimal(precision - scale + min(scale, 1), 0)
    self._set_type(node, decimal(precision + 1, scale) if to_places else whole)


def _sum(self: TypeAnnotator, node: exp.Expr) -> None:
    found = _decimal_digits(node.this)
    if found is None:
        self._annotate_by_args(node, "this", promote=True)
    else:
        self._set_type(node, decimal(MOST_DIGITS, found[1]))


def _average(self: TypeAnnotator, node: exp.Expr) -> None:
    decimals = kind_of(node.this) == Kind.DECIMAL
    self._set_type(node, node.this.type if decimals else Kind.DOUBLE)


def _unified(
    kind: type[exp.Expr], operands: Callable[[Any], Iterable[exp.Expr]], *, inner: bool = False
) -> Mapping[type[exp.Expr], dict[str, Any]]:
    """Give expressions of a kind the type that their operands have together.

    With `inner` that is the type of an array's elements.
    """
    usual = Trino.EXPRESSION_METADATA[kind]["annotator"]

    def annotate(self: TypeAnnotator, node: exp.Expr) -> None:
        found = common(item.type for item in operands(node))
        if found is None:
            usual(self, node)
        else:
            self._set_type(node, _array_of(found) if inner else found)

    return {kind: {"annotator": annotate}}


def _array_of(element: exp.DataType) -> exp.DataType:
    return exp.DataType(this=Kind.ARRAY, expressions=[element.copy()], nested=True)


def _part(node: exp.Expr, at: int) -> exp.DataType | None:
    """Return the type of an array's elements, or of a map's keys or values."""
    kind = node.type
    parts = kind.expressions if kind is not None and kind.this in (Kind.ARRAY, Kind.MAP) else ()
    return parts[at] if len(parts) > at else None


def _bracket(self: TypeAnnotator, node: exp.Expr) -> None:
    self._set_type(node, _part(node.this, int(kind_of(node.this) == Kind.MAP)))


def _flatten(self: TypeAnnotator, node: exp.Expr) -> None:
    self._set_type(node, _part(node.this, 0))


def _struct(self: TypeAnnotator, node: exp.Expr) -> None:
    """A ROW(…); sqlglot would name its fields like the columns in it."""
    fields = [
        exp.ColumnDef(this=item.this.copy(), kind=item.expression.type.copy())
        if isinstance(item, exp.PropertyEQ)
        else item.type
        for item in node.expressions
    ]
    known = all(field is not None for field in fields)
    kind = exp.DataType(this=Kind.STRUCT, expressions=fields, nested=True)
    self._set_type(node, kind.copy() if known else None)


def _transform(self: TypeAnnotator, node: exp.Expr) -> None:
    element = node.expression.this.type
    made = None
    if element is not None and element.this != Kind.UNKNOWN:
        made = _array_of(element)
    self._set_type(node, made)


# Functions with macros whose result is a double.
_DOUBLES = {
    *("trino_acos", "trino_asin", "trino_e", "trino_infinity", "trino_ln", "trino_log"),
    *("trino_log10", "trino_log2", "trino_nan", "trino_sqrt"),
}


_AS_THEIR_FIRST = {
    *("trino_slice", "trino_array_distinct", "trino_array_except", "trino_array_remove"),
    *("trino_array_intersect", "trino_map_concat", "map_filter"),
}


def _anonymous(self: TypeAnnotator, node: exp.Expr) -> None:
    kind: exp.DataType | Kind | None = None
    if node.name in _DOUBLES:
        kind = Kind.DOUBLE
    elif node.name in _AS_THEIR_FIRST:
        kind = node.expressions[0].type
    elif node.name == "trino_map_agg":
        parts = [item.type for item in node.expressions]
        kind = exp.DataType(this=Kind.MAP, expressions=parts, nested=True).copy()
    elif node.name in ("trino_array_max", "trino_array_min"):
        kind = _part(node.expressions[0], 0)
    elif node.name == "map_values":
        value = _part(node.expressions[0], 1)
        kind = value and _array_of(value)
    elif node.name == "trino_truncate" and (found := _decimal_digits(node.expressions[0])):
        kind = decimal(max(found[0] - found[1], 1), 0)
    self._set_type(node, kind)


def _returns(*nodes: type[exp.Expr], kind: Any) -> dict[type[exp.Expr], dict[str, Any]]:
    return {key: {"returns": kind} for key in nodes}


METADATA: Mapping[type[exp.Expr], dict[str, Any]] = {
    **Trino.EXPRESSION_METADATA,
    exp.Literal: {"annotator": _literal},
    **{key: {"annotator": _arithmetic} for key in (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)},
    exp.DPipe: {"annotator": _concat},
    exp.Concat: {"annotator": _concat},
    **{
        key: {"annotator": _of_this}
        for key in (exp.Abs, exp.ArrayFilter, exp.Paren, exp.Try, exp.Reverse)
    },
    exp.Transform: {"annotator": _transform},
    exp.Struct: {"annotator": _struct},
    **_unified(exp.Coalesce, lambda node: [node.this, *node.expressions]),
    **_unified(exp.Greatest, lambda node: [node.this, *node.expressions]),
    **_unified(exp.Least, lambda node: [node.this, *node.expressions]),
    **_unified(exp.If, results),
    **_unified(exp.Case, results),
    **_unified(exp.Array, lambda node: node.expressions, inner=True),
    **{key: {"annotator": _of_this} for key in (exp.ArgMax, exp.ArgMin, exp.Nullif)},
    exp.Flatten: {"annotator": _flatten},
    exp.Bracket: {"annotator": _bracket},
    **{key: {"annotator": _round} for key in (exp.Round, exp.Ceil, exp.Floor)},
    exp.Sum: {"annotator": _sum},
    exp.Avg: {"annotator": _average},
    exp.Anonymous: {"annotator": _anonymous},
    **_returns(
        *(exp.DateDiff, exp.Year, exp.Quarter, exp.Month, exp.Week, exp.WeekOfYear, exp.Day),
        *(exp.DayOfMonth, exp.DayOfWeekIso, exp.DayOfYear, exp.YearOfWeek, exp.Hour, exp.Minute),
        *(exp.Second, exp.Count, exp.CountIf, exp.Length, exp.ArraySize),
        kind=Kind.BIGINT,
    ),
    **_returns(
        *(exp.UnixToTime, exp.FromISO8601Timestamp, exp.CurrentTimestamp, exp.AtTimeZone),
        kind=Kind.TIMESTAMPTZ,
    ),
    **_returns(exp.TimeToStr, exp.JSONExtractScalar, exp.JSONFormat, kind=Kind.VARCHAR),
    **_returns(exp.ParseJSON, exp.JSONExtract, kind=Kind.JSON),
    **_returns(exp.TimeToUnix, kind=Kind.DOUBLE),
    **_returns(
        *(exp.HexString, exp.Encode, exp.Unhex, exp.MD5Digest, exp.SHA2Digest, exp.FromBase64),
        kind=Kind.VARBINARY,
    ),
}
