"""Turns one expression of Athena's into DuckDB's, with the type that Trino gives it.

What is not here by the kind of its node is refused: a form that DuckDB takes and Trino does not, or
answers otherwise, has no way through.
"""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

from sqlglot import exp

from offline.athena.service.errors import syntax_error
from offline.athena.sql import arithmetic, literals
from offline.athena.sql.calls import Calls
from offline.athena.sql.conversions import cast, coerce
from offline.athena.sql.grammar import LITERAL
from offline.athena.sql.refusals import mismatch, refuse
from offline.athena.sql.typed import Typed, quote
from offline.athena.sql.types import (
    BOOLEAN,
    DATE,
    UNKNOWN,
    VARCHAR,
    ZONED,
    Type,
    can_compare,
    coercible,
    common,
    parse,
)

_COMPARISONS = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.NullSafeEQ: "IS NOT DISTINCT FROM",
    exp.NullSafeNEQ: "IS DISTINCT FROM",
}
_NESTED = ("array", "map", "row")


class Names(Protocol):
    """Where an expression's names come from."""

    def column(self, parts: Sequence[str]) -> Typed:
        """Return a column, or a field within it; raises QueryFailed."""

    def subquery(self, query: exp.Expr) -> tuple[str, list[Type]]:
        """Return a query inside an expression and its columns' types; raises QueryFailed."""


class Expressions:
    """Translates expressions over one SELECT's sources."""

    def __init__(self, names: Names) -> None:
        self.names = names
        self.lambdas: list[dict[str, Typed]] = []
        self.calls = Calls(self)

    def of(self, node: exp.Expr) -> Typed:
        """Return the expression in DuckDB's SQL, and its type.

        Raises QueryFailed for what Trino refuses and for what is not offered.
        """
        rule = _RULES.get(type(node))
        if rule is None:
            raise refuse(node)
        return rule(self, node)

    def boolean(self, node: exp.Expr) -> str:
        """Return a condition."""
        found = self.of(node)
        if found.type not in (BOOLEAN, UNKNOWN):
            raise mismatch(f"expected boolean, found {found.type}", node)
        return coerce(found, BOOLEAN).sql

    def together(self, nodes: Sequence[exp.Expr], whole: exp.Expr) -> list[Typed]:
        """Return expressions brought to the type that they have in common."""
        return self.aligned([self.of(item) for item in nodes], whole)

    def aligned(self, found: Sequence[Typed], whole: exp.Expr) -> list[Typed]:
        """Bring values to the type that they have in common."""
        kind: Type | None = UNKNOWN
        for item in found:
            kind = kind and common(kind, item.type)
        if kind is None:
            kinds = ", ".join(dict.fromkeys(str(item.type) for item in found))
            raise mismatch(f"operands of different types ({kinds})", whole)
        return [coerce(item, kind) for item in found]

    def compared(self, operator: str, left: Typed, right: Typed, whole: exp.Expr) -> Typed:
        """Return a comparison; NaN equals nothing and is neither less nor more."""
        left, right = self.aligned([left, right], whole)
        kind = left.type
        if not can_compare(kind) or (kind.name in _NESTED and "DISTINCT" not in operator):
            raise refuse(whole, f"{operator} of {kind}")
        plain = f"({left.sql} {operator} {right.sql})"
        unsure = [item for item in (left, right) if not item.is_literal]
        if kind.name in ("real", "double") and "DISTINCT" not in operator:
            if operator in ("<", "<="):
                unsure = [item for item in unsure if item is right]
            elif operator in (">", ">="):
                unsure = [item for item in unsure if item is left]
            elif len(unsure) < 2:
                unsure = []
            if unsure:
                other = left if unsure[0] is right else right
                answer = "NOT" if operator == "<>" else ""
                plain = (
                    f"CASE WHEN isnan({unsure[0].sql}) THEN {answer} ({other.sql} IS NULL AND NULL)"
                    f" ELSE {plain} END"
                )
        return Typed(plain, BOOLEAN)


def _literal(self: Expressions, node: Any) -> Typed:
    return literals.text(node.this) if node.is_string else literals.number(node.this)


def _cast(self: Expressions, node: Any) -> Typed:
    target = parse(node.args["to"].sql(dialect="trino"))
    if node.meta.get(LITERAL):
        return literals.typed(target, node.this.this, node)
    lenient = isinstance(node, exp.TryCast)
    inner = node.this
    if target.name == "row" and _is_call(inner, "json_parse"):
        # Parsed once, and stricter: see json_rules
        text = coerce(self.of(inner.expressions[0]), VARCHAR)
        return cast(Typed(text.sql, Type("json text")), target, lenient=lenient)
    return cast(self.of(inner), target, lenient=lenient, node=node)


def _is_call(node: Any, name: str) -> bool:
    is_call = isinstance(node, exp.Anonymous) and len(node.expressions) == 1
    return is_call and node.name.lower() == name


def _column(self: Expressions, node: Any) -> Typed:
    parts = [part.name for part in node.parts] if isinstance(node, exp.Column) else [node.name]
    for scope in reversed(self.lambdas):
        if parts[0].lower() in scope:
            return fields(scope[parts[0].lower()], parts[1:], node)
    return self.names.column(parts)


def fields(found: Typed, names: Sequence[str], node: exp.Expr) -> Typed:
    """Return a field of a row, and of the row within it.

    Raises QueryFailed if there is none of the name.
    """
    for name in names:
        kinds = dict(found.type.members()) if found.type.name == "row" else {}
        if name.lower() not in kinds:
            raise syntax_error(
                f"COLUMN_NOT_FOUND: line 1:1: Column '{node.sql(dialect='trino')}' cannot be"
                " resolved"
            )
        found = Typed(f"struct_extract({found.sql}, {quote(name.lower())})", kinds[name.lower()])
    return found


def _dot(self: Expressions, node: Any) -> Typed:
    return fields(self.of(node.this), [node.expression.name], node)


def _bracket(self: Expressions, node: Any) -> Typed:
    if len(node.expressions) != 1:
        raise refuse(node)
    whole, at = self.of(node.this), self.of(node.expressions[0])
    if whole.type.name == "row" and at.is_literal:
        kinds = list(whole.type.members())
        if not 0 < int(at.sql) <= len(kinds):
            raise mismatch(f"row index out of bounds: {at.sql}", node)
        name = kinds[int(at.sql) - 1][0]
        place = quote(name or f"v{at.sql}")
        return Typed(f"struct_extract({whole.sql}, {place})", kinds[int(at.sql) - 1][1])
    return self.calls.named("_subscript", [whole, at], node)


def _parenthesis(self: Expressions, node: Any) -> Typed:
    return self.of(node.this)


def _binary(self: Expressions, node: Any) -> Typed:
    left, right = self.of(node.this), self.of(node.expression)
    return arithmetic.binary(
        node, left, right, lambda found: self.calls.named("concat", found, node)
    )


def _negative(self: Expressions, node: Any) -> Typed:
    if isinstance(node.this, exp.Literal):
        return literals.number("-" + node.this.this)
    found = self.of(node.this)
    if not found.type.is_number:
        raise refuse(node, f"- of {found.type}")
    return Typed(f"(- {found.sql})", found.type)


def _comparison(self: Expressions, node: Any) -> Typed:
    pairs = _rows(node.this, [node.expression])
    if pairs is None:
        operator = _COMPARISONS[type(node)]
        return self.compared(operator, self.of(node.this), self.of(node.expression), node)
    if not isinstance(node, exp.EQ):
        raise refuse(node, "comparing rows")
    return _equal_rows(self, pairs[0], pairs[1], node)


def _rows(left: Any, others: Sequence[Any]) -> list[list[exp.Expr]] | None:
    """Return the members of row constructors, None if one is something else."""
    found = []
    for item in (left, *others):
        is_row = isinstance(item, exp.Anonymous) and item.name.lower() == "row"
        if not (is_row or isinstance(item, exp.Tuple)):
            return None
        found.append(item.expressions)
    return found


def _equal_rows(self: Expressions, left: Any, right: Any, node: exp.Expr) -> Typed:
    if len(left) != len(right):
        raise mismatch("rows of different lengths", node)
    pairs = zip(left, right, strict=True)
    equal = [self.compared("=", self.of(a), self.of(b), node).sql for a, b in pairs]
    return Typed(f"({' AND '.join(equal)})", BOOLEAN)


def _in(self: Expressions, node: Any) -> Typed:
    if (query := node.args.get("query")) is not None:
        sql, kinds = self.names.subquery(query)
        found = self.of(node.this)
        kind = common(found.type, kinds[0])
        if len(kinds) != 1 or kind is None:
            raise mismatch("value and subquery must be of the same type", node)
        if found.type.duckdb != kinds[0].duckdb or kind.name in (
            *_NESTED,
            "real",
            "double",
            "json",
        ):
            raise refuse(node, f"IN with a subquery of {kinds[0]} for {found.type}")
        return Typed(f"({found.sql} IN ({sql}))", BOOLEAN)
    if (rows := _rows(node.this, node.expressions)) is not None:
        equal = [_equal_rows(self, rows[0], item, node).sql for item in rows[1:]]
        return Typed(f"({' OR '.join(equal)})", BOOLEAN)
    subject, *items = self.together([node.this, *node.expressions], node)
    plain = all(item.is_literal for item in items) or subject.type.name not in ("real", "double")
    if not plain or subject.type.name in _NESTED or not can_compare(subject.type):
        raise refuse(node, f"IN over {subject.type}")
    return Typed(f"({subject.sql} IN ({', '.join(item.sql for item in items)}))", BOOLEAN)


def _between(self: Expressions, node: Any) -> Typed:
    nodes = [node.this, node.args["low"], node.args["high"]]
    subject, low, high = self.together(nodes, node)
    if subject.type.name not in ("real", "double", *_NESTED):
        return Typed(f"({subject.sql} BETWEEN {low.sql} AND {high.sql})", BOOLEAN)
    above = self.compared(">=", subject, low, node).sql
    return Typed(f"({above} AND {self.compared('<=', subject, high, node).sql})", BOOLEAN)


def _connected(self: Expressions, node: Any) -> Typed:
    word = " AND " if isinstance(node, exp.And) else " OR "
    return Typed(f"({word.join(map(self.boolean, node.flatten()))})", BOOLEAN)


def _not(self: Expressions, node: Any) -> Typed:
    return Typed(f"(NOT {self.boolean(node.this)})", BOOLEAN)


def _is(self: Expressions, node: Any) -> Typed:
    if not isinstance(node.expression, exp.Null):
        raise refuse(node)
    return Typed(f"({self.of(node.this).sql} IS NULL)", BOOLEAN)


def _like(self: Expressions, node: Any, escape: exp.Expr | None = None) -> Typed:
    subject, pattern = self.of(node.this), self.of(node.expression)
    for item in (subject, pattern):
        if not coercible(item.type, VARCHAR):
            raise mismatch(f"LIKE expects varchar, found {item.type}", node)
    first = node.expression.name
    if first in ("{%", "[%") and pattern.is_literal and _is_call(node.this, "json_format"):
        inner = self.of(node.this.expressions[0])  # no need to format it
        return Typed(f"(json_first({inner.sql}) = '{first[0]}')", BOOLEAN)
    ending = f" ESCAPE {self.of(escape).sql}" if escape is not None else ""
    return Typed(f"({subject.sql} LIKE {pattern.sql}{ending})", BOOLEAN)


def _escape(self: Expressions, node: Any) -> Typed:
    if not isinstance(node.this, exp.Like):
        raise refuse(node)
    return _like(self, node.this, node.expression)


def _case(self: Expressions, node: Any) -> Typed:
    branches = node.args["ifs"]
    default = node.args.get("default") or exp.Null()
    values = self.together([*(item.args["true"] for item in branches), default], node)
    subject = self.of(node.this) if node.this is not None else None
    parts = []
    for branch, value in zip(branches, values, strict=False):
        if subject is None:
            condition = self.boolean(branch.this)
        else:
            condition = self.compared("=", subject, self.of(branch.this), node).sql
        parts.append(f"WHEN {condition} THEN {value.sql}")
    return Typed(f"CASE {' '.join(parts)} ELSE {values[-1].sql} END", values[-1].type)


def _subquery(self: Expressions, node: Any) -> Typed:
    sql, kinds = self.names.subquery(node)
    if len(kinds) != 1:
        raise mismatch("a subquery in an expression must have one column", node)
    return Typed(f"({sql})", kinds[0])


def _exists(self: Expressions, node: Any) -> Typed:
    return Typed(f"EXISTS ({self.names.subquery(node.this)[0]})", BOOLEAN)


def _array(self: Expressions, node: Any) -> Typed:
    items = self.together(node.expressions, node)
    kind = items[0].type if items else UNKNOWN
    return Typed(f"[{', '.join(item.sql for item in items)}]", Type("array", (kind,)))


def _tuple(self: Expressions, node: Any) -> Typed:
    return self.calls.row(node.expressions)


def _zoned(self: Expressions, node: Any) -> Typed:
    found, zone = self.of(node.this), node.args["zone"]
    if not (isinstance(zone, exp.Literal) and zone.is_string):
        raise refuse(node, "AT TIME ZONE with a zone that is no literal")
    return literals.at_zone(found, zone.this, node)


def _now(text: str, kind: Type) -> Callable[[Expressions, Any], Typed]:
    return lambda self, node: Typed(text, kind)


def _extract(self: Expressions, node: Any) -> Typed:
    return self.calls.named(node.this.name.lower(), [self.of(node.expression)], node)


def _trim(self: Expressions, node: Any) -> Typed:
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(node.args.get("position") or "", "trim")
    characters = [node.expression] if node.expression is not None else []
    return self.calls.named(name, [self.of(item) for item in (node.this, *characters)], node)


def _arguments(name: str, *keys: str) -> Callable[[Expressions, Any], Typed]:
    def rule(self: Expressions, node: Any) -> Typed:
        present = [node.args[key] for key in keys if node.args.get(key) is not None]
        return self.calls.named(name, [self.of(item) for item in present], node)

    return rule


_RULES: dict[type[exp.Expr], Callable[[Expressions, Any], Typed]] = {
    exp.Literal: _literal,
    exp.Boolean: lambda self, node: Typed("true" if node.this else "false", BOOLEAN),
    exp.Null: lambda self, node: Typed("NULL", UNKNOWN),
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Column: _column,
    exp.Identifier: _column,
    exp.Dot: _dot,
    exp.Bracket: _bracket,
    exp.Paren: _parenthesis,
    exp.Neg: _negative,
    exp.Is: _is,
    exp.In: _in,
    exp.Between: _between,
    exp.And: _connected,
    exp.Or: _connected,
    exp.Not: _not,
    exp.Like: _like,
    exp.Escape: _escape,
    exp.Case: _case,
    exp.Subquery: _subquery,
    exp.Exists: _exists,
    exp.Array: _array,
    exp.Tuple: _tuple,
    exp.AtTimeZone: _zoned,
    exp.Interval: lambda self, node: literals.interval(node),
    exp.HexString: lambda self, node: literals.binary(node.this),
    exp.CurrentDate: _now("CAST(now() AT TIME ZONE 'UTC' AS DATE)", DATE),
    exp.CurrentTimestamp: _now("date_trunc('millisecond', now())", Type(ZONED, (3, "UTC"))),
    exp.Localtimestamp: _now(
        "date_trunc('millisecond', now() AT TIME ZONE 'UTC')", Type("timestamp", (3,))
    ),
    exp.Extract: _extract,
    exp.Trim: _trim,
    exp.Substring: _arguments("substr", "this", "start", "length"),
    exp.StrPosition: _arguments("strpos", "this", "substr"),
    exp.Anonymous: lambda self, node: self.calls.call(node),
    exp.Filter: lambda self, node: self.calls.aggregate(node),
    exp.Window: lambda self, node: self.calls.window(node),
    exp.GroupConcat: lambda self, node: self.calls.listagg(node),
    **dict.fromkeys((exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod, exp.DPipe), _binary),
    **dict.fromkeys(_COMPARISONS, _comparison),
}
