"""Tells the type of an expression where its form alone says it.

The macros for casts handle every type and mention their argument often; where the type is plain to
see, a cast needs no macro, and nested ones do not multiply.
"""

from collections.abc import Iterator
from typing import TypeAlias

from sqlglot import exp

Kind: TypeAlias = exp.DType

_RESULTS: dict[type[exp.Expr], Kind] = {
    exp.UnixToTime: Kind.TIMESTAMPTZ,
    exp.FromISO8601Timestamp: Kind.TIMESTAMPTZ,
    exp.CurrentTimestamp: Kind.TIMESTAMPTZ,
    exp.AtTimeZone: Kind.TIMESTAMPTZ,
    exp.StrToTime: Kind.TIMESTAMP,
    exp.TimeToStr: Kind.VARCHAR,
    exp.TimeToUnix: Kind.DOUBLE,
    exp.ParseJSON: Kind.JSON,
    exp.JSONExtract: Kind.JSON,
    exp.JSONExtractScalar: Kind.VARCHAR,
    exp.JSONFormat: Kind.VARCHAR,
    exp.Substring: Kind.VARCHAR,
    exp.Concat: Kind.VARCHAR,
    exp.RegexpReplace: Kind.VARCHAR,
    exp.RegexpExtract: Kind.VARCHAR,
    exp.SplitPart: Kind.VARCHAR,
    exp.Lower: Kind.VARCHAR,
    exp.Upper: Kind.VARCHAR,
    exp.Trim: Kind.VARCHAR,
    exp.Length: Kind.BIGINT,
    exp.Count: Kind.BIGINT,
}
_TRANSPARENT = (exp.Paren, exp.Try, exp.Alias)


def kind_of(node: exp.Expr) -> Kind | None:
    """Return the expression's type, None if only the data's would tell."""
    if isinstance(node, exp.Cast | exp.TryCast):
        kind: Kind = node.args["to"].this
        return Kind.VARCHAR if kind == Kind.TEXT else kind
    if isinstance(node, exp.Literal):
        return Kind.VARCHAR if node.is_string else None
    if isinstance(node, _TRANSPARENT):
        return kind_of(node.this)
    if isinstance(node, exp.Case | exp.If | exp.Coalesce | exp.Least | exp.Greatest):
        kinds = {kind_of(item) for item in _choices(node) if not isinstance(item, exp.Null)}
        return kinds.pop() if len(kinds) == 1 else None
    return _RESULTS.get(type(node))


def _choices(node: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(node, exp.Coalesce | exp.Least | exp.Greatest):
        yield node.this
        yield from node.expressions
        return
    for branch in node.args["ifs"] if isinstance(node, exp.Case) else [node]:
        yield branch.args["true"]
    last = node.args.get("default") or node.args.get("false")
    if last is not None:
        yield last
