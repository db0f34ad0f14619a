"""Resolves the columns of a statement and gives each expression its type, like Trino."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from sqlglot import MappingSchema, exp
from sqlglot.optimizer.annotate_types import TypeAnnotator
from sqlglot.optimizer.scope import Scope, traverse_scope

from offline.athena.catalog.catalog import PATH, Column, Table
from offline.athena.errors import refused, syntax_error
from offline.athena.sql import correlation
from offline.athena.sql.annotations import METADATA
from offline.athena.sql.finding import find, place_of
from offline.athena.sql.kinds import Kind, common, named

Types = dict[str, exp.DataType | None]
Columns = list[tuple[str, exp.DataType | None]]
_FIRST_LAMBDA = (exp.Transform, exp.ArrayFilter)


class Typing:
    """The types of one statement's expressions; `resolve` writes them into the tree."""

    def __init__(self, tables: Mapping[int, Table]) -> None:
        self._tables = tables
        self._outputs: dict[int, Types | None] = {}
        # By the id of a query, the columns of queries around it, and whether each is far.
        self._outer: dict[int, list[tuple[exp.Column, bool]]] = defaultdict(list)
        self._annotator = TypeAnnotator(
            MappingSchema(dialect="trino"), expression_metadata=dict(METADATA)
        )

    def resolve(self, tree: exp.Expr) -> None:
        """Give every expression its type, if it can be known.

        Raises QueryFailed for an unknown column.
        """
        lambdas = find(tree, *_FIRST_LAMBDA)
        for scope in traverse_scope(tree):
            if isinstance(scope.expression, exp.Unnest):
                continue  # with the query around it, whose columns it may have
            self._check_using(scope)
            self._unnests(scope, lambdas)
            for column in scope.columns:
                if column.find_ancestor(exp.Select, exp.SetOperation) is scope.expression:
                    self._annotator._set_type(column, self._column(column, scope))
            for column in _passed_over(scope.expression):
                self._annotator._set_type(column, self._column(column, scope))
            for node in lambdas:
                if _within(node, scope.expression):
                    self._parameters(node, scope)
            self._annotator.annotate_scope(scope)
            if outer := self._outer.get(id(scope.expression)):
                far = any(is_far for _, is_far in outer)
                correlation.check(scope.expression, [column for column, _ in outer], far=far)

    def _unnests(self, scope: Scope, lambdas: Sequence[exp.Expr]) -> None:
        """Give the arrays in UNNEST their types, from which its columns have theirs."""
        for source in _sources(scope).values():
            if not (isinstance(source, Scope) and isinstance(source.expression, exp.Unnest)):
                continue
            for column in find(source.expression, exp.Column):
                if column.find_ancestor(exp.Select) is scope.expression:
                    self._annotator._set_type(column, self._column(column, scope))
            for node in lambdas:
                if _within(node, source.expression):
                    self._parameters(node, scope)
            for item in source.expression.expressions:
                self._annotator.annotate_expression(item, scope)
            # What was looked up meanwhile knew nothing of these types.
            self._outputs.pop(id(source), None)

    def _check_using(self, scope: Scope) -> None:
        """Trino brings such columns to a common type; DuckDB keeps the left one's."""
        offered = [self._offered(source) or {} for source in _sources(scope).values()]
        for name in _joined_by_name(scope.expression):
            kinds = {kind.this for columns in offered if (kind := columns.get(name)) is not None}
            if len(kinds - {Kind.UNKNOWN}) > 1:
                raise refused(f"USING ({name}) of columns of two types; write ON")
            if kinds & {Kind.DOUBLE, Kind.FLOAT}:
                raise refused(f"USING ({name}) of doubles; write ON")

    def _parameters(self, node: exp.Expr, scope: Scope) -> None:
        self._annotator.annotate_expression(node.this, scope)
        kind = node.this.type
        function = node.expression
        if kind is None or kind.this != Kind.ARRAY or not isinstance(function, exp.Lambda):
            return
        names = {item.name for item in function.expressions}
        for mention in find(function.this, exp.Identifier):
            member = isinstance(mention.parent, exp.Dot) and mention.arg_key == "expression"
            if mention.name in names and not member:
                self._annotator._set_type(
                    mention, kind.expressions[0] if kind.expressions else None
                )

    def _column(self, column: exp.Column, scope: Scope) -> exp.DataType | None:
        names = [part.name.lower() for part in column.parts]
        if _in_order_by(column) and names[0] in _output_names(scope.expression):
            self._check_star(column, scope)
            return None
        place: Scope | None = scope
        levels = 0
        while place is not None:
            for alias, source in _sources(place).items():
                offered = self._offered(source)
                if offered is None:
                    return None
                if names[0] in offered:
                    self._note(column, scope, levels, names[1:])
                    return _member(offered[names[0]], names[1:])
                if len(names) > 1 and names[0] == alias.lower():
                    if names[1] in _joined_by_name(place.expression):
                        raise _unknown(column)
                    if names[1] in offered:
                        self._note(column, scope, levels, names[2:])
                        return _member(offered[names[1]], names[2:])
                    raise _unknown(column)
            place, levels = place.parent, levels + 1
        if _is_lambda_parameter(column, names[0]):
            return None
        raise _unknown(column)

    def _note(self, column: exp.Column, scope: Scope, levels: int, fields: list[str]) -> None:
        if levels:
            self._outer[id(scope.expression)].append((column, levels > 1 or bool(fields)))

    def _check_star(self, column: exp.Column, scope: Scope) -> None:
        """A name that SELECT gives beside `*` may be that of a column in it as well."""
        query, name = scope.expression, column.name.lower()
        within = [self._offered(source) for source in _sources(scope).values()]
        known = all(found is not None and name not in found for found in within)
        if isinstance(query, exp.Select) and query.is_star and not known:
            raise refused(f"ORDER BY {name}, which may be a name of two columns beside *")

    def _offered(self, source: exp.Table | Scope) -> Types | None:
        """Return what a source offers by name, or None if that is not known here."""
        if id(source) not in self._outputs:
            self._outputs[id(source)] = self._find(source)
        return self._outputs[id(source)]

    def _find(self, source: exp.Table | Scope) -> Types | None:
        if isinstance(source, exp.Table):
            table = self._tables.get(id(source))
            if table is None:
                return None
            types = {column.name: _declared(column) for column in table.every}
            return {**types, PATH: named("varchar")}
        found = self._selected(source)
        if found is None:
            return None
        names = _renamed(source) or [name for name, _ in found]
        _check_count(source.expression.parent, names, len(found))
        pairs = zip(names, found, strict=True)
        # A name of two columns means neither.
        return {name: kind for name, (_, kind) in pairs if names.count(name) == 1}

    def _selected(self, source: Scope) -> Columns | None:
        query = source.expression
        if isinstance(query, exp.Unnest):
            kinds = _of_unnest(query)
            return [*kinds.items()] if kinds else None
        if isinstance(query, exp.Values) and query.alias_column_names:
            row = query.expressions[0].expressions
            whole = len(row) == 1 and isinstance(row[0], exp.Struct)  # ROW(…)
            _check_count(query, query.alias_column_names, len(row[0].expressions if whole else row))
        if source.is_udtf:
            return _of_values(query) if isinstance(query, exp.Values) else None
        if not isinstance(query, exp.Query):
            return None
        if source.set_operation_scopes:
            sides = [self._selected(side) for side in source.set_operation_scopes]
            present = [side for side in sides if side is not None]
            if not sides[0] or len(present) < len(sides):
                return sides[0] and [(name, None) for name, _ in sides[0]]
            columns = zip(*present, strict=False)
            return [(same[0][0], common(kind for _, kind in same)) for same in columns]
        found: Columns = []
        for item in query.selects:
            if item.is_star:
                once = _joined_by_name(query)
                for alias, inner in _sources(source).items():
                    if isinstance(item, exp.Column) and item.table.lower() != alias.lower():
                        continue
                    offered = self._offered(inner)
                    if offered is None:
                        return None
                    known = once & {name for name, _ in found}
                    found.extend(pair for pair in offered.items() if pair[0] not in known)
            else:
                found.append((item.alias_or_name.lower(), item.type))
        return found


def _sources(scope: Scope) -> Mapping[str, exp.Table | Scope]:
    """What a query reads, by alias: of the CTEs that it could read only those in its FROM."""
    read = {name for name, _ in scope.references}
    unread = scope.cte_sources.keys() - read
    return {name: source for name, source in scope.sources.items() if name not in unread}


def _check_count(named: exp.Expr | None, names: list[str], there: int) -> None:
    """DuckDB takes fewer names than there are columns."""
    if len(names) != there:
        raise syntax_error(
            f"MISMATCHED_COLUMN_ALIASES: Column alias list has {len(names)} entries and"
            f" {named.alias if named else 'the query'} has {there} columns"
        )


def _declared(column: Column) -> exp.DataType:
    if column.hive_type.strip().lower().startswith(("varchar(", "char(")):
        return named(column.hive_type, "trino")
    return named(column.type, "duckdb")


def _of_values(query: exp.Values) -> Columns | None:
    rows = [row.expressions for row in query.expressions]
    if query.alias_column_names and len(rows[0]) == 1 and isinstance(rows[0][0], exp.Struct):
        rows = [row[0].expressions if isinstance(row[0], exp.Struct) else [] for row in rows]
    columns = zip(*([item.unalias() for item in row] for row in rows), strict=False)
    kinds = [common(item.type for item in column) for column in columns]
    names = [name.lower() for name in query.alias_column_names]
    return [*zip(names, kinds, strict=False)] or None


def _of_unnest(query: exp.Unnest) -> Types | None:
    names = [name.lower() for name in query.alias_column_names]
    kinds = [kind for item in query.expressions for kind in _unnested(item)]
    number = query.args.get("offset")
    if isinstance(number, exp.Identifier):
        names.append(number.name.lower())
        kinds.append(named("bigint"))
    return dict(zip(names, kinds, strict=True)) if len(names) == len(kinds) else None


def _unnested(items: exp.Expr) -> list[exp.DataType | None]:
    """Return the types of the columns that UNNEST makes of an array or a map."""
    kind = items.type
    if kind is None or kind.this not in (Kind.ARRAY, Kind.MAP) or not kind.expressions:
        return [None]
    if kind.this == Kind.MAP:
        return [*kind.expressions]
    (element,) = kind.expressions
    if element.this != Kind.STRUCT:
        return [element]
    return [
        field.args["kind"] if isinstance(field, exp.ColumnDef) else field
        for field in element.expressions
    ]


def _member(kind: exp.DataType | None, fields: list[str]) -> exp.DataType | None:
    for name in fields:
        members = kind.expressions if kind is not None and kind.this == Kind.STRUCT else ()
        if members and not any(isinstance(item, exp.ColumnDef) for item in members):
            raise syntax_error(f"INVALID_COLUMN_REFERENCE: Column reference '{name}' is invalid")
        kinds = (item.args.get("kind") for item in members if item.name.lower() == name)
        kind = next(kinds, None)
    return kind


# What Trino assumes if no table has such a column.
_REFUSED = {
    *("current_schema", "current_path", "auto"),
    *("$file_size", "$file_modified_time", "$partition", "$bucket"),
}


def _unknown(column: exp.Column) -> Exception:
    if column.name.lower() in _REFUSED:
        return refused(column.name)
    if column.args.get("db"):
        return refused(f"the column {column.sql()}; give its table an alias")
    name = column.sql(dialect="athena").replace('"', "")
    place = place_of(column)
    return syntax_error(f"COLUMN_NOT_FOUND: {place}Column '{name}' cannot be resolved")


def _joined_by_name(query: exp.Expr) -> set[str]:
    """Return the columns in USING, which belong to no single table."""
    using = (item.args.get("using") or () for item in query.args.get("joins") or ())
    return {name.name.lower() for names in using for name in names}


def _within(node: exp.Expr | None, whole: exp.Expr) -> bool:
    while node is not None and node is not whole:
        node = node.parent
    return node is whole


def _passed_over(query: exp.Expr) -> Iterator[exp.Column]:
    """Yield columns that sqlglot may take for the query's own aliases; Trino does not."""
    for clause in filter(None, map(query.args.get, ("having", "order"))):
        for column in find(clause, exp.Column):
            if column.find_ancestor(exp.Select) is query:
                yield column


def _in_order_by(column: exp.Column) -> bool:
    """Whether this may be a name that SELECT gives; `output_names` wrote others out."""
    order = column.find_ancestor(exp.Order, exp.Select, exp.Window)
    whole = isinstance(column.parent, exp.Ordered) and column.parent.parent is order
    query = order.parent if isinstance(order, exp.Order) else None
    return isinstance(query, exp.Query) and (whole or isinstance(query, exp.SetOperation))


def _is_lambda_parameter(column: exp.Column, name: str) -> bool:
    place = column.find_ancestor(exp.Lambda)
    while place is not None:
        if name in (item.name.lower() for item in place.expressions):
            return True
        place = place.find_ancestor(exp.Lambda)
    return False


def _output_names(query: exp.Expr) -> set[str]:
    return {name.lower() for name in query.named_selects} if isinstance(query, exp.Query) else set()


def _renamed(source: Scope) -> list[str]:
    """Return the columns named after the alias: `WITH t (a, b) AS …`."""
    parent = source.expression.parent
    return [name.lower() for name in parent.alias_column_names] if parent is not None else []
