"""Refuses correlated subqueries, but those that Trino is sure to turn into a join.

Trino refuses others as the plan turns out. Of 4,563 drawn statements it answers all that pass here.
"""

from collections.abc import Iterator, Sequence

from sqlglot import exp

from offline.athena.errors import refused
from offline.athena.sql.finding import find


def check(query: exp.Expr, outer: Sequence[exp.Column], *, far: bool) -> None:
    """Refuse a subquery in which columns of an outer query have another place than Trino takes.

    `outer` are those columns, `far` is whether one is of a query beyond the next, or has a field of
    its row taken. Raises QueryFailed.
    """
    if what := "beyond the next, or with a field of its row" if far else _problem(query, outer):
        raise refused(f"a subquery with a column of an outer query {what}")


def _problem(query: exp.Expr, outer: Sequence[exp.Column]) -> str | None:
    around = query.parent
    around = around.parent if isinstance(around, exp.Subquery) else around
    if not isinstance(query, exp.Select) or isinstance(around, exp.SetOperation):
        return "in UNION, INTERSECT or EXCEPT"
    if isinstance(around, exp.From | exp.Join | exp.CTE):
        return "within its FROM or WITH"
    if isinstance(query.find_ancestor(exp.Join, exp.Lateral, exp.Select), exp.Join):
        return "in a condition of a join"
    given = {name for name, value in query.args.items() if value}
    whole = "group" not in given and bool(_within(query.expressions, exp.AggFunc))
    for part in ("having", "offset", "windows"):
        if part in given:
            return f"and {part.upper()}"
    if _within(query.expressions, exp.Window):
        return "and a window function"
    source = query.args["from_"].this if "from_" in given else None
    alone = source is None or (isinstance(source, exp.Unnest) and "joins" not in given)
    changed = given & {"group", "distinct"}
    if isinstance(around, exp.In) and (whole or alone or changed or "limit" in given):
        return "in IN, with more than a condition"
    if alone:
        cut = "limit" in given and isinstance(around, exp.Exists)
        return "and more than SELECT and UNNEST" if changed or "where" in given or cut else None
    if any(map(_aggregated, outer)):
        return "in an aggregate"
    conditions = [*_conditions(query)]
    taken = _within(conditions, exp.Column)
    if whole:  # beside its aggregates
        taken += _within(query.expressions, exp.Column)
    if {id(column) for column in outer} - {id(column) for column in taken}:
        return "outside of WHERE"
    if "limit" in given and not whole:
        exists = isinstance(around, exp.Exists) and "distinct" not in given
        if "group" in given or not ("order" in given or exists):
            return "and LIMIT without ORDER BY"
        keys: list[exp.Expr] = []
    elif changed:
        group = query.args.get("group")
        keys = group.expressions if group is not None else query.expressions
    else:
        return None
    known = {key.name.lower() for key in keys if isinstance(key.unalias(), exp.Column)}
    return None if all(_settled(each, outer, known) for each in conditions) else "that is not equal"


def _within(trees: Sequence[exp.Expr], kind: type[exp.Expr]) -> list[exp.Expr]:
    return [node for tree in trees for node in find(tree, kind)]


def _aggregated(column: exp.Expr) -> bool:
    return not isinstance(column.find_ancestor(exp.AggFunc, exp.Filter, exp.Select), exp.Select)


def _conditions(query: exp.Select) -> Iterator[exp.Expr]:
    """Yield what AND joins in WHERE and in ON of inner joins."""
    where = query.args.get("where")
    roots = [] if where is None else [where.this]
    roots += [join.args["on"] for join in query.args.get("joins") or () if _is_inner(join)]
    for root in roots:
        yield from root.flatten() if isinstance(root, exp.And) else [root]


def _is_inner(join: exp.Join) -> bool:
    return not join.side and join.args.get("on") is not None


def _settled(condition: exp.Expr, outer: Sequence[exp.Column], keys: set[str]) -> bool:
    """Whether rows of one key all fulfil it, or none, for a row of the outer query."""
    ids = {id(column) for column in outer}
    columns = find(condition, exp.Column)
    inner = [column for column in columns if id(column) not in ids]
    if len(inner) == len(columns) or {column.name.lower() for column in inner} <= keys:
        return True
    sides = (condition.this, condition.expression) if isinstance(condition, exp.EQ) else ()
    return len(inner) == 1 and any(side is inner[0] for side in sides)
