"""Rewrites UNNEST of maps, of rows and of several arrays; DuckDB's takes one array."""

from sqlglot import exp

from offline.athena.errors import refused
from offline.athena.sql.building import call
from offline.athena.sql.kinds import Kind


def unnest(node: exp.Expr) -> exp.Expr:
    """Write a subquery with a column for each part, if there is more than one array."""
    kinds = [item.type.this if item.type is not None else None for item in node.expressions]
    plain = len(kinds) == 1 and kinds[0] != Kind.MAP and not _fields(node.expressions[0])
    if plain and not node.args.get("offset"):
        return node
    made: list[exp.Expr] = []
    columns: list[exp.Expr] = []
    for at, (items, kind) in enumerate(zip(node.expressions, kinds, strict=True)):
        part = exp.column(f"part {at}", quoted=True)
        fields = ["key", "value"] if kind == Kind.MAP else _fields(items)
        entries = call("map_entries", items) if kind == Kind.MAP else items
        made.append(exp.alias_(call("unnest", entries), f"part {at}", quoted=True))
        columns += [exp.Dot(this=part.copy(), expression=exp.to_identifier(f)) for f in fields] or [
            part
        ]
    if node.args.get("alias") is None:
        raise refused("UNNEST of rows, maps or several arrays without an alias")
    alias = node.args["alias"].copy()
    if number := node.args.get("offset"):
        longest = exp.Greatest(
            this=_length(node.expressions[0], kinds[0]),
            expressions=[
                _length(items, kind)
                for items, kind in zip(node.expressions[1:], kinds[1:], strict=True)
            ],
        )
        numbers = call("generate_series", exp.Literal.number(1), call("as_bigint", longest))
        made.append(exp.alias_(call("unnest", numbers), "number"))
        columns.append(exp.column("number"))
        alias.append("columns", number.copy())
    return exp.select(*columns).from_(exp.select(*made).subquery("parts")).subquery(alias)


def _fields(items: exp.Expr) -> list[str]:
    """Return the field names of an array's rows; empty for an array of other elements."""
    kind = items.type.expressions[0] if items.type is not None and items.type.expressions else None
    if kind is None or kind.this != Kind.STRUCT:
        return []
    names = (
        field.name if isinstance(field, exp.ColumnDef) else f"field{at}"
        for at, field in enumerate(kind.expressions)
    )
    return list(names)


def _length(items: exp.Expr, kind: object) -> exp.Expr:
    size = call("cardinality" if kind == Kind.MAP else "len", items.copy())
    return exp.Coalesce(this=size, expressions=[exp.Literal.number(0)])
