"""Builds DuckDB's expressions: calls, lambdas, and operands that are used more than once."""

from collections.abc import Callable, Sequence

from sqlglot import exp

LEAVES = (exp.Column, exp.Identifier, exp.Literal, exp.Null, exp.Boolean)


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """Return a call of a function of DuckDB or of a macro."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def text(value: str) -> exp.Expr:
    """Return a varchar literal."""
    return exp.Literal.string(value)


def each(items: exp.Expr, name: str, make: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """Return a list of `make`'s results for each item; `name` is the lambda's parameter."""
    item = exp.to_identifier(name, quoted=True)
    return call("list_transform", items, exp.Lambda(this=make(item.copy()), expressions=[item]))


def is_name(value: exp.Expr) -> bool:
    """Whether it is a constant, a name or a member of one: using it twice costs nothing."""
    return isinstance(value.this if isinstance(value, exp.Dot) else value, LEAVES)


def with_one(value: exp.Expr, name: str, make: Callable[[exp.Expr], exp.Expr]) -> exp.Expr:
    """Return `make`'s result for the value, which it may use several times.

    DuckDB binds, and may compute, every mention. So an expression that is more than a name becomes
    the parameter of a lambda over a list of one.
    """
    if is_name(value):
        return make(value)
    made = each(exp.Array(expressions=[value]), name, make)
    return call("list_extract", made, exp.Literal.number(1))


def once(operands: Sequence[exp.Expr], make: Callable[..., exp.Expr]) -> exp.Expr:
    """Return `make`'s result for the operands, like `with_one` does for one.

    A subquery is written several times: DuckDB takes none in a lambda.
    """
    if any(operand.find(exp.Query) for operand in operands[1:]):
        return make(*(operand.copy() for operand in operands))

    def rest(known: tuple[exp.Expr, ...]) -> exp.Expr:
        if len(known) == len(operands):
            return make(*(operand.copy() for operand in known))
        name = f"operand {len(known)}"
        return with_one(operands[len(known)], name, lambda value: rest((*known, value)))

    return rest(())


def unary(name: str) -> Callable[[exp.Expr], exp.Expr]:
    """Return a rule that has this macro called for a function of one argument."""
    return lambda node: with_one(node.this, "operand", lambda x: call(name, x))
