"""Rewrites functions of arrays and maps into DuckDB's list functions."""

from collections.abc import Callable, Mapping

from sqlglot import exp

from offline.athena.sql.building import call, each, once
from offline.athena.sql.finding import find
from offline.athena.sql.kinds import WHOLE, kind_of


def zip_with(node: exp.Expr) -> exp.Expr:
    """Map over pairs; the lambda's parameters are the two parts of one."""
    first, second, function = node.expressions
    paired = once([first, second], lambda a, b: call("trino_zip", a, b))
    return over_pairs("list_transform", paired, function, (1, 2))


def over_pairs(
    function: str, pairs: exp.Expr, given: exp.Expr, parts: tuple[int, int] | tuple[str, str]
) -> exp.Expr:
    """Call a DuckDB function with a lambda whose two parameters are the parts of a pair."""
    names = [item.name for item in given.expressions]
    pair = exp.to_identifier(" ".join(names), quoted=True)
    mentions = {
        name: call("struct_extract", pair.copy(), exp.convert(part))
        for name, part in zip(names, parts, strict=True)
    }
    body = exp.Paren(this=given.this)
    for place in find(body, exp.Identifier):
        mention = place.parent if isinstance(place.parent, exp.Column) else place
        own = isinstance(mention.parent, exp.Lambda | exp.PropertyEQ) and mention.arg_key != "this"
        member = isinstance(mention.parent, exp.Dot) and mention.arg_key == "expression"
        if place.name in mentions and not own and not member:
            mention.replace(mentions[place.name].copy())
    return call(function, pairs, exp.Lambda(this=body, expressions=[pair]))


def matching(node: exp.Expr) -> exp.Expr:
    """Tell whether a function is true of any, all or none of the elements."""
    found = call("list_transform", *node.expressions)
    if node.name == "trino_all_match":
        return call("all_true", found)
    answer = call("any_true", found)
    return exp.Not(this=answer) if node.name == "trino_none_match" else answer


def of_map(node: exp.Expr) -> exp.Expr:
    """Filter the entries of a map, or replace its keys or values."""
    items, function = node.expressions
    entries, parts = call("map_entries", items), ("key", "value")
    if node.name == "map_filter":
        return call("map_from_entries", over_pairs("list_filter", entries, function, parts))
    made = over_pairs("list_transform", entries, function, parts)
    if node.name == "transform_keys":
        return call("map", made, call("map_values", items.copy()))
    return call("map", call("map_keys", items.copy()), made)


def reduce(node: exp.Expr) -> exp.Expr:
    """Reduce the elements, and pass the result to the last function."""
    made = call("list_reduce", node.this, node.args["merge"], node.args["initial"])
    finished = call("list_transform", exp.Array(expressions=[made]), node.args["finish"])
    return call("list_extract", finished, exp.Literal.number(1))


def subscript(node: exp.Expr) -> exp.Expr:
    """Fail if there is no such element; DuckDB, like element_at, gives NULL."""
    (place,) = node.expressions
    form = "element" if node.args.get("safe") else "at"
    if node.this.is_type(exp.DataType.Type.MAP) or kind_of(place) not in (*WHOLE, None):
        form += "_key"
    elif form == "at" and node.this.is_type(exp.DataType.Type.ARRAY):
        form = "at_place"
    elif form == "element" and node.this.is_type(exp.DataType.Type.ARRAY) and _is_place(place):
        return call("list_extract", node.this, place)
    elif node.this.is_type(exp.DataType.Type.STRUCT):
        return call("struct_extract", node.this, place)
    return once([node.this, place], lambda items, at: call("trino_" + form, items, at))


def _is_place(index: exp.Expr) -> bool:
    return isinstance(index, exp.Literal) and index.is_int and index.name != "0"


def join(node: exp.Expr) -> exp.Expr:
    """Join the elements' text; NULL elements are left out or have a text of their own."""
    items, delimiter, *null = node.expressions
    varchar = exp.DataType.build("varchar")

    def shown(item: exp.Expr) -> exp.Expr:
        made: exp.Expr = exp.Cast(this=item, to=varchar.copy())
        return exp.Coalesce(this=made, expressions=[null[0].copy()]) if null else made

    return call("trino_join", each(items, "joined", shown), delimiter)


RULES: Mapping[str, Callable[[exp.Expr], exp.Expr]] = {
    "zip_with": zip_with,
    "trino_array_join": join,
    "trino_any_match": matching,
    "trino_all_match": matching,
    "trino_none_match": matching,
    "map_filter": of_map,
    "transform_keys": of_map,
    "transform_values": of_map,
}
