"""The columns of a Parquet file in Glue's types, as a crawler finds them."""

from collections.abc import Callable
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

_SCALARS: tuple[tuple[Callable[[pa.DataType], bool], str], ...] = (
    (pa.types.is_boolean, "boolean"),
    (pa.types.is_int64, "bigint"),
    (pa.types.is_float32, "float"),
    (pa.types.is_float64, "double"),
    (pa.types.is_date32, "date"),
    (pa.types.is_timestamp, "timestamp"),
    (lambda kind: kind in (pa.int8(), pa.int16(), pa.int32(), pa.uint8(), pa.uint16()), "int"),
    (lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind), "string"),
)


def columns_of(file: BinaryIO) -> dict[str, str | None]:
    """Return the type of each column; None for one that Athena does not read, or reads wrongly.

    Raises pyarrow.ArrowException if it is not Parquet.
    """
    return {field.name.lower(): glue_type(field.type) for field in pq.read_schema(file)}


def glue_type(kind: pa.DataType) -> str | None:
    """Return Glue's name for a type, None if there is none."""
    if pa.types.is_decimal128(kind):
        return f"decimal({kind.precision},{kind.scale})"
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        inner = glue_type(kind.value_type)
        return inner and f"array<{inner}>"
    if pa.types.is_map(kind):
        inner = glue_type(kind.item_type) if glue_type(kind.key_type) == "string" else None
        return inner and f"map<string,{inner}>"
    if pa.types.is_struct(kind):
        members = [(field.name.lower(), glue_type(field.type)) for field in kind]
        known = [f"{name}:{inner}" for name, inner in members if inner]
        return f"struct<{','.join(known)}>" if known else None
    if pa.types.is_dictionary(kind):
        return glue_type(kind.value_type)
    return next((name for fits, name in _SCALARS if fits(kind)), None)
