"""Turns calls of Trino's functions into DuckDB's, by the table of what is offered."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from offline.athena.service.errors import not_supported, syntax_error
from offline.athena.sql import literals
from offline.athena.sql.conversions import coerce, field_name, local
from offline.athena.sql.refusals import HINT, mismatch, refuse
from offline.athena.sql.signatures import LITERALS, Match, matches, offered, substitute, trino_names
from offline.athena.sql.typed import Typed, quote, quoted
from offline.athena.sql.types import BIGINT, UNKNOWN, VARCHAR, ZONED, Type, common

if TYPE_CHECKING:
    from offline.athena.sql.expressions import Expressions

# Functions that fail or give a value, and give NULL for NULL: for these TRY(f(x)) is f's try form
_LENIENT = ("json_parse", "from_iso8601_timestamp")
_OF_ENTRIES = dict.fromkeys(("map_filter", "transform_keys", "transform_values"), "map")
_OF_ENTRIES["zip_with"] = "pairs"
_REFUSED = ("any", "some", "all", "json_exists", "json_array", "version")
_PLACE = "~"  # in an aggregate's template: where FILTER and OVER go
_ORDER = "#"  # and where ORDER BY goes
_DISTINCT = "^"


class Calls:
    """Translates calls within one SELECT."""

    def __init__(self, expressions: "Expressions") -> None:
        self._of = expressions
        self._lenient = False

    def call(self, node: Any, suffix: str = "", *, nulls: str = "") -> Typed:
        """Return a call; `suffix` is its FILTER and OVER, `nulls` its IGNORE NULLS.

        Raises QueryFailed for a function that Trino does not have, or that is not offered so.
        """
        name = node.name.lower()
        special = getattr(self, f"_{name}", None) if name in _SPECIAL else None
        if special is not None and not suffix:
            return special(node)  # type: ignore[no-any-return]
        if name in _REFUSED:
            raise refuse(node, name)
        if name not in trino_names() and name not in ("map", "grouping"):
            raise syntax_error(f"FUNCTION_NOT_FOUND: line 1:1: Function '{name}' not registered")
        arguments, distinct, order = _unwrapped(node.expressions)
        if name == "count" and isinstance(arguments[0] if arguments else exp.Star(), exp.Star):
            return Typed(f"count(*){suffix}", BIGINT)
        lambdas = {at: item for at, item in enumerate(arguments) if isinstance(item, exp.Lambda)}
        found = [None if at in lambdas else self._of.of(item) for at, item in enumerate(arguments)]
        return self._made(name, found, node, lambdas, (suffix, nulls, distinct, order))

    def named(self, name: str, found: Sequence[Typed], node: exp.Expr) -> Typed:
        """Return the call that another syntax stands for, such as EXTRACT."""
        return self._made(name, list(found), node, {}, ("", "", False, None))

    def _made(
        self,
        name: str,
        found: list[Typed | None],
        node: exp.Expr,
        lambdas: dict[int, exp.Lambda],
        ending: tuple[str, str, bool, exp.Order | None],
    ) -> Typed:
        bodies: dict[int, str] = {}

        def body(at: int, kinds: tuple[Type, ...]) -> Type | None:
            made = self._body(lambdas[at], kinds, of_entries=_OF_ENTRIES.get(name, ""))
            bodies[at] = made.sql if made else ""
            return made.type if made else None

        kinds = [None if item is None else item.type for item in found]
        match = matches(offered().get(name, ()), kinds, body)
        if (
            match is not None
            and not match.signature.any_zone
            and match.bound.get("zone", "UTC") != "UTC"
        ):
            raise refuse(node, f"{name} in another time zone than UTC")
        if match is None and any(item and item.type.name == ZONED for item in found):
            return self._in_zone(name, found, node, lambdas, ending)
        if match is None:
            shown = ", ".join("function" if kind is None else str(kind) for kind in kinds)
            raise not_supported(f"the embedded engine does not offer {name}({shown}); {HINT}")
        for at in lambdas:  # of several signatures the last may not be the one that is meant
            takes = match.declared(at).args[:-1]
            body(at, tuple(substitute(item, match.bound) for item in takes))
        arguments = [
            bodies[at] if item is None else _argument(match, at, item)
            for at, item in enumerate(found)
        ]
        literals.check_group(name, [item for item in found if item is not None])
        return Typed(self._filled(match, arguments, ending, node), match.result)

    def _in_zone(
        self,
        name: str,
        found: list[Typed | None],
        node: exp.Expr,
        lambdas: dict[int, exp.Lambda],
        ending: tuple[str, str, bool, exp.Order | None],
    ) -> Typed:
        """Call a function of timestamps on what the zone's clocks show."""
        zones = {item.type.args[1] for item in found if item and item.type.name == ZONED}
        digits = max(item.type.args[0] for item in found if item and item.type.name == ZONED)
        plain = [local(item) if item and item.type.name == ZONED else item for item in found]
        made = self._made(name, plain, node, lambdas, ending)
        candidates = [item for item in offered().get(name, ()) if item.any_zone]
        if len(zones) > 1 or (zones != {"UTC"} and not candidates):
            raise refuse(node, f"{name} in the time zone {', '.join(map(str, zones))}")
        if made.type.name != "timestamp":
            return made
        zone = zones.pop()
        units = ("day", "week", "month", "quarter", "year")
        if zone != "UTC" and (found[0] is None or found[0].text not in units):
            raise refuse(node, f"{name} by hours or less in the time zone {zone}")
        return Typed(f"timezone('{zone}', {made.sql})", Type(ZONED, (digits, zone)))

    def _body(self, node: exp.Lambda, kinds: tuple[Type, ...], *, of_entries: str) -> Typed | None:
        """Return a lambda; one over a map's entries has them as rows in DuckDB."""
        names = [item.name.lower() for item in node.expressions]
        if len(names) != len(kinds):
            return None
        shown = [quoted(name) for name in names]
        takes = f"entry{len(self._of.lambdas)}" if of_entries else ", ".join(shown)
        if of_entries:
            shown = [
                f"{takes}{part}"
                for part in ((".key", ".value") if of_entries == "map" else ("[1]", "[2]"))
            ]
        values = [Typed(sql, kind) for sql, kind in zip(shown, kinds, strict=True)]
        self._of.lambdas.append(dict(zip(names, values, strict=True)))
        try:
            made = self._of.of(node.this)
        finally:
            self._of.lambdas.pop()
        return Typed(f"lambda {takes}: {made.sql}", made.type)

    def _filled(
        self,
        match: Match,
        arguments: list[str],
        ending: tuple[str, str, bool, exp.Order | None],
        node: exp.Expr,
    ) -> str:
        suffix, nulls, distinct, order = ending
        template = match.signature.template
        if (distinct and _DISTINCT not in template) or (order and _ORDER not in template):
            raise refuse(node, f"DISTINCT or ORDER BY in {match.signature.name}")
        if suffix and _PLACE not in template:
            raise refuse(node, f"FILTER or OVER with {match.signature.name}")
        if self._lenient and template.startswith("trino_"):
            template = "try_" + template.removeprefix("trino_")
        marks = {
            _DISTINCT: "DISTINCT " if distinct else "",
            _ORDER: f" {self.order(order)}" if order is not None else "",
            _PLACE: suffix,
            "?": nulls,
        }
        if nulls and "?" not in template:
            raise refuse(node, nulls)

        def fill(found: re.Match[str]) -> str:
            mark = found[0]
            if mark == "$*":
                return ", ".join(arguments)
            if mark in ("$p", "$s"):
                return str(match.bound[mark[1:]])
            if mark.startswith("$"):
                return arguments[int(mark[1:]) - 1]
            if mark == "@R":
                return match.result.duckdb
            return _type_of(match, mark[1:]) if mark.startswith("@") else marks[mark]

        return re.sub(r"\$\d|\$\*|\$[ps]|@[A-Z]\d?|[#~^?]", fill, template)

    def order(self, node: exp.Order) -> str:
        """Return ORDER BY; NULLs come last unless it is said otherwise."""
        parts = []
        for item in node.expressions:
            found = self._of.of(item.this)
            parts.append(ordered(found, item))
        return "ORDER BY " + ", ".join(parts)

    def aggregate(self, node: Any, over: str = "") -> Typed:
        """Return an aggregate with FILTER."""
        condition = self._of.boolean(node.expression.this)
        suffix = f" FILTER (WHERE {condition}){over}"
        if isinstance(node.this, exp.GroupConcat):
            return self.listagg(node.this, suffix)
        return self.call(node.this, suffix)

    def window(self, node: Any) -> Typed:
        """Return a function over a window."""
        if node.args.get("alias") or node.args.get("first") or node.args.get("over") != "OVER":
            raise refuse(node)
        parts = []
        if by := node.args.get("partition_by"):
            parts.append("PARTITION BY " + ", ".join(self._of.of(item).sql for item in by))
        order = node.args.get("order")
        if order is not None:
            parts.append(self.order(order))
        if spec := node.args.get("spec"):
            parts.append(self._frame(spec))
        over = f" OVER ({' '.join(parts)})"
        inner, nulls = node.this, ""
        if isinstance(inner, exp.IgnoreNulls | exp.RespectNulls):
            nulls = " IGNORE NULLS" if isinstance(inner, exp.IgnoreNulls) else ""
            inner = inner.this
        if isinstance(inner, exp.Filter):
            raise refuse(node, "FILTER with OVER")  # as Trino
        return self.call(inner, over, nulls=nulls)

    def _frame(self, spec: Any) -> str:
        if spec.args.get("exclude"):
            raise refuse(spec, "EXCLUDE in a window")
        bounds = []
        for name in ("start", "end"):
            bound, side = spec.args.get(name), spec.args.get(f"{name}_side") or ""
            if bound is None:
                bounds.append("CURRENT ROW")
                continue
            shown = bound if isinstance(bound, str) else self._of.of(bound).sql
            bounds.append(f"{shown} {side}".strip())
        return f"{spec.args['kind']} BETWEEN {bounds[0]} AND {bounds[1]}"

    def listagg(self, node: Any, suffix: str = "") -> Typed:
        """Return listagg: texts joined in an order."""
        inner, order = node.this, None
        if isinstance(inner, exp.Order):
            inner, order = inner.this, inner
        if order is None or isinstance(inner, exp.Distinct) or node.args.get("on_overflow"):
            raise refuse(node, "listagg in this form")
        found, separator = self._of.of(inner), node.args.get("separator")
        if found.type.name != "varchar":
            raise mismatch(f"listagg of {found.type}", node)
        joint = self._of.of(separator).sql if separator is not None else "''"
        return Typed(f"string_agg({found.sql}, {joint} {self.order(order)}){suffix}", VARCHAR)

    def row(self, nodes: Sequence[exp.Expr]) -> Typed:
        """Return `ROW(…)`: its fields have no names."""
        found = [self._of.of(item) for item in nodes]
        kind = Type("row", tuple(item.type for item in found))
        members = (f"'{field_name(kind, at)}': {item.sql}" for at, item in enumerate(found))
        return Typed("{" + ", ".join(members) + "}", kind)

    def _row(self, node: Any) -> Typed:
        return self.row(node.expressions)

    def _coalesce(self, node: Any) -> Typed:
        items = self._of.together(node.expressions, node)
        return Typed(f"coalesce({', '.join(item.sql for item in items)})", items[0].type)

    def _if(self, node: Any) -> Typed:
        condition, *values = node.expressions
        yes, no = self._of.together([*values, exp.Null()][:2], node)
        sql = f"CASE WHEN {self._of.boolean(condition)} THEN {yes.sql} ELSE {no.sql} END"
        return Typed(sql, yes.type)

    def _nullif(self, node: Any) -> Typed:
        left, right = map(self._of.of, node.expressions)
        if common(left.type, right.type) is None:
            raise mismatch(f"nullif of {left.type} and {right.type}", node)
        same = self._of.compared("=", left, right, node).sql
        return Typed(f"CASE WHEN {same} THEN NULL ELSE {left.sql} END", left.type)

    def _greatest(self, node: Any) -> Typed:
        items = self._of.together(node.expressions, node)
        kind = items[0].type
        if kind.name in ("array", "map", "row", "json", "boolean"):
            raise refuse(node, f"{node.name} of {kind}")
        name = node.name.lower()
        if kind.name in ("real", "double"):
            sql = items[0].sql
            for item in items[1:]:
                sql = f"trino_{name}({sql}, {item.sql})"
            return Typed(sql, kind)
        missing = " OR ".join(f"{item.sql} IS NULL" for item in items)
        listed = ", ".join(item.sql for item in items)
        return Typed(f"CASE WHEN {missing} THEN NULL ELSE {name}({listed}) END", kind)

    _least = _greatest

    def _concat(self, node: Any) -> Typed:
        found = [self._of.of(item) for item in node.expressions]
        if any(item.type == UNKNOWN for item in found):
            raise refuse(node, "concat with NULL")
        if any(item.type.name != "varchar" for item in found):
            return self.named("concat", found, node)
        return Typed(f"({' || '.join(coerce(item, VARCHAR).sql for item in found)})", VARCHAR)

    def _typeof(self, node: Any) -> Typed:
        found = self._of.of(node.expressions[0])
        kind = found.type
        if isinstance(node.expressions[0], exp.Literal | exp.Cast) or found.is_literal:
            return Typed(quote(str(kind)), VARCHAR)
        # The expression stays, for what it says of groups
        shown = quote(str(kind))
        return Typed(f"CASE WHEN ({found.sql}) IS NULL THEN {shown} ELSE {shown} END", VARCHAR)

    def _try(self, node: Any) -> Typed:
        """Use the try forms where they mean the same; DuckDB's TRY works row by row."""
        inner = node.expressions[0]
        chain: Any = inner
        while not isinstance(chain, exp.Column):
            if isinstance(chain, exp.Cast | exp.Paren):
                chain = chain.this
            elif isinstance(chain, exp.Anonymous) and chain.name.lower() in _LENIENT:
                chain = chain.expressions[0]
            else:
                found = self._of.of(inner)
                return Typed(f"TRY({found.sql})", found.type)
        self._lenient = True
        try:
            return self._of.of(_with_try_casts(inner))
        finally:
            self._lenient = False

    def _at_timezone(self, node: Any) -> Typed:
        found, zone = (self._of.of(item) for item in node.expressions)
        if zone.text is None:
            raise refuse(node, "a time zone that is no literal")
        return literals.at_zone(found, zone.text, node)

    def _from_unixtime(self, node: Any) -> Typed:
        made = self.named("from_unixtime", [self._of.of(node.expressions[0])], node)
        if len(node.expressions) == 1:
            return made
        zone = self._of.of(node.expressions[1])
        if len(node.expressions) > 2 or zone.text is None:
            raise refuse(node, "a time zone that is no literal")
        return literals.at_zone(made, zone.text, node)

    def _format(self, node: Any) -> Typed:
        template, *others = [self._of.of(item) for item in node.expressions]
        if template.text is None or not others:
            raise refuse(node, "format without a literal format and a value")
        specs = literals.format_parts(template.text)
        wanted = [spec for spec in specs if isinstance(spec, tuple)]
        if len(wanted) != len(others):
            raise refuse(node, "format with other arguments than its format has")
        pieces, waiting = [], iter(others)
        for spec in specs:
            if isinstance(spec, str):
                pieces.append(quote(spec))
                continue
            item = next(waiting)
            worded = _worded(item, spec[1])
            if worded is None:
                raise refuse(node, f"format of {item.type} as %{''.join(spec)}")
            made = f"py_format({worded}, {quote(spec[0])}, {quote(spec[1])})"
            pieces.append(f"coalesce({made}, 'null')")
        return Typed(f"({' || '.join(pieces or [quote('')])})", VARCHAR)


def _worded(found: Typed, form: str) -> str | None:
    """Return a value as the text that Java's Formatter begins with."""
    name = found.type.name
    whole = name in ("tinyint", "smallint", "integer", "bigint")
    if found.type == UNKNOWN:
        return "CAST(NULL AS VARCHAR)"
    if (whole and form in "sd") or (form == "s" and name in ("varchar", "boolean", "date")):
        return f"CAST({found.sql} AS VARCHAR)"
    if name == "double" and form in "sf":
        return f"py_double({found.sql})"
    return f"trino_decimal_text({found.sql})" if name == "decimal" and form in "sf" else None


_SPECIAL = frozenset(
    (
        "at_timezone",
        "from_unixtime",
        "row",
        "coalesce",
        "if",
        "nullif",
        "greatest",
        "least",
        "concat",
        "typeof",
        "try",
        "format",
    )
)


def _with_try_casts(node: exp.Expr) -> exp.Expr:
    """Return a chain of casts with each as TRY_CAST."""
    copied = node.copy()
    for item in list(copied.find_all(exp.Cast)):
        if not isinstance(item, exp.TryCast):
            made = exp.TryCast(this=item.this, to=item.args["to"])
            if item is copied:
                copied = made
            else:
                item.replace(made)
    return copied


def _unwrapped(nodes: Sequence[exp.Expr]) -> tuple[list[exp.Expr], bool, exp.Order | None]:
    """Take DISTINCT and ORDER BY off the arguments."""
    arguments, distinct, order = list(nodes), False, None
    if arguments and isinstance(arguments[-1], exp.Order):
        order = arguments[-1]
        arguments[-1] = order.this
    if arguments and isinstance(arguments[0], exp.Distinct):
        distinct = True
        arguments[:1] = arguments[0].expressions
    return arguments, distinct, order


def _argument(match: Match, at: int, found: Typed) -> str:
    declared = match.declared(at).name
    if declared in LITERALS:
        if found.text is None:
            raise not_supported(
                f"the embedded engine offers {match.signature.name} only with a literal; {HINT}"
            )
        return literals.TRANSLATED[declared](found.text)
    return coerce(found, match.parameter(at)).sql


def _type_of(match: Match, variable: str) -> str:
    kind = match.bound.get(variable, UNKNOWN)
    return str(kind.duckdb)


def ordered(found: Typed, item: Any) -> str:
    """Return one part of an ORDER BY."""
    if any(inner.name in ("map", "json", "row", "array") for inner in found.type.inside()):
        raise refuse(item, f"ordering by {found.type}")
    # The parser notes NULLS FIRST; whatever it assumes otherwise, Trino puts them last
    nulls = "FIRST" if item.args.get("nulls_first") else "LAST"
    return f"{found.sql} {'DESC' if item.args.get('desc') else 'ASC'} NULLS {nulls}"
