"""Resolves names in a statement: which tables it reads, and how its columns are called."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import chain, count, islice

from sqlglot import exp

from offline.athena.catalog.catalog import Table
from offline.athena.errors import refused, syntax_error
from offline.athena.sql.finding import find

_UNNAMED = "springtide unnamed "
Columns = list[tuple[str, str]]  # names and types


def tables(tree: exp.Expr) -> Iterator[exp.Table]:
    """Yield the references to catalog tables, but not to CTEs."""
    for table in find(tree, exp.Table):
        if isinstance(table.this, exp.Identifier) and _definition(table) is None:
            yield table


def inline_shared_ctes(tree: exp.Expr) -> None:
    """Write out a CTE in each place that uses it, if there are several or it renames columns.

    Trino does so and reads the tables for each; DuckDB would read them once.
    """
    for clause in find(tree, exp.With):
        if clause.recursive:
            continue
        places = _mentions(tree)
        for cte in list(clause.expressions):
            if len(places[id(cte)]) > 1 or any(p.alias_column_names for p in places[id(cte)]):
                for place in places[id(cte)]:
                    place.replace(_written_out(cte, place))
                places = _mentions(tree)


def _mentions(tree: exp.Expr) -> dict[int, list[exp.Table]]:
    """Return the references to each CTE by its id."""
    found: dict[int, list[exp.Table]] = defaultdict(list)
    for table in find(tree, exp.Table):
        found[id(_definition(table))].append(table)
    return found


def _written_out(cte: exp.CTE, place: exp.Table) -> exp.Subquery:
    columns = place.alias_column_names or cte.alias_column_names
    alias = exp.TableAlias(
        this=exp.to_identifier(place.alias_or_name),
        columns=[exp.to_identifier(name, quoted=True) for name in columns],
    )
    return exp.Subquery(this=cte.this.copy(), alias=alias)


def _definition(table: exp.Table) -> exp.CTE | None:
    """Return the CTE that a reference means, None if it means a table of the catalog."""
    if table.db:
        return None
    came_from: exp.Expr = table
    parent = table.parent
    while parent is not None:
        clause = parent if isinstance(parent, exp.With) else parent.args.get("with_")
        # Inside a WITH only earlier CTEs are visible; a recursive one also sees itself.
        if clause is not None and not isinstance(came_from, exp.With):
            for cte in clause.expressions:
                if cte is came_from and not clause.recursive:
                    break
                if cte.alias.lower() == table.name.lower():
                    return cte if isinstance(cte, exp.CTE) else None
                if cte is came_from:
                    break
        came_from, parent = parent, parent.parent
    return None


def used_columns(tree: exp.Expr) -> frozenset[str] | None:
    """Return every column name in the statement, or None if it takes all columns of some table."""
    found: set[str] = set()
    for node in find(tree, exp.Star, exp.Column):
        if isinstance(node, exp.Column):
            found.update(part.name.lower() for part in (node, *node.parts))
        elif not isinstance(node.parent, exp.Count):
            return None
    return frozenset(found)


def expand_stars(tree: exp.Expr, tables: Mapping[int, Table]) -> None:
    """Write out `*` if it means a table's columns, so that hidden ones stay hidden.

    `tables` gives a table by the id of its node in the tree.
    """
    for select in find(tree, exp.Select):
        sources = _sources(select)
        known = {source.alias_or_name.lower() for source in sources}
        for item in select.expressions:
            if not (isinstance(item, exp.Column) and item.is_star):
                continue
            if item.args.get("db"):
                raise refused(f"{item.sql()} of a row; name its fields")
            if item.table.lower() not in known:
                raise syntax_error(f"TABLE_NOT_FOUND: Unable to resolve reference {item.table}")
        joins = reversed(select.args.get("joins") or [])
        using = [name.name.lower() for join in joins for name in join.args.get("using") or ()]
        if not any(id(source) in tables for source in sources):
            if using and any(isinstance(i, exp.Column) and i.is_star for i in select.expressions):
                raise refused("* of one table over USING; name the columns")
            continue
        expand = partial(_expanded, sources=sources, tables=tables, using=[*dict.fromkeys(using)])
        select.set("expressions", [*chain.from_iterable(map(expand, select.expressions))])


def _sources(select: exp.Select) -> list[exp.Expr]:
    first = select.args.get("from_")
    joins = select.args.get("joins") or []
    return [item.this for item in ([first] if first is not None else []) + joins]


def _expanded(
    item: exp.Expr, sources: list[exp.Expr], tables: Mapping[int, Table], using: list[str]
) -> Iterator[exp.Expr]:
    """Columns in USING come once, first, and belong to no table."""
    qualifier = item.table if isinstance(item, exp.Column) and item.is_star else None
    star = item.this if qualifier is not None else item
    if not isinstance(star, exp.Star) or any(star.args.values()):
        yield item
        return
    if qualifier is None:
        yield from (exp.column(name, quoted=True) for name in using)
    for source in sources:
        name = source.alias_or_name
        if qualifier is not None and name.lower() != qualifier.lower():
            continue
        if id(source) in tables:
            columns = (column.name for column in tables[id(source)].every)
            yield from (exp.column(n, table=name, quoted=True) for n in columns if n not in using)
        elif using:
            raise refused("* over USING with a subquery; write ON")
        else:
            yield exp.column(exp.Star(), table=name)


def name_columns(tree: exp.Query) -> None:
    """Name what has no name, of the result and of subqueries, and these, for `*` to refer to."""
    fresh = map(f"{_UNNAMED}{{}}".format, count())
    starred = any(select.is_star for select in find(tree, exp.Select))
    for source in find(tree, exp.CTE, exp.Subquery, exp.Values):
        if source.alias_column_names or not isinstance(
            source.parent, (exp.From, exp.Join, exp.With)
        ):
            continue
        if isinstance(source, exp.Values):
            width = len(source.expressions[0].expressions)
            columns = list(islice(fresh, width))
            name = source.alias or next(fresh)
            exp.alias_(source, name, table=columns, quoted=True, copy=False)
            continue
        if not isinstance(source.this, exp.Query):
            raise refused("brackets around a table or a join")
        if not source.alias:
            alias = exp.to_identifier(next(fresh), quoted=True)
            source.set("alias", exp.TableAlias(this=alias))
        _name_selected(source.this, fresh)
        names = [name.lower() for name in source.this.named_selects]
        if starred and len({*names}) < len(names):
            raise refused(f"* over a subquery with columns of one name; there are {names}")
    _name_selected(tree, fresh)


def _name_selected(tree: exp.Query, fresh: Iterator[str]) -> None:
    """Name the columns of the SELECT that names them: the first of a set operation."""
    select: exp.Expr = tree
    while not isinstance(select, exp.Select):
        select = select.this
    for item in select.expressions:
        member = item.unnest()
        if isinstance(item, exp.Alias) or item.is_star:
            continue
        # A column is called as it is written here, not as where it comes from.
        name = member.name if _has_name(item) else next(fresh)
        item.replace(exp.alias_(item.copy(), name, quoted=True))


def shown(columns: Columns) -> Columns:
    """Give columns of a result that have no name Athena's."""
    return [
        (f"_col{position}" if name.startswith(_UNNAMED) else name, kind)
        for position, (name, kind) in enumerate(columns)
    ]


def require_own(columns: Columns) -> None:
    """Refuse columns that have no name. Raises QueryFailed."""
    for position, (name, _) in enumerate(columns, 1):
        if name.startswith(_UNNAMED):
            raise syntax_error(
                f"MISSING_COLUMN_NAME: Column name not specified at position {position}"
            )


def _has_name(item: exp.Expr) -> bool:
    item = item.unnest()
    while isinstance(item, exp.Dot):  # a member has this name only where it is a column by itself
        item = item.this.unnest()
    return isinstance(item, exp.Alias | exp.Column)
