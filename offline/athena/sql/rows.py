"""Rewrites casts to ROW: of a ROW field by field, and of JSON."""

import json
from collections.abc import Callable, Iterable, Mapping

from sqlglot import exp

from offline.athena.errors import refused, syntax_error
from offline.athena.functions.json_rules import SEPARATOR
from offline.athena.sql.building import call, each, is_name, once, text, with_one
from offline.athena.sql.finding import find

ROW_TYPES = (exp.DataType.Type.STRUCT, exp.DataType.Type.OBJECT)
_SPELLED = "spelled"  # in a field's meta: how most documents spell its name
_EVEN = "even"  # in a ROW's meta: whether most documents have no other members
_PLAIN = "plain"  # in a ROW's meta: whether most documents are plain, as in `json_plain`


def cast_to_row(node: exp.Expr, prefix: str) -> exp.Expr:
    """Cast to a ROW; a field that does not fit its type fails the whole cast.

    DuckDB's own cast of objects is stricter.
    """
    fields = node.args["to"].expressions
    if not all(isinstance(field, exp.ColumnDef) for field in fields):
        raise refused("a cast to a ROW whose fields have no names")
    kinds = {field.name: field.args["kind"] for field in fields}
    if isinstance(node.this, exp.Struct):
        if len(node.this.expressions) != len(fields):
            raise syntax_error("TYPE_MISMATCH: a cast of a ROW to one with other fields")
        parts = zip(node.this.expressions, kinds.items(), strict=True)
        casts: dict[str, exp.Expr] = {
            name: exp.Cast(this=part, to=kind.copy()) for part, (name, kind) in parts
        }
        row = _struct(casts)
        return exp.Try(this=row) if isinstance(node, exp.TryCast) else row
    for name in (field.this for field in fields):
        if name.quoted and name.name != name.name.lower():
            raise refused(f'JSON as a ROW with the field "{name.name}", which Trino never finds')
    typed = {name.lower(): kind for name, kind in kinds.items()}
    spelled = {field.name.lower(): field.meta.get(_SPELLED, field.name) for field in fields}
    written = spelled.values()
    form, source = "json_row", node.this
    if is_parsed_row(node):
        form = "json_even_row" if node.args["to"].meta.get(_EVEN) else "json_text_row"
        source = node.this.this
    as_they_are = node.args["to"].meta.get(_PLAIN) and list(written) == list(typed)
    plain = _of_plain(source, typed) if as_they_are else None
    form = "json_text_row" if plain else form
    found = call(prefix + form, source, _places(written), text(SEPARATOR.join(written)))
    careful = with_one(found, "members", lambda found: _typed(found, typed, type(node)))
    return exp.Case(ifs=[plain], default=careful) if plain else careful


def parsed_rows(tree: exp.Expr) -> list[exp.Expr]:
    """Return the casts that turn a text into a ROW."""
    return [node for node in find(tree, exp.Cast) if is_parsed_row(node)]


def note(casts: list[exp.Expr], names: Mapping[str, str], plain: bool) -> None:
    """Note how documents spell names, by their lower case, and whether their members are plain.

    Casts are faster where that is right.
    """
    for node in casts:
        row = node.args["to"]
        fields = {field.name.lower(): field for field in row.expressions}
        for name in fields.keys() & names.keys():
            fields[name].meta[_SPELLED] = names[name]
        row.meta[_EVEN] = bool(names) and names.keys() <= fields.keys()
        row.meta[_PLAIN] = row.meta[_EVEN] and plain


def is_parsed_row(node: exp.Expr) -> bool:
    """Whether Trino makes one step of json_parse and a cast to ROW: not for a constant."""
    return (
        isinstance(node, exp.Cast)
        and node.args["to"].this in ROW_TYPES
        and isinstance(node.this, exp.ParseJSON)
        and not isinstance(node.this.this, exp.Literal)
    )


def _of_plain(source: exp.Expr, kinds: Mapping[str, exp.Expr]) -> exp.If | None:
    """The branch for plain documents; None if a field is neither varchar nor JSON."""
    wanted = {name: kind.sql() for name, kind in kinds.items()}
    texts = [name for name, kind in wanted.items() if kind == "VARCHAR"]
    others = [name for name, kind in wanted.items() if kind == "JSON"]
    if not texts or len(texts) + len(others) < len(kinds) or not is_name(source):
        return None
    count, places = exp.Literal.number(len(texts)), _places([*texts, *others])
    made = call("json_transform", source.copy(), text(json.dumps(wanted, ensure_ascii=False)))
    return exp.If(this=call("json_plain", source.copy(), places, count), true=made)


def _places(names: Iterable[str]) -> exp.Array:
    return exp.Array(expressions=[text(_pointer(name)) for name in names])


def _pointer(name: str) -> str:
    """Return a name as a JSON pointer (RFC 6901)."""
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _typed(found: exp.Expr, kinds: dict[str, exp.Expr], cast: type[exp.Expr]) -> exp.Expr:
    """Cast the members to their types, all of one type together: DuckDB binds that cast once."""
    places: dict[exp.Expr, list[int]] = {}
    for place, kind in enumerate(kinds.values(), 1):
        if kind.this != exp.DataType.Type.JSON:
            places.setdefault(kind, []).append(place)
    values = {name: _at(found, place) for place, name in enumerate(kinds, 1)}
    names = list(kinds)
    groups = [
        call("list_select", found.copy(), exp.Array(expressions=[*map(exp.Literal.number, own)]))
        for own in places.values()
    ]

    def converted(kind: exp.Expr) -> Callable[[exp.Expr], exp.Expr]:
        def make(member: exp.Expr) -> exp.Expr:
            member.type = exp.DataType.Type.JSON
            return cast(this=member, to=kind.copy())

        return make

    def row(*lists: exp.Expr) -> exp.Expr:
        for items, own in zip(lists, places.values(), strict=True):
            for at, place in enumerate(own, 1):
                values[names[place - 1]] = _at(items, at)
        made = _struct(values)
        failed = [
            call("json_misfit", given.copy(), items.copy())
            for given, items in zip(groups, lists, strict=True)
        ]
        if cast is not exp.TryCast or not failed:
            return made
        return exp.Case(ifs=[exp.If(this=exp.or_(*failed), true=exp.Null())], default=made)

    casts = [
        each(items, "member", converted(kind)) for items, kind in zip(groups, places, strict=True)
    ]
    absent = exp.Is(this=found.copy(), expression=exp.Null())
    return exp.Case(ifs=[exp.If(this=absent, true=exp.Null())], default=once(casts, row))


def _at(items: exp.Expr, place: int) -> exp.Expr:
    return call("list_extract", items.copy(), exp.Literal.number(place))


def _struct(members: dict[str, exp.Expr]) -> exp.Expr:
    pairs = (
        exp.PropertyEQ(this=exp.to_identifier(name, quoted=True), expression=value)
        for name, value in members.items()
    )
    return exp.Struct(expressions=list(pairs))
