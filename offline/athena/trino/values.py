"""Converts the JSON values of Trino's protocol to Python, by the columns' type signatures.

trino.io/docs/current/develop/client-protocol.html describes the protocol.
"""

import base64
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from offline.athena.functions.escapes import escape

Signature = Mapping[str, Any]

_NAMES = {"real": "float"}  # types that Athena's API names differently from Trino


def athena_type(signature: Signature) -> str:
    """Return the type name that GetQueryResults gives a column, of a decimal with its sizes."""
    raw: str = signature["rawType"]
    if raw == "decimal":
        return f"{raw}({','.join(str(size['value']) for size in signature['arguments'])})"
    return _NAMES.get(raw, raw)


def as_python(value: Any, signature: Signature) -> Any:
    """Return a value as the embedded engine returns it.

    Dates and times that Python cannot represent, such as those before year 1, stay Trino's text.
    """
    if value is None:
        return None
    kind = signature["rawType"]
    inner = [argument["value"] for argument in signature["arguments"]]
    if kind == "array":
        return [as_python(item, inner[0]) for item in value]
    if kind == "map":
        return {_key(key, inner[0]): as_python(item, inner[1]) for key, item in value.items()}
    if kind == "row":
        return {
            _field_name(field, at): as_python(item, field["typeSignature"])
            for at, (item, field) in enumerate(zip(value, inner, strict=True))
        }
    return _scalar(value, kind)


def _scalar(value: Any, kind: str) -> Any:
    if kind in ("double", "real"):
        return float(value)  # NaN and infinities come as text
    if kind == "decimal":
        return Decimal(value)
    if kind == "varbinary":
        return base64.b64decode(value)
    if kind == "date":
        return _or_text(value, date.fromisoformat)
    if kind == "timestamp":
        return _or_text(value, datetime.fromisoformat)
    if kind == "timestamp with time zone":
        return _or_text(value, _in_utc)
    return escape(value.encode()) if isinstance(value, str) else value


def _or_text(value: str, read: Any) -> Any:
    try:
        return read(value)
    except ValueError:
        return value


def _in_utc(text: str) -> datetime:
    """Read a time whose zone is UTC. Raises ValueError for any other zone."""
    if not text.endswith(" UTC"):
        raise ValueError(text)
    return datetime.fromisoformat(text.removesuffix(" UTC")).replace(tzinfo=UTC)


def _key(text: str, signature: Signature) -> Any:
    """Return a map's key, which in JSON is text whatever its type is."""
    kind = signature["rawType"]
    if kind in ("bigint", "integer", "smallint", "tinyint"):
        return int(text)
    return text == "true" if kind == "boolean" else as_python(text, signature)


def _field_name(field: Mapping[str, Any], at: int) -> str:
    name = field.get("fieldName")
    return name["name"] if name else f"field{at}"
