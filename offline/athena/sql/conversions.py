"""Casts, and the coercions that Trino makes unasked."""

import json
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from offline.athena.service.errors import not_supported
from offline.athena.sql.refusals import HINT
from offline.athena.sql.typed import Typed, quote, quoted
from offline.athena.sql.types import DATE, RAW_JSON, UNKNOWN, WHOLE, ZONED, Type

_FROM_TEXT = (*WHOLE, "real", "double", "boolean", "date", "decimal", "timestamp")
_FROM_JSON = (*WHOLE, "real", "double", "boolean", "varchar")
_AS_JSON = (*WHOLE, "boolean", "varchar", "date", "json", "array", "map", "row", "unknown")
_FRACTIONS = {0: "", 3: ".%g", 6: ".%f"}
_MILLISECONDS = 3


def local(found: Typed) -> Typed:
    """Return a zoned timestamp as its zone's clocks show it.

    Raises QueryFailed if the zone is another for each value.
    """
    digits, zone = found.type.args
    if zone is None:
        raise not_supported(
            "the embedded engine does not offer values that have a time zone each; add AT TIME ZONE"
            f" 'UTC', or: {HINT}"
        )
    return Typed(f"timezone('{zone}', {found.sql})", Type("timestamp", (digits,)))


def coerce(found: Typed, target: Type) -> Typed:
    """Return a value as a type that Trino coerces it to."""
    source = found.type
    if source == UNKNOWN:
        return Typed(f"CAST(NULL AS {target.duckdb})", target)
    if source == RAW_JSON:
        return Typed(f"CAST(py_json(CAST({found.sql} AS VARCHAR)) AS JSON)", target)
    if source.duckdb == target.duckdb:
        return Typed(found.sql, target, found.is_literal, found.text)
    if source == DATE and target.name == ZONED:
        return Typed(f"CAST(CAST({found.sql} AS TIMESTAMP) AS TIMESTAMPTZ)", target)
    if target.name in ("array", "row") and any(item.name == "row" for item in source.inside()):
        return cast(found, target)
    return Typed(f"CAST({found.sql} AS {target.duckdb})", target, found.is_literal)


def cast(
    found: Typed, target: Type, *, lenient: bool = False, node: exp.Expr | None = None
) -> Typed:
    """Return an explicit cast; a lenient one gives NULL where it fails.

    Raises QueryFailed for a cast that Trino does not have or that is not offered.
    """
    source = found.type
    if source == UNKNOWN:
        return coerce(found, target)
    sql = _RULES.get(source.name, _plain)(found.sql, source, target, lenient)
    if sql is None:
        raise not_supported(
            f"the embedded engine does not offer the cast from {source} to {target}; {HINT}"
        )
    if source.name == "json text":
        target = Type(
            "row",
            tuple(RAW_JSON if item.name == "json" else item for item in target.args),
            target.fields,
        )
    return Typed(sql, target)


def _plain(x: str, source: Type, target: Type, lenient: bool) -> str | None:
    if source == target:
        return x
    return None


def _prefix(lenient: bool) -> str:
    return "try_" if lenient else "trino_"


def _direct(x: str, target: Type, lenient: bool) -> str:
    return f"{'TRY_CAST' if lenient else 'CAST'}({x} AS {target.duckdb})"


def _shortened(x: str, target: Type, lenient: bool, *, may_cut: bool = False) -> str:
    """Return text that fits a varchar's length: cut if it was text, else it must fit."""
    if not target.args:
        return x
    if may_cut:
        return f"substr({x}, 1, {target.args[0]})"
    return f"{_prefix(lenient)}fitting({x}, {target.args[0]})"


def _number(x: str, source: Type, target: Type, lenient: bool) -> str | None:
    floating = source.name in ("real", "double")
    if target.name == "boolean":
        return f"({x} <> 0)"
    if target.name == "varchar":
        if source.name == "real":
            return None
        worded = f"trino_double_text({x})" if floating else f"CAST({x} AS VARCHAR)"
        if source.name == "decimal":
            worded = f"trino_decimal_text({x})"
        return _shortened(worded, target, lenient)
    if target.name == "json" and source.name == "double":
        return f"CAST(py_double_json({x}) AS JSON)"
    if target.name == "json" and source.name != "real":
        return f"CAST({_number(x, source, Type('varchar'), lenient)} AS JSON)"
    if not target.is_number:
        return None
    if target.name in WHOLE and floating:
        return f"{_prefix(lenient)}rounded({_direct('round(' + x + ')', target, True)}, {x})"
    if target.name == "decimal" and floating:
        made = f"py_double_to_decimal(CAST({x} AS DOUBLE), {target.args[1]})"
        return _direct(made, target, lenient) if source.name == "double" else None
    return _direct(x, target, lenient)


def _text(x: str, source: Type, target: Type, lenient: bool) -> str | None:
    if target.name == "varchar":
        return _shortened(x, target, lenient, may_cut=True)
    if target.name == "json":
        return f"to_json({x})"
    if target.name not in _FROM_TEXT or target.args not in ((), (_MILLISECONDS,), target.args):
        return None
    if target.name == "timestamp" and target.args[0] != _MILLISECONDS:
        return None
    if target.name == "decimal":
        return _direct(f"{_prefix(lenient)}text_decimal({x})", target, lenient)
    return f"{_prefix(lenient)}{target.name}({x})"


def _boolean(x: str, source: Type, target: Type, lenient: bool) -> str | None:
    if target.name == "json":
        return f"to_json({x})"
    if target.name == "varchar":
        return _shortened(f"CAST({x} AS VARCHAR)", target, lenient)
    return _direct(x, target, lenient) if target.is_number or target == source else None


def _moment(x: str, source: Type, target: Type, lenient: bool) -> str | None:
    if source.name == ZONED:
        if target.name == ZONED:
            return x if target.args[0] >= source.args[0] else None
        found = local(Typed(x, source))
        if target.name == "varchar" and source.args[1] is not None:
            worded = _moment(found.sql, found.type, Type("varchar"), lenient)
            return worded and f"({worded} || ' {source.args[1]}')"
        return _moment(found.sql, found.type, target, lenient)
    if target.name == "varchar":
        if source == DATE:
            return _shortened(f"CAST({x} AS VARCHAR)", target, lenient)
        if source.args[0] not in _FRACTIONS:
            return None
        worded = f"strftime({x}, '%Y-%m-%d %H:%M:%S{_FRACTIONS[source.args[0]]}')"
        return _shortened(worded, target, lenient)
    if target.name == "date":
        return f"CAST({x} AS DATE)"
    if target.name == ZONED:
        return coerce(Typed(x, source), target).sql
    if target.name == "json" and source == DATE:
        return f"to_json({x})"
    if target.name != "timestamp":
        return None
    if source == DATE or target.args[0] >= source.args[0]:
        return f"CAST({x} AS TIMESTAMP)"
    return f"trino_milliseconds({x})" if target.args[0] == _MILLISECONDS else None


def _json(x: str, source: Type, target: Type, lenient: bool) -> str | None:
    if target.name == "json":
        return coerce(Typed(x, source), target).sql if source == RAW_JSON else x
    if target.name == "varchar":
        return _shortened(f"{_prefix(lenient)}json_to_varchar({x})", target, lenient)
    if target.name in _FROM_JSON:
        return f"{_prefix(lenient)}json_to_{target.name}({x})"
    if target.name == "row":
        return _json_row(x, "json_row", target, lenient)
    if target.name in ("array", "map") and not lenient:
        item = quoted(f"item{depth(target)}")
        inner = _json(
            f"{item}" if target.name == "array" else f"{item}.value",
            source,
            target.args[-1],
            lenient,
        )
        if inner is None:
            return None
        if target.name == "array":
            return f"list_transform(trino_json_list({x}), lambda {item}: {inner})"
        if target.args[0].name != "varchar":
            return None
        pairs = f"lambda {item}: {{'key': {item}.key, 'value': {inner}}}"
        return f"map_from_entries(list_transform(trino_json_entries({x}), {pairs}))"
    return None


def depth(kind: Type) -> int:
    """Return how many types deep a type is: lambdas inside each other need names of their own."""
    return 1 + max((depth(item) for item in kind.args if isinstance(item, Type)), default=0)


def _json_row(x: str, form: str, target: Type, lenient: bool) -> str | None:
    """Take the fields as JSON first, then cast each: DuckDB's own cast of objects is stricter."""
    if not target.fields:
        return None
    structure = json.dumps(dict.fromkeys(target.fields, "JSON"))
    names = ",".join(target.fields)
    row = f"{_prefix(lenient)}{form}({x}, {quote(structure)}, {quote(names)})"
    if all(kind.name == "json" for kind in target.args):
        return row
    json_fields = Type("row", (Type("json"),) * len(target.args), target.fields)
    return _row(row, json_fields, target, lenient)


def field_name(kind: Type, at: int) -> str:
    """Return the name that a row's field has in DuckDB."""
    return kind.fields[at] if kind.fields else f"v{at + 1}"


def _row(x: str, source: Type, target: Type, lenient: bool) -> str | None:
    if target.name == "json":
        return _as_json(x, source)
    if target.name != "row" or len(source.args) != len(target.args):
        return None
    item = quoted(f"row{depth(target)}")
    members = []
    for at, (inner, wanted) in enumerate(zip(source.args, target.args, strict=True)):
        value = Typed(f"struct_extract({item}, {quote(field_name(source, at))})", inner)
        made = cast(value, wanted, lenient=lenient).sql
        members.append(f"{quote(field_name(target, at))}: {made}")
    pack = f"CASE WHEN {item} IS NULL THEN NULL ELSE {{{', '.join(members)}}} END"
    return f"list_extract(list_transform([{x}], lambda {item}: {pack}), 1)"


def _as_json(x: str, source: Type) -> str | None:
    """Return an array, map or row as JSON: a map's keys are sorted, a row's fields are not."""
    names = {item.name for item in source.inside()}
    unnamed = any(item.name == "row" and not item.fields for item in source.inside())
    other_keys = any(
        item.name == "map" and item.args[0].name != "varchar" for item in source.inside()
    )
    if not names <= set(_AS_JSON) or unnamed or other_keys or names >= {"row", "map"}:
        return None
    made = f"to_json({x})"
    return f"CAST(py_json(CAST({made} AS VARCHAR)) AS JSON)" if "map" in names else made


def _array(x: str, source: Type, target: Type, lenient: bool) -> str | None:
    if target.name == "json":
        return _as_json(x, source)
    if target.name != "array":
        return None
    if source.args[0].duckdb == target.args[0].duckdb or source.args[0] == UNKNOWN:
        return _direct(x, target, lenient)
    item = quoted(f"item{depth(target)}")
    inner = cast(Typed(item, source.args[0]), target.args[0], lenient=lenient).sql
    return f"list_transform({x}, lambda {item}: {inner})"


def _map(x: str, source: Type, target: Type, lenient: bool) -> str | None:
    if target.name == "json":
        return _as_json(x, source)
    if target.name != "map" or source.args[0].duckdb != target.args[0].duckdb:
        return None
    if source.args[1].duckdb == target.args[1].duckdb or source.args[1] == UNKNOWN:
        return _direct(x, target, lenient)
    item = quoted(f"item{depth(target)}")
    inner = cast(Typed(item, source.args[1]), target.args[1], lenient=lenient).sql
    return f"trino_map(map_keys({x}), list_transform(map_values({x}), lambda {item}: {inner}))"


_RULES: dict[str, Callable[[str, Type, Type, bool], Any]] = {
    **dict.fromkeys((*WHOLE, "decimal", "real", "double"), _number),
    "varchar": _text,
    "boolean": _boolean,
    **dict.fromkeys(("date", "timestamp", ZONED), _moment),
    "json": _json,
    "json text": lambda x, source, target, lenient: _json_row(x, "json_text_row", target, lenient),
    "row": _row,
    "array": _array,
    "map": _map,
}
