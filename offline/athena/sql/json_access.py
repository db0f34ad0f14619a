"""How the functions that read JSON are written for DuckDB."""

import re
from collections.abc import Callable

from sqlglot import exp

from offline.athena.errors import refused
from offline.athena.sql.building import call, text, unary, with_one
from offline.athena.sql.kinds import Kind, kind_of

_POSITION = re.compile(r'"[^"]*"|\[([0-9]+)\]')


def _json_extract(node: exp.Expr) -> exp.Expr:
    scalar = isinstance(node, exp.JSONExtractScalar)
    path = re.sub(r'\["([^"]*)"\]', r'."\1"', node.expression.name)
    if '"*"' in path:
        raise refused('a member "*" in a path')  # DuckDB reads it as any member
    made = _json_value(node.this, path, scalar=scalar)
    # In Trino `[1]` also means a member "1" of an object.
    named = _POSITION.sub(lambda found: f'."{found[1]}"' if found[1] else found[0], path)
    if named == path:
        return made
    other = _json_value(node.this.copy(), named, scalar=scalar)
    return exp.Coalesce(this=made, expressions=[other])


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
