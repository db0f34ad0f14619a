"""Rewrites what Athena does with arrays and maps into DuckDB's lists."""

from sqlglot import exp

from offline.athena.sql.building import call, each, once


def zip_with(node: exp.Expr) -> exp.Expr:
    """Go over the pairs; the function's parameters are the two parts of one."""
    first, second, function = node.expressions
    names = [item.name for item in function.expressions]
    pair = exp.to_identifier(" ".join(names), quoted=True)
    parts = {
        name: call("struct_extract", pair.copy(), exp.Literal.number(at))
        for at, name in enumerate(names, 1)
    }
    body = exp.Paren(this=function.this)
    for place in [*body.find_all(exp.Identifier)]:
        mention = place.parent if isinstance(place.parent, exp.Column) else place
        own = isinstance(mention.parent, exp.Lambda | exp.PropertyEQ) and mention.arg_key != "this"
        member = isinstance(mention.parent, exp.Dot) and mention.arg_key == "expression"
        if place.name in parts and not own and not member:
            mention.replace(parts[place.name].copy())
    paired = once([first, second], lambda a, b: call("trino_zip", a, b))
    return call("list_transform", paired, exp.Lambda(this=body, expressions=[pair]))


def subscript(node: exp.Expr) -> exp.Expr:
    """Fail where there is no such element, for which DuckDB gives NULL, and element_at too."""
    if any(isinstance(item, exp.Slice) for item in node.expressions):
        return node
    # sqlglot counts from 0, where it knows that the place is a number
    shift = 1 - (node.args.get("offset") or 0)
    place = exp.apply_index_offset(node.this, node.expressions, shift)[0]
    form = "element" if node.args.get("safe") else "at"
    if node.this.is_type(exp.DataType.Type.MAP) or (
        isinstance(place, exp.Literal) and place.is_string
    ):
        form += "_key"
    elif node.this.is_type(exp.DataType.Type.STRUCT):
        return call("struct_extract", node.this, place)
    return once([node.this, place], lambda items, at: call("trino_" + form, items, at))


def join(node: exp.Expr) -> exp.Expr:
    """Join the elements' texts; NULL elements are left out or have a text of their own."""
    delimiter, null = node.expression, node.args.get("null")
    varchar = exp.DataType.build("varchar")

    def shown(item: exp.Expr) -> exp.Expr:
        made: exp.Expr = exp.Cast(this=item, to=varchar.copy())
        return made if null is None else exp.Coalesce(this=made, expressions=[null.copy()])

    return call("trino_join", each(node.this, "joined", shown), delimiter)
