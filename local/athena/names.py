"""Looks after names in a statement: which tables it reads, what its columns are called."""

from collections.abc import Iterator, Mapping, Sequence

from sqlglot import exp

from local.athena.errors import syntax_error


def tables(tree: exp.Expr) -> Iterator[exp.Table]:
    """Yield the references to catalog tables; the names of CTEs are not among them."""
    for table in list(tree.find_all(exp.Table)):
        if isinstance(table.this, exp.Identifier) and not (
            not table.db and table.name.lower() in _visible_ctes(table)
        ):
            yield table


def _visible_ctes(node: exp.Expr) -> set[str]:
    """Return the CTE names that a reference at this place means."""
    names: set[str] = set()
    came_from: exp.Expr = node
    parent = node.parent
    while parent is not None:
        if isinstance(parent, exp.With):
            for cte in parent.expressions:
                if cte is came_from and not parent.recursive:
                    break
                names.add(cte.alias.lower())
                if cte is came_from:
                    break
        elif isinstance(parent, exp.Query) and not isinstance(came_from, exp.With):
            names.update(cte.alias.lower() for cte in parent.ctes)
        came_from, parent = parent, parent.parent
    return names


def used_columns(tree: exp.Expr) -> frozenset[str] | None:
    """Return every column name in the statement, or None if it takes all of some table."""
    for star in tree.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            return None
    return frozenset(column.name.lower() for column in tree.find_all(exp.Column)) | frozenset(
        part.name.lower() for column in tree.find_all(exp.Column) for part in column.parts
    )


def expand_stars(tree: exp.Expr, tables: Mapping[int, Sequence[str]]) -> None:
    """Write out `*` where it stands for a table's columns, so that hidden ones stay hidden.

    `tables` gives the columns of a table by the id of its place in the tree.
    """
    for select in tree.find_all(exp.Select):
        sources = _sources(select)
        if not any(id(source) in tables for source in sources):
            continue
        select.set(
            "expressions",
            [part for item in select.expressions for part in _expanded(item, sources, tables)],
        )


def _sources(select: exp.Select) -> list[exp.Expr]:
    first = select.args.get("from_")
    joins = select.args.get("joins") or []
    return [item.this for item in ([first] if first is not None else []) + joins]


def _expanded(
    item: exp.Expr, sources: list[exp.Expr], tables: Mapping[int, Sequence[str]]
) -> Iterator[exp.Expr]:
    qualifier = item.table if isinstance(item, exp.Column) and item.is_star else None
    if qualifier is None and not isinstance(item, exp.Star):
        yield item
        return
    for source in sources:
        name = source.alias_or_name
        if qualifier is not None and name.lower() != qualifier.lower():
            continue
        if id(source) not in tables:
            yield exp.column(exp.Star(), table=name)
            continue
        for column in tables[id(source)]:
            yield exp.column(column, table=name, quoted=True)


def name_results(tree: exp.Query) -> None:
    """Give the columns of a SELECT's result the names that Athena gives them."""
    select = _leading_select(tree)
    select.set(
        "expressions",
        [
            item if _has_name(item) else exp.alias_(item, f"_col{position}", quoted=True)
            for position, item in enumerate(select.expressions)
        ],
    )


def require_names(tree: exp.Query) -> None:
    """Refuse a query to be unloaded that leaves a column without a name.

    Raises QueryFailed.
    """
    for position, item in enumerate(_leading_select(tree).expressions, 1):
        if not _has_name(item):
            raise syntax_error(
                f"COLUMN_NAME_NOT_SPECIFIED: Column name not specified at position {position}"
            )


def _leading_select(tree: exp.Query) -> exp.Select:
    """Return the SELECT that names the columns: the first one of a set operation."""
    found: exp.Expr = tree
    while not isinstance(found, exp.Select):
        found = found.this
    return found


def _has_name(item: exp.Expr) -> bool:
    return isinstance(item, exp.Alias | exp.Column | exp.Star | exp.Dot)
