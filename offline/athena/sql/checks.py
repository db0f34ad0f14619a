"""Finds what Trino refuses and DuckDB would run: unknown names, operands of different types."""

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import MappingSchema, exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import Scope, traverse_scope

from offline.athena.service.errors import QueryFailed, syntax_error
from offline.athena.tables.catalog import PATH, Table

_NUMBERS = {"TINYINT", "SMALLINT", "INT", "BIGINT", "FLOAT", "DOUBLE", "DECIMAL"}
_TEXTS = {"VARCHAR", "TEXT", "CHAR"}
_COMPARISONS = (exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ)
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Mod)


def check(tree: exp.Query, tables: Mapping[tuple[str, str], Table], database: str) -> None:
    """Refuse a query with an unknown column or with operands of different types.

    Raises QueryFailed. What cannot be followed here is left to DuckDB's binder.
    """
    _check_names(tree, tables, database)
    _check_types(tree, tables, database)


def _check_names(tree: exp.Query, tables: Mapping[tuple[str, str], Table], database: str) -> None:
    offered = _Offered(tables, database)
    for scope in traverse_scope(tree):
        own = (item for item in scope.columns if _query_of(item) is scope.expression)
        for column in own:
            if not _resolves(column, scope, offered):
                name = column.sql(dialect="athena").replace('"', "")
                raise syntax_error(
                    f"COLUMN_NOT_FOUND: line 1:1: Column '{name}' cannot be resolved"
                )


class _Offered:
    """The names that a statement's sources of rows offer, each found out once."""

    def __init__(self, tables: Mapping[tuple[str, str], Table], database: str) -> None:
        self._tables = tables
        self._database = database
        self._known: dict[int, frozenset[str] | None] = {}

    def by(self, source: exp.Table | Scope) -> frozenset[str] | None:
        """Return the names that a source offers, or None if that is not known here."""
        if id(source) not in self._known:
            self._known[id(source)] = self._find(source)
        return self._known[id(source)]

    def _find(self, source: exp.Table | Scope) -> frozenset[str] | None:
        if isinstance(source, exp.Table):
            found = self._tables.get(((source.db or self._database).lower(), source.name.lower()))
            if found is None:
                return None
            return frozenset({column.name for column in (*found.columns, *found.keys)} | {PATH})
        if not isinstance(source.expression, exp.Query) or source.is_udtf:
            return None
        names = _output_names(source.expression)
        if renamed := _renamed(source):
            return frozenset(renamed)
        if "*" not in names and not source.expression.is_star:
            return frozenset(names)
        for inner in _branches(source):
            for part in inner.sources.values():
                columns = self.by(part)
                if columns is None:
                    return None
                names |= columns
        return frozenset(names)


def _resolves(column: exp.Column, scope: Scope, offered: _Offered) -> bool:
    first = column.parts[0].name.lower()
    if _in_order_by(column) and first in _output_names(scope.expression):
        return True
    place: Scope | None = scope
    while place is not None:
        for name, source in place.sources.items():
            columns = offered.by(source)
            if columns is None or first in columns:
                return True
            if len(column.parts) > 1 and first == name.lower():
                return column.parts[1].name.lower() in columns
        place = place.parent
    return _is_lambda_parameter(column, first)


def _query_of(column: exp.Column) -> exp.Expr | None:
    return column.find_ancestor(exp.Select, exp.SetOperation)


def _in_order_by(column: exp.Column) -> bool:
    order = column.find_ancestor(exp.Order, exp.Select, exp.Window)
    return isinstance(order, exp.Order) and isinstance(order.parent, exp.Query)


def _is_lambda_parameter(column: exp.Column, name: str) -> bool:
    place = column.find_ancestor(exp.Lambda)
    while place is not None:
        if name in (item.name.lower() for item in place.expressions):
            return True
        place = place.find_ancestor(exp.Lambda)
    return False


def _output_names(query: exp.Expr) -> set[str]:
    return {name.lower() for name in query.named_selects} if isinstance(query, exp.Query) else set()


def _branches(scope: Scope) -> Sequence[Scope]:
    branches: list[Scope] = scope.set_operation_scopes
    return branches or [scope]


def _renamed(source: Scope) -> set[str]:
    """Return the columns named beside the alias: `WITH t (a, b) AS …`."""
    parent = source.expression.parent
    alias = parent.args.get("alias") if parent is not None else None
    columns = alias.args.get("columns") if isinstance(alias, exp.TableAlias) else None
    return {column.name.lower() for column in columns or ()}


def _check_types(tree: exp.Query, tables: Mapping[tuple[str, str], Table], database: str) -> None:
    schema = MappingSchema(dialect="duckdb")
    for (db, name), table in tables.items():
        columns = {column.name: column.type for column in (*table.columns, *table.keys)}
        schema.add_table(
            exp.table_(name, db=db, quoted=True), {**columns, PATH: "VARCHAR"}, dialect="duckdb"
        )
    try:
        qualified = qualify(
            tree.copy(),
            schema=schema,
            db=database.lower(),
            dialect="athena",
            validate_qualify_columns=False,
            quote_identifiers=False,
        )
        typed = annotate_types(qualified, schema=schema, dialect="athena")
    except SqlglotError:
        return  # too much for sqlglot's type inference; DuckDB's binder still judges the statement
    for node in typed.walk():
        if problem := _mismatch(node):
            raise problem


def _mismatch(node: exp.Expr) -> QueryFailed | None:
    if isinstance(node, _COMPARISONS):
        families = [_family(node.this), _family(node.expression)]
        operands = f"{families[0]} {node.key} {families[1]}"
        return _differ(families, f"Cannot apply operator: {operands}", node)
    if isinstance(node, exp.In):
        families = [_family(item) for item in (node.this, *node.expressions)]
        return _differ(families, "IN value and list items must be the same type", node)
    if isinstance(node, exp.Between):
        families = [_family(item) for item in (node.this, node.args["low"], node.args["high"])]
        return _differ(families, "Cannot check if value is BETWEEN bounds of another type", node)
    if isinstance(node, exp.Coalesce):
        families = [_family(item) for item in (node.this, *node.expressions)]
        return _differ(families, "All COALESCE operands must be the same type", node)
    if isinstance(node, exp.Case):
        families = [_family(item) for item in _results(node)]
        return _differ(families, "All CASE results must be the same type", node)
    if isinstance(node, exp.DPipe | exp.Concat):
        families = [_family(item) for item in _operands(node)]
        wrong = [item for item in families if item in ("number", "date", "timestamp", "boolean")]
        return _failure(f"Unexpected parameters ({wrong[0]}) for concat", node) if wrong else None
    if isinstance(node, _ARITHMETIC) and "varchar" in map(_family, (node.this, node.expression)):
        return _failure("Cannot apply arithmetic to varchar", node)
    return None


def _results(node: exp.Case) -> Iterator[exp.Expr]:
    for branch in node.args["ifs"]:
        yield branch.args["true"]
    if node.args.get("default") is not None:
        yield node.args["default"]


def _operands(node: exp.Expr) -> list[exp.Expr]:
    return node.expressions if isinstance(node, exp.Concat) else [node.this, node.expression]


def _differ(families: list[str | None], problem: str, node: exp.Expr) -> QueryFailed | None:
    known = {family for family in families if family is not None}
    if known == {"date", "timestamp"} or len(known) < 2:
        return None
    return _failure(problem, node)


def _failure(problem: str, node: exp.Expr) -> QueryFailed:
    return syntax_error(f"TYPE_MISMATCH: line 1:1: {problem}: {node.sql(dialect='athena')}")


def _family(node: exp.Expr) -> str | None:
    """Return the group of types that Trino compares with each other, if the type is known."""
    if node.type is None or isinstance(node, exp.Null):
        return None
    name = node.type.this.name if isinstance(node.type.this, exp.DataType.Type) else ""
    if name in _NUMBERS:
        return "number"
    if name in _TEXTS:
        return "varchar"
    if name.startswith("TIMESTAMP"):
        return "timestamp"
    return {"DATE": "date", "BOOLEAN": "boolean", "JSON": "json"}.get(name)
