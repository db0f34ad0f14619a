"""Makes NaN compare as in Trino, to nothing; in DuckDB it equals itself and is the greatest."""

from collections.abc import Callable, Mapping

from sqlglot import exp

from offline.athena.errors import refused
from offline.athena.sql.building import call
from offline.athena.sql.finding import find
from offline.athena.sql.kinds import WHOLE, Kind, kind_of

_FLOATS = (Kind.DOUBLE, Kind.FLOAT)
_NUMBERS = {*_FLOATS, *WHOLE, Kind.DECIMAL, None}
SEARCHES = ("trino_array_max", "trino_array_position", "trino_array_remove", "trino_contains")
_DONE = "compared"  # in a node's meta: DuckDB's own comparison is wanted
# Functions that refuse at run time; TRY would turn that into NULL.
_FAILING = {"not_nan", "perhaps_not_nan"}


def compare(node: exp.Expr) -> exp.Expr:
    """Add that the operand which DuckDB finds greater, or equal, is not NaN."""
    left, right = node.this, node.expression
    greater = right if isinstance(node, exp.LT | exp.LTE) else left
    equal = isinstance(node, exp.EQ | exp.NEQ)
    known = {kind_of(left), kind_of(right)} <= _NUMBERS and node.meta.get(_DONE) is None
    if not (known and _unsure(greater) and (not equal or _unsure(right))):
        return node
    plain = exp.EQ if isinstance(node, exp.NEQ) else type(node)
    compared = plain(this=left, expression=right)
    compared.meta[_DONE] = True
    other = left if greater is right else right
    fine: exp.Expr = exp.Not(this=call(_form(greater, "isnan"), greater.copy()))
    if not isinstance(other, exp.Literal):
        fine = exp.Or(this=exp.Is(this=other.copy(), expression=exp.Null()), expression=fine)
    both = exp.Paren(this=exp.And(this=compared, expression=exp.Paren(this=fine)))
    return exp.Paren(this=exp.Not(this=both)) if isinstance(node, exp.NEQ) else both


def between(node: exp.Expr) -> exp.Expr:
    """Compare twice if the upper limit may be NaN."""
    low, high = node.args["low"], node.args["high"]
    if not {kind_of(node.this), kind_of(high)} <= _NUMBERS or not _unsure(high):
        return node
    above = exp.GTE(this=node.this, expression=low)
    below = exp.LTE(this=node.this.copy(), expression=high)
    return exp.Paren(this=exp.And(this=above, expression=below))


def refuse_equals(node: exp.Expr) -> None:
    """Refuse the forms that search for an equal double, except a constant."""
    among, *sought = node.iter_expressions()
    if isinstance(node, exp.Case):
        among, sought = node.this, [item.this for item in node.args["ifs"]]
    if among is None:
        return
    kind = kind_of(among)
    if kind == Kind.ARRAY and among.type is not None and not isinstance(node, exp.In | exp.Case):
        kind = next((item.this for item in among.type.expressions), None)
    if kind in _FLOATS and (any(map(_unsure, sought)) or not sought):
        raise refused("looking for a double that is no constant, or for the greatest of an array")


def greatest(node: exp.Expr) -> exp.Expr:
    """Refuse NaN at run time; Trino skips it."""
    place = "expression" if isinstance(node, exp.ArgMax | exp.Pow) else "this"
    if not node.meta.get(_DONE):
        node.meta[_DONE] = True
        node.set(place, number(node.args[place]))
        node.set("expressions", [number(item) for item in node.expressions])
    return node


def refuse_try(tree: exp.Expr) -> None:
    """Refuse a TRY around an expression that may be refused at run time."""
    for attempt in find(tree, exp.Try):
        for made in find(attempt, exp.Anonymous):
            folding = any(item.name.startswith("(?") for item in made.expressions[1:])
            if made.name in _FAILING or (
                folding and made.name.startswith(("py_regexp", "careful"))
            ):
                raise refused("TRY of the greatest of doubles, or of such a regular expression")


def number(node: exp.Expr) -> exp.Expr:
    """Return an operand that is refused by name at run time if it is NaN."""
    return call(_form(node, "not_nan"), node) if _unsure(node) else node


def _form(node: exp.Expr, name: str) -> str:
    return name if kind_of(node) in _FLOATS else f"perhaps_{name}"


def _unsure(node: exp.Expr) -> bool:
    """Whether this may be NaN."""
    inner = node.this if isinstance(node, exp.Neg | exp.Paren) else node
    exact = isinstance(inner, exp.Cast) and kind_of(inner.this) in (*WHOLE, Kind.DECIMAL)
    return kind_of(node) in (*_FLOATS, None) and not isinstance(inner, exp.Literal) and not exact


RULES: Mapping[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    **dict.fromkeys((exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE), compare),
    **dict.fromkeys((exp.Max, exp.Greatest, exp.Pow), greatest),
    exp.Between: between,
}
