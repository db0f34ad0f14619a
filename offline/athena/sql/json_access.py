"""How the functions that read JSON are written for DuckDB."""

import re
from collections.abc import Callable, Iterator
from itertools import product

from sqlglot import exp

from offline.athena.errors import refused
from offline.athena.sql.building import call, text, unary, with_one
from offline.athena.sql.kinds import Kind, kind_of

# A step of a path, and one that is a number in either spelling, no larger than Java's.
_STEP = re.compile(r'\$|\."[^"]*"|\.\w+|\[[0-9]+\]')
_NUMBER = re.compile(r'\[([0-9]{1,9})\]|\."([0-9]{1,9})"')


def _json_extract(node: exp.Expr) -> exp.Expr:
    scalar = isinstance(node, exp.JSONExtractScalar)
    path = re.sub(r'\["([^"]*)"\]', r'."\1"', node.expression.name)
    if '"*"' in path:
        raise refused('a member "*" in a path')  # DuckDB reads it as any member
    made = [_json_value(node.this.copy(), each, scalar=scalar) for each in _readings(path)]
    first, *others = made
    return exp.Coalesce(this=first, expressions=others) if others else first


def _readings(path: str) -> Iterator[str]:
    """Return the paths that one of Trino's stands for.

    There both `[1]` and `."1"` are an array's element 1 and an object's member "1".
    """
    steps: list[tuple[str, ...]] = []
    for step in _STEP.findall(path):
        number = _NUMBER.fullmatch(step)
        digits = number and (number[1] or number[2])
        steps.append((f"[{int(digits)}]", f'."{digits}"') if digits else (step,))
    return map("".join, product(*steps))


def _json_value(value: exp.Expr, path: str, *, scalar: bool) -> exp.Expr:
    if not scalar or kind_of(value) != Kind.JSON:
        macro = "trino_json_extract_scalar" if scalar else "trino_json_extract"
        return with_one(value, "document", lambda x: call(macro, x, text(path)))
    found = value if path == "$" else call("json_extract", value, text(path))
    return with_one(found, "found", lambda x: call("java_scalar", x))


RULES: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.JSONExtract: _json_extract,
    exp.JSONExtractScalar: _json_extract,
    exp.ParseJSON: unary("trino_json_parse"),
    exp.JSONFormat: unary("trino_json_format"),
}
