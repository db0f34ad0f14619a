"""Turns a query of Athena's into DuckDB's: sources, their columns, clauses, set operations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from offline.athena.service.errors import syntax_error
from offline.athena.sql.calls import ordered
from offline.athena.sql.conversions import cast, coerce, field_name, local
from offline.athena.sql.expressions import Expressions, fields
from offline.athena.sql.refusals import mismatch, refuse
from offline.athena.sql.typed import Typed, quote, quoted
from offline.athena.sql.types import (
    BIGINT,
    JSON,
    MONTH_INTERVAL,
    RAW_JSON,
    VARCHAR,
    ZONED,
    Type,
    can_compare,
    common,
)

Columns = list[tuple[str, Type]]

_CLAUSES = {
    exp.Select: {"expressions", "from_", "joins", "where", "group", "having", "distinct"},
    exp.SetOperation: {"this", "expression", "distinct"},
    exp.Table: {"this", "db", "catalog", "alias"},
    exp.Subquery: {"this", "alias"},
    exp.Unnest: {"expressions", "alias", "offset"},
    exp.Values: {"expressions", "alias"},
    exp.Lateral: {"this", "alias"},
    exp.Join: {"this", "kind", "side", "on", "using"},
    exp.Group: {"expressions"},
    exp.Distinct: set(),
}
_KEYWORDS = ("current_user", "current_catalog", "current_schema", "current_path", "current_time")
_ALWAYS = {"with_", "order", "limit", "offset", "with"}
_JOINS = {
    ("", ""),
    ("", "INNER"),
    ("", "CROSS"),
    ("LEFT", ""),
    ("LEFT", "OUTER"),
    ("RIGHT", ""),
    ("RIGHT", "OUTER"),
    ("FULL", ""),
    ("FULL", "OUTER"),
}


@dataclass
class Source:
    """Something in FROM: its name, and its columns with their types."""

    name: str
    columns: Columns
    hidden: Columns = field(default_factory=list)
    merged: frozenset[str] = frozenset()  # joined by USING: not to be named with the source

    def type_of(self, name: str) -> Type | None:
        """Return a column's type, None if there is none of the name."""
        found = [kind for column, kind in (*self.columns, *self.hidden) if column == name]
        return found[0] if found else None


@dataclass
class Translated:
    """A translated query."""

    sql: str
    columns: Columns


class Scope:
    """The names that a SELECT's expressions see: its sources, then those around it."""

    def __init__(self, translator: "Translator", around: "Scope | None" = None) -> None:
        self.translator = translator
        self.around = around
        self.sources: list[Source] = []
        self.merged: Columns = []
        self.ctes: dict[str, Columns] = dict(around.ctes) if around else {}

    def column(self, parts: Sequence[str]) -> Typed:
        """Return a column, or a field within it.

        Raises QueryFailed if there is none, or several, of the name.
        """
        names = [part.lower() for part in parts]
        place: Scope | None = self
        while place is not None:
            if (found := place._own(names)) is not None:
                return found
            place = place.around
        if names[0] in _KEYWORDS:
            raise refuse(exp.column(names[0]), names[0])
        raise syntax_error(
            f"COLUMN_NOT_FOUND: line 1:1: Column '{'.'.join(parts)}' cannot be resolved"
        )

    def _own(self, names: list[str]) -> Typed | None:
        for source in self.sources if len(names) > 1 else ():
            if source.name == names[0] and names[1] not in source.merged:
                kind = source.type_of(names[1])
                if kind is not None:
                    found = Typed(f"{quoted(source.name)}.{quoted(names[1])}", kind)
                    return fields(found, names[2:], exp.column(".".join(names)))
        for name, kind in self.merged:
            if name == names[0]:
                return fields(Typed(quoted(name), kind), names[1:], exp.column(name))
        holders = [item for item in self.sources if item.type_of(names[0]) is not None]
        if not holders:
            return None
        if len(holders) > 1 or [name for name, _ in holders[0].columns].count(names[0]) > 1:
            raise syntax_error(f"AMBIGUOUS_NAME: line 1:1: Column '{names[0]}' is ambiguous")
        kind = holders[0].type_of(names[0])
        assert kind is not None
        found = Typed(f"{quoted(holders[0].name)}.{quoted(names[0])}", kind)
        return fields(found, names[1:], exp.column(names[0]))

    def subquery(self, query: exp.Expr) -> tuple[str, list[Type]]:
        """Return a query inside an expression; it sees what is around it."""
        made = self.translator.query(_inner(query), self)
        return made.sql, [kind for _, kind in made.columns]


class Translator:
    """Translates one statement; `tables` has the columns of each source by its view's name."""

    def __init__(self, tables: Mapping[str, tuple[Columns, Columns]]) -> None:
        self._tables = tables

    def result(self, tree: exp.Expr) -> Translated:
        """Return a whole statement's query, its values as they are shown.

        Raises QueryFailed.
        """
        made = self.query(tree)
        shown = [
            _shown(Typed(quoted(f"c{at}"), kind), tree) for at, (_, kind) in enumerate(made.columns)
        ]
        if all(sql == quoted(f"c{at}") for at, sql in enumerate(shown)):
            return made
        listed = ", ".join(
            f"{sql} AS {quoted(name)}" for sql, (name, _) in zip(shown, made.columns, strict=True)
        )
        names = ", ".join(quoted(f"c{at}") for at in range(len(shown)))
        return Translated(f"SELECT {listed} FROM ({made.sql}) AS result ({names})", made.columns)

    def query(self, tree: exp.Expr, around: Scope | None = None) -> Translated:
        """Return a query with its columns.

        Raises QueryFailed for what Trino refuses and for what is not offered.
        """
        scope = Scope(self, around)
        head = self._with(tree, scope)
        if isinstance(tree, exp.Select):
            made = self._select(tree, scope)
        elif isinstance(tree, exp.SetOperation):
            made = self._set_operation(tree, scope)
        elif isinstance(tree, exp.Values):
            sql, columns = self._values(tree, scope)
            made = Translated(sql, columns)
        elif isinstance(tree, exp.Subquery) and not tree.args.get("alias"):
            inner = self.query(tree.this, scope)
            made = Translated(f"SELECT * FROM ({inner.sql}) AS inner_query", inner.columns)
            made = self._ending(tree, made, scope)
        else:
            raise refuse(tree)
        return Translated(head + made.sql, made.columns)

    def _with(self, tree: Any, scope: Scope) -> str:
        clause = tree.args.get("with_") or tree.args.get("with")
        if clause is None:
            return ""
        if clause.args.get("recursive"):
            raise refuse(clause, "WITH RECURSIVE")
        parts = []
        for cte in clause.expressions:
            if not isinstance(cte, exp.CTE) or cte.args.get("materialized") is not None:
                raise refuse(cte)
            made = self.query(cte.this, scope)
            columns = _renamed(made.columns, cte.args["alias"], cte)
            names = ", ".join(quoted(name) for name, _ in columns)
            parts.append(f"{quoted(cte.alias.lower())} ({names}) AS ({made.sql})")
            scope.ctes[cte.alias.lower()] = columns
        return f"WITH {', '.join(parts)} "

    def _select(self, tree: Any, scope: Scope) -> Translated:
        _only(tree, exp.Select)
        expressions = Expressions(scope)
        start = self._from(tree, scope, expressions)
        chosen = list(_chosen(tree, scope, expressions))
        columns = [(name, item.type) for name, item in chosen]
        listed = ", ".join(f"{item.sql} AS {quoted(name)}" for name, item in chosen)
        distinct = ""
        if tree.args.get("distinct") is not None:
            _only(tree.args["distinct"], exp.Distinct)
            distinct = "DISTINCT "
            _grouped([kind for _, kind in columns], tree)
        sql = f"SELECT {distinct}{listed}{start}"
        if tree.args.get("where") is not None:
            sql += f" WHERE {expressions.boolean(tree.args['where'].this)}"
        if tree.args.get("group") is not None:
            sql += f" GROUP BY {_group(tree.args['group'], chosen, expressions)}"
        if tree.args.get("having") is not None:
            sql += f" HAVING {expressions.boolean(tree.args['having'].this)}"
        return self._ending(tree, Translated(sql, columns), scope)

    def _from(self, tree: Any, scope: Scope, expressions: Expressions) -> str:
        first = tree.args.get("from_")
        if first is None:
            return ""
        sql = f" FROM {self._source(first.this, scope)}"
        for join in tree.args.get("joins") or []:
            _only(join, exp.Join)
            side, kind = join.side.upper(), join.kind.upper()
            if (side, kind) not in _JOINS:
                raise refuse(join)
            using = [item.name.lower() for item in join.args.get("using") or []]
            left = list(scope.sources)
            source = self._source(join.this, scope)
            if join.args.get("on") is not None:
                ending = f" ON {expressions.boolean(join.args['on'])}"
            elif using:
                ending = f" USING ({', '.join(map(quoted, using))})"
                _merge(scope, left, using, join)
            else:
                kind, ending = "CROSS", ""
            if kind == "CROSS" and isinstance(join.this, exp.Unnest | exp.Lateral):
                kind = "CROSS"
            sql += f" {side} {'CROSS' if kind == 'CROSS' else ''} JOIN {source}{ending}"
        return sql

    def _source(self, node: Any, scope: Scope) -> str:
        _only(node, type(node) if type(node) in _CLAUSES else exp.Table)
        alias = node.args.get("alias")
        name = (node.alias or (node.name if isinstance(node, exp.Table) else "")).lower()
        hidden: Columns = []
        if isinstance(node, exp.Table):
            key = node.name.lower()
            if not node.db and key in scope.ctes:
                columns = scope.ctes[key]
            elif node.name in self._tables:
                columns, hidden = self._tables[node.name]
            else:
                raise syntax_error(f"TABLE_NOT_FOUND: line 1:1: Table '{node.name}' does not exist")
            sql = quoted(key)
        elif isinstance(node, exp.Subquery):
            made = self.query(_inner(node), _outside(scope))
            sql, columns = f"({made.sql})", made.columns
        elif isinstance(node, exp.Values):
            values, columns = self._values(node, scope)
            sql = f"({values})"
        elif isinstance(node, exp.Unnest):
            sql, columns = self._unnest(node, scope)
        elif isinstance(node, exp.Lateral) and isinstance(node.this, exp.Subquery):
            made = self.query(_inner(node.this), scope)
            sql, columns = f"LATERAL ({made.sql})", made.columns
        else:
            raise refuse(node)
        columns = _renamed(columns, alias, node)
        name = name or f"source{len(scope.sources)} "
        if any(item.name == name for item in scope.sources):
            raise refuse(node, f"two sources named {name}")
        scope.sources.append(Source(name, columns, hidden))
        renamed = alias is not None and alias.args.get("columns")
        listed = f" ({', '.join(quoted(item) for item, _ in columns)})" if renamed else ""
        if isinstance(node, exp.Unnest | exp.Values) and not renamed:
            listed = f" ({', '.join(quoted(item) for item, _ in columns)})"
        return f"{sql} AS {quoted(name)}{listed}"

    def _unnest(self, node: Any, scope: Scope) -> tuple[str, Columns]:
        """Return UNNEST: arrays and maps side by side, the shorter ones filled with NULL."""
        expressions = Expressions(scope)
        parts: list[str] = []
        columns: Columns = []
        for item in node.expressions:
            found = expressions.of(item)
            if found.type.name == "map":
                parts += [f"map_keys({found.sql})", f"map_values({found.sql})"]
                columns += [("key", found.type.args[0]), ("value", found.type.args[1])]
            elif found.type.name == "array" and found.type.args[0].name == "row":
                row = found.type.args[0]
                for at, (name, kind) in enumerate(row.members()):
                    field = f"struct_extract(r, {quote(field_name(row, at))})"
                    parts.append(f"list_transform({found.sql}, lambda r: {field})")
                    columns.append((name or f"col{len(columns)}", kind))
            elif found.type.name == "array":
                parts.append(found.sql)
                columns.append((f"col{len(columns)}", found.type.args[0]))
            else:
                raise refuse(node, f"UNNEST of {found.type}")
        listed = [f"unnest({item}) AS {quoted(f'u{at}')}" for at, item in enumerate(parts)]
        alias = node.args.get("alias")
        names = list(alias.args.get("columns") or []) if alias is not None else []
        if node.args.get("offset"):
            longest = ", ".join(f"coalesce(len({item}), 0)" for item in parts)
            longest = f"greatest({longest})" if len(parts) > 1 else longest
            listed.append(f"unnest(range(1, {longest} + 1)) AS ordinality")
            columns.append(("ordinality", BIGINT))
            if isinstance(node.args["offset"], exp.Identifier) and len(names) < len(columns):
                alias.set("columns", [*names, node.args["offset"].copy()])
        return f"LATERAL (SELECT {', '.join(listed)})", columns

    def _values(self, node: Any, scope: Scope) -> tuple[str, Columns]:
        expressions = Expressions(scope)
        rows = [
            item.expressions if isinstance(item, exp.Tuple) else [item] for item in node.expressions
        ]
        if len({len(row) for row in rows}) != 1:
            raise mismatch("values rows have different numbers of columns", node)
        aligned = [expressions.together(list(column), node) for column in zip(*rows, strict=True)]
        shown = [", ".join(item.sql for item in row) for row in zip(*aligned, strict=True)]
        columns = [(f"_col{at}", column[0].type) for at, column in enumerate(aligned)]
        return "VALUES " + ", ".join(f"({row})" for row in shown), columns

    def _set_operation(self, tree: Any, scope: Scope) -> Translated:
        _only(tree, exp.SetOperation)
        sides = [self.query(_inner(item), scope) for item in (tree.this, tree.expression)]
        if len(sides[0].columns) != len(sides[1].columns):
            raise mismatch("queries have different numbers of columns", tree)
        columns: Columns = []
        for (name, left), (_, right) in zip(sides[0].columns, sides[1].columns, strict=True):
            kind = common(left, right)
            if kind is None:
                raise mismatch(f"column {len(columns) + 1} has the types {left} and {right}", tree)
            columns.append((name, kind))
        if not (isinstance(tree, exp.Union) and tree.args.get("distinct") is False):
            _grouped([kind for _, kind in columns], tree)
        word = type(tree).__name__.upper() + (" ALL" if tree.args.get("distinct") is False else "")
        first, second = (_as_types(side, columns) for side in sides)
        return self._ending(tree, Translated(f"({first}) {word} ({second})", columns), scope)

    def _ending(self, tree: Any, made: Translated, scope: Scope) -> Translated:
        """Add ORDER BY, OFFSET and LIMIT."""
        sql = made.sql
        if tree.args.get("order") is not None:
            names = _Outputs(scope, made.columns, own=isinstance(tree, exp.Select))
            expressions = Expressions(names)
            parts = []
            for item in tree.args["order"].expressions:
                if isinstance(item.this, exp.Literal) and not item.this.is_string:
                    at = int(item.this.this)
                    if not 0 < at <= len(made.columns):
                        raise syntax_error(
                            "INVALID_COLUMN_REFERENCE: ORDER BY position is not in select list"
                        )
                    parts.append(ordered(Typed(str(at), made.columns[at - 1][1]), item))
                else:
                    parts.append(ordered(expressions.of(item.this), item))
            sql += f" ORDER BY {', '.join(parts)}"
        limit = tree.args.get("limit")
        if isinstance(limit, exp.Fetch):
            options = limit.args.get("limit_options")
            if options is not None and (
                options.args.get("with_ties") or options.args.get("percent")
            ):
                raise refuse(limit)
            count = limit.args.get("count")
            sql += f" LIMIT {_count(count) if count is not None else 1}"
        elif limit is not None and limit.expression.name.upper() != "ALL":
            sql += f" LIMIT {_count(limit.expression)}"
        if tree.args.get("offset") is not None:
            sql += f" OFFSET {_count(tree.args['offset'].expression)}"
        return Translated(sql, made.columns)


class _Outputs:
    """What ORDER BY sees: the columns of the result, then those of the sources."""

    def __init__(self, scope: Scope, columns: Columns, *, own: bool) -> None:
        self._scope, self._columns, self._own = scope, columns, own

    def column(self, parts: Sequence[str]) -> Typed:
        if len(parts) == 1:
            for name, kind in self._columns:
                if name.lower() == parts[0].lower():
                    return Typed(quoted(name), kind)
        return self._scope.column(parts)

    def subquery(self, query: exp.Expr) -> tuple[str, list[Type]]:
        return self._scope.subquery(query)


def _only(node: Any, kind: type[exp.Expr]) -> None:
    """Refuse a clause that is not offered, whatever it is."""
    known = _CLAUSES[kind] | _ALWAYS
    for name, value in node.args.items():
        if name not in known and value not in (None, False, [], ""):
            raise refuse(node, f"{name.strip('_')} in {node.key}")


def _inner(node: Any) -> exp.Expr:
    """Take parentheses off that hold nothing but a query."""
    while isinstance(node, exp.Subquery) and not any(
        node.args.get(key) for key in ("order", "limit", "offset", "with_")
    ):
        node = node.this
    found: exp.Expr = node
    return found


def _outside(scope: Scope) -> Scope:
    """Return what a subquery in FROM sees: not its neighbours."""
    made = Scope(scope.translator, scope.around)
    made.ctes = dict(scope.ctes)
    return made


def _renamed(columns: Columns, alias: Any, node: exp.Expr) -> Columns:
    names = alias.args.get("columns") if isinstance(alias, exp.TableAlias) else None
    if not names:
        return columns
    if len(names) != len(columns):
        raise mismatch(f"{len(names)} column names for {len(columns)} columns", node)
    return [(item.name.lower(), kind) for item, (_, kind) in zip(names, columns, strict=True)]


def _merge(scope: Scope, left: Sequence[Source], using: Sequence[str], join: exp.Expr) -> None:
    """Join by USING: each name is one column from here on, and no source's own."""
    right = scope.sources[-1]
    for name in using:
        known = [item.type_of(name) for item in left if item.type_of(name) is not None]
        kinds = [*known, right.type_of(name)]
        if len(kinds) < 2 or None in kinds or any(kind != kinds[0] for kind in kinds):
            raise refuse(join, f"USING ({name})")
        kind = kinds[0]
        assert kind is not None
        if name not in [item for item, _ in scope.merged]:
            scope.merged.append((name, kind))
    for source in scope.sources:
        source.merged |= frozenset(using)


def _chosen(tree: Any, scope: Scope, expressions: Expressions) -> Iterator[tuple[str, Typed]]:
    for at, item in enumerate(tree.expressions):
        if isinstance(item, exp.Star) or (isinstance(item, exp.Column) and item.is_star):
            star = item if isinstance(item, exp.Star) else item.this
            if any(value for value in star.args.values()):
                raise refuse(item)
            yield from _star(item, scope)
            continue
        alias = isinstance(item, exp.Alias)
        found = expressions.of(item.this if alias else item)
        name = item.alias if alias else item.name if isinstance(item, exp.Column | exp.Dot) else ""
        yield name or f"_col{at}", found


def _star(item: Any, scope: Scope) -> Iterator[tuple[str, Typed]]:
    wanted = item.table.lower() if isinstance(item, exp.Column) else ""
    if not wanted:
        yield from ((name, Typed(quoted(name), kind)) for name, kind in scope.merged)
    found = [source for source in scope.sources if not wanted or source.name == wanted]
    if not found:
        raise syntax_error(f"TABLE_NOT_FOUND: line 1:1: Unable to resolve reference {wanted}")
    if wanted and found[0].merged:
        raise refuse(item, "a source's * after USING")
    for source in found:
        for name, kind in source.columns:
            if name not in source.merged:
                yield name, Typed(f"{quoted(source.name)}.{quoted(name)}", kind)


def _group(group: Any, chosen: Sequence[tuple[str, Typed]], expressions: Expressions) -> str:
    _only(group, exp.Group)

    def one(node: Any) -> str:
        if isinstance(node, exp.Literal) and not node.is_string:
            at = int(node.this)
            if not 0 < at <= len(chosen):
                raise syntax_error(
                    "INVALID_COLUMN_REFERENCE: GROUP BY position is not in select list"
                )
            _grouped([chosen[at - 1][1].type], node)
            return chosen[at - 1][1].sql
        if isinstance(node, exp.Tuple):
            return f"({', '.join(map(one, node.expressions))})"
        if isinstance(node, exp.Rollup | exp.Cube | exp.GroupingSets):
            word = {"Rollup": "ROLLUP", "Cube": "CUBE"}.get(type(node).__name__, "GROUPING SETS")
            return f"{word} ({', '.join(map(one, node.expressions))})"
        found = expressions.of(node)
        _grouped([found.type], node)
        return f"({found.sql})" if isinstance(node, exp.Paren) else found.sql

    return ", ".join(map(one, group.expressions))


def _grouped(kinds: Sequence[Type], node: exp.Expr) -> None:
    for kind in kinds:
        if not can_compare(kind):
            raise refuse(node, f"telling values of {kind} apart")


def _as_types(query: Translated, columns: Columns) -> str:
    if all(
        kind.duckdb == wanted.duckdb
        for (_, kind), (_, wanted) in zip(query.columns, columns, strict=True)
    ):
        return query.sql
    names = [f"c{at}" for at in range(len(columns))]
    casts = (
        f"{coerce(Typed(quoted(name), kind), wanted).sql} AS {quoted(shown)}"
        for name, (_, kind), (shown, wanted) in zip(names, query.columns, columns, strict=True)
    )
    listed = ", ".join(map(quoted, names))
    return f"SELECT {', '.join(casts)} FROM ({query.sql}) AS side ({listed})"


def _shown(found: Typed, tree: exp.Expr) -> str:
    """Return a result's value as it is: DuckDB's types know no zone, and JSON may be as written."""
    kind = found.type
    if kind == RAW_JSON:
        return coerce(found, JSON).sql
    if kind.name == ZONED and kind.args[1] != "UTC":
        clock = cast(local(found), VARCHAR).sql
        return f"({clock} || ' {kind.args[1]}')"
    for item in kind.inside():
        inner = item is not kind and item.name == ZONED and item.args[1] != "UTC"
        if inner or item == RAW_JSON or item.name == MONTH_INTERVAL:
            raise refuse(tree, f"a result of {kind}")
    return found.sql


def _count(node: Any) -> int:
    if not (isinstance(node, exp.Literal) and node.this.isdigit()):
        raise refuse(node, "LIMIT or OFFSET that is no number")
    return int(node.this)


def condition(node: exp.Expr, columns: Columns) -> str:
    """Return a condition over the columns of one source, whose name is `candidates`."""
    scope = Scope(Translator({}))
    scope.sources.append(Source("candidates", columns))
    return Expressions(scope).boolean(node)
