"""Looks after names in a statement: which tables it reads, what its columns are called."""

from collections.abc import Iterator

from sqlglot import exp

from local.athena.errors import syntax_error


def tables(tree: exp.Expression) -> Iterator[exp.Table]:
    """Yield the references to catalog tables; the names of CTEs are not among them."""
    for table in list(tree.find_all(exp.Table)):
        if isinstance(table.this, exp.Identifier) and not (
            not table.db and table.name.lower() in _visible_ctes(table)
        ):
            yield table


def _visible_ctes(node: exp.Expression) -> set[str]:
    """Return the CTE names that a reference at this place means."""
    names: set[str] = set()
    came_from: exp.Expression = node
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


def used_columns(tree: exp.Expression) -> frozenset[str] | None:
    """Return every column name that the statement mentions, or None if it takes all of some table."""
    for star in tree.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            return None
    return frozenset(column.name.lower() for column in tree.find_all(exp.Column)) | frozenset(
        part.name.lower() for column in tree.find_all(exp.Column) for part in column.parts
    )


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
    found: exp.Expression = tree
    while not isinstance(found, exp.Select):
        found = found.this
    return found


def _has_name(item: exp.Expression) -> bool:
    return isinstance(item, exp.Alias | exp.Column | exp.Star | exp.Dot)
