"""Reads the SQL macros of `macros.sql`."""

import re
from collections.abc import Iterator
from importlib.resources import files

_PAIR = re.compile(r"PAIR (\w+)\(([\w, ]+)\) (\w+) '([^']+)' AS\s+(.*)", re.DOTALL)
_TRY = "CREATE MACRO try_{name}({parameters}) AS {body}"
_STRICT = """CREATE MACRO trino_{name}({parameters}) AS CASE
    WHEN x IS NULL{empty} THEN NULL
    WHEN try_{name}({parameters}) IS NULL THEN trino_fail(concat(
        'INVALID_CAST_ARGUMENT: Cannot cast ''', x::VARCHAR, ''' to {message}'))::VARCHAR::{kind}
    ELSE try_{name}({parameters}) END"""


def macros() -> Iterator[str]:
    """Yield the statements that create them."""
    text = files("offline.athena.functions").joinpath("macros.sql").read_text()
    for part in text.split("\n\n"):
        plain = "\n".join(line for line in part.split("\n") if not line.startswith("--")).strip()
        found = _PAIR.fullmatch(plain)
        if found is None:
            yield from [plain] if plain else []
            continue
        name, parameters, kind, message, body = found.groups()
        yield _TRY.format(name=name, parameters=parameters, body=body)
        empty = " OR x::VARCHAR = 'null'" if name.startswith("json_") else ""
        yield _STRICT.format(
            name=name,
            parameters=parameters,
            kind=kind,
            empty=empty,
            message=message.removeprefix("Cannot cast to "),
        )
