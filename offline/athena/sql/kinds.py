"""The types of expressions, and the digits of decimals."""

from collections.abc import Iterable
from functools import cache
from typing import TypeAlias

from sqlglot import exp

Kind: TypeAlias = exp.DType
MOST_DIGITS = 38  # of a decimal
NESTED = (Kind.ARRAY, Kind.MAP, Kind.STRUCT)
SMALL = (Kind.TINYINT, Kind.SMALLINT)
WHOLE = {Kind.TINYINT: 3, Kind.SMALLINT: 5, Kind.INT: 10, Kind.BIGINT: 19}
MOMENTS = (Kind.DATE, Kind.TIMESTAMP, Kind.TIMESTAMPNTZ, Kind.TIMESTAMPTZ)


def kind_of(node: exp.Expr | None) -> Kind | None:
    """Return an expression's type, None if it is unknown; any varchar is VARCHAR."""
    if node is None:
        return None
    kind = node.args["to"] if isinstance(node, exp.Cast) else node.type
    if kind is None or kind.this == Kind.UNKNOWN:
        return None
    return Kind.VARCHAR if kind.this == Kind.TEXT else kind.this


@cache
def named(text: str, dialect: str | None = None) -> exp.DataType:
    """Return the type with this name: always the same object, for comparing and copying."""
    return exp.DataType.build(text, dialect=dialect)


def decimal(precision: int, scale: int) -> exp.DataType:
    """Return a decimal type, of 38 digits at most."""
    return named(f"decimal({min(precision, MOST_DIGITS)}, {scale})")


def digits(kind: exp.DataType | None) -> tuple[int, int] | None:
    """Return precision and scale of a decimal, or of what an integer becomes beside one."""
    if kind is None:
        return None
    if kind.this in WHOLE:
        return WHOLE[kind.this], 0
    if kind.this != Kind.DECIMAL or len(kind.expressions) != 2:
        return None
    precision, scale = (int(item.name) for item in kind.expressions)
    return precision, scale


def common(kinds: Iterable[exp.DataType | None]) -> exp.DataType | None:
    """Return the type that Trino gives values of these types together; None if it is not known."""
    found = [kind for kind in kinds if kind is None or kind.this != Kind.NULL]
    if not found or None in found:
        return None
    if all(kind == found[0] for kind in found):
        return found[0]
    present = {kind.this for kind in found if kind is not None}
    if present in ({Kind.ARRAY}, {Kind.MAP}):
        # An empty one has elements of no type.
        inner = [kind.expressions for kind in found if kind and _is_known(kind)]
        parts = [common(column) for column in zip(*inner, strict=False)]
        known = bool(parts) and None not in parts
        return exp.DataType(this=present.pop(), expressions=parts, nested=True) if known else None
    for widest in (Kind.DOUBLE, Kind.FLOAT):
        if widest in present and present <= {*WHOLE, Kind.DECIMAL, Kind.DOUBLE, Kind.FLOAT}:
            return named(widest.value, "duckdb")
    sizes = [size for kind in found if (size := digits(kind))]
    if len(sizes) < len(found):
        return None
    scale = max(scale for _, scale in sizes)
    if Kind.DECIMAL not in present:
        return max(filter(None, found), key=lambda kind: WHOLE[kind.this])
    return decimal(max(precision - own for precision, own in sizes) + scale, scale)


def _is_known(nested: exp.DataType) -> bool:
    return any(kind.this not in (Kind.NULL, Kind.UNKNOWN) for kind in nested.expressions)


def written_digits(number: str) -> tuple[int, int]:
    """Return precision and scale of a decimal literal; leading zeros do not count."""
    whole, _, fraction = number.partition(".")
    return len(whole.lstrip("0") + fraction) or 1, len(fraction)
