"""Builds DuckDB's expressions: calls, lambdas, and operands that are mentioned more than once."""

from collections.abc import Callable, Sequence

from sqlglot import exp

LEAVES = (exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean)


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """Return a call of a function of DuckDB or ours."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def text(value: str) -> exp.Expr:
    """Return a varchar literal."""
    return exp.Literal.string(value)


def each(items: exp.Expr, name: str, make: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """Return a list of what `make` gives for each of the items; `name` is its parameter's."""
    item = exp.to_identifier(name, quoted=True)
    return call("list_transform", items, exp.Lambda(this=make(item.copy()), expressions=[item]))


def is_name(value: exp.Expr) -> bool:
    """Whether an expression is a constant, a name or a field of one: it costs nothing twice."""
    return isinstance(value.this if isinstance(value, exp.Dot) else value, LEAVES)


def with_one(value: exp.Expr, name: str, make: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """Return what `make` gives for the value, which it may mention often.

    DuckDB binds and may work out every mention; so what is more than a name becomes the parameter
    of a lambda over a list of one.
    """
    if is_name(value):
        return make(value)
    made = each(exp.Array(expressions=[value]), name, make)
    return call("list_extract", made, exp.Literal.number(1))


def once(operands: Sequence[exp.Expr], make: Callable[..., exp.Expr]) -> exp.Expr:
    """Return what `make` gives for the operands, as `with_one` does for one."""

    def rest(known: tuple[exp.Expr, ...]) -> exp.Expr:
        if len(known) == len(operands):
            return make(*(operand.copy() for operand in known))
        name = f"operand {len(known)}"
        return with_one(operands[len(known)], name, lambda value: rest((*known, value)))

    return rest(())
