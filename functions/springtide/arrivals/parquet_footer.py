"""Reads a Parquet object's footer: its rows and columns.

The footer is Thrift's compact protocol (github.com/apache/thrift, doc/specs); its structures are
those of parquet.thrift in github.com/apache/parquet-format.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

MAGIC = b"PAR1"
# The trailer: the footer's length in four bytes, and the magic.
TRAILER_BYTES = 8
PHYSICAL = (
    "BOOLEAN", "INT32", "INT64", "INT96", "FLOAT", "DOUBLE", "BYTE_ARRAY", "FIXED_LEN_BYTE_ARRAY",
)  # fmt: skip
# ConvertedType, the annotation of older writers; types that no column can be declared for are
# OTHER.
_CONVERTED = {
    0: "STRING", 1: "MAP", 2: "MAP", 3: "LIST", 4: "STRING", 5: "DECIMAL", 6: "DATE",
    9: "TIMESTAMP", 10: "TIMESTAMP", 11: "UINT_8", 12: "UINT_16", 13: "UINT_32", 14: "UINT_64",
    15: "INT_8", 16: "INT_16", 17: "INT_32", 18: "INT_64", 19: "STRING",
}  # fmt: skip
# LogicalType, by its field in the union.
_LOGICAL = {
    1: "STRING", 2: "MAP", 3: "LIST", 4: "STRING", 5: "DECIMAL", 6: "DATE", 8: "TIMESTAMP",
    11: "UNKNOWN", 12: "STRING",
}  # fmt: skip
# Codecs that Trino 476 fails over, without naming the object.
_NOT_UNPACKED = {4: "BROTLI", 7: "LZ4_RAW"}
_INTEGER = 10
_REPEATED = 2


class Column(NamedTuple):
    """An element of the schema."""

    name: str
    physical: str  # one of PHYSICAL; empty for a group
    annotation: str  # STRING, LIST, MAP, DECIMAL, DATE, TIMESTAMP, INT_8 …, OTHER; or empty
    repeated: bool
    digits: tuple[int, int]  # of a DECIMAL: precision and scale
    members: "tuple[Column, ...]"
    codec: str = ""  # codec of an outermost column that Athena cannot decompress

    def __str__(self) -> str:
        digits = f"({self.digits[0]},{self.digits[1]})" if self.annotation == "DECIMAL" else ""
        return " ".join(filter(None, (self.physical or "group", self.annotation + digits)))


class Footer(NamedTuple):
    """The rows of an object, and its columns."""

    rows: int
    columns: tuple[Column, ...]


class NotParquetError(ValueError):
    """The bytes are not a Parquet footer."""


def length_of(tail: bytes) -> int:
    """The footer's length, from an object's end; raises NotParquetError if it has none."""
    if len(tail) < TRAILER_BYTES or not tail.endswith(MAGIC):
        raise NotParquetError("it does not end with PAR1")
    return int.from_bytes(tail[-8:-4], "little")


def read(footer: bytes) -> Footer:
    """Reads a footer without its trailer; raises NotParquetError if it is not one."""
    try:
        fields = _Compact(footer).struct(until=4)
        elements = iter(fields[2])
        root = next(elements)
        columns = (_column(elements) for _ in range(root[5]))
        codecs = _codecs(fields.get(4, []))
        packed = (column._replace(codec=codecs.get(column.name, "")) for column in columns)
        return Footer(int(fields[3]), tuple(packed))
    except (IndexError, KeyError, TypeError, StopIteration, ValueError, RecursionError) as err:
        raise NotParquetError(f"its footer cannot be read ({type(err).__name__})") from err


def _codecs(groups: list[dict[int, Any]]) -> dict[str, str]:
    """Codecs that Athena cannot decompress, by outermost column; writers use one for all."""
    chunks = (chunk[3] for group in groups for chunk in group[1] if 3 in chunk)
    return {chunk[3][0].decode(): _NOT_UNPACKED.get(chunk[4], "") for chunk in chunks}


def _column(elements: Iterator[dict[int, Any]]) -> Column:
    element = next(elements)
    members = tuple(_column(elements) for _ in range(element.get(5, 0)))
    return Column(
        element[4].decode(),
        PHYSICAL[element[1]] if 1 in element else "",
        _annotation(element),
        element.get(3) == _REPEATED,
        (element.get(8, 0), element.get(7, 0)),
        members,
    )


def _annotation(element: dict[int, Any]) -> str:
    logical: dict[int, Any] = element.get(10, {})
    for number, value in logical.items():
        if number == _INTEGER:
            return f"{'INT' if value[2] else 'UINT'}_{value[1]}"
        return _LOGICAL.get(number, "OTHER")
    return _CONVERTED.get(element[6], "OTHER") if 6 in element else ""


class _Compact:
    """A reader of Thrift's compact protocol."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def struct(self, until: int = 1 << 15) -> dict[int, Any]:
        """The fields by their numbers, up to field `until`.

        If field `until` is a list, only its first element is read.
        """
        fields: dict[int, Any] = {}
        number = 0
        while (header := self._byte()) != 0:
            delta, kind = header >> 4, header & 15
            number = number + delta if delta else self._whole()
            most = 1 if number >= until else 1 << 31
            fields[number] = kind == 1 if kind in (1, 2) else self._value(kind, most)
            if number >= until:
                break
        return fields

    def _value(self, kind: int, most: int = 1 << 31) -> Any:
        if kind in (1, 2):  # in a list
            return self._byte() == 1
        if kind == 3:
            return self._byte()
        if kind in (4, 5, 6):
            return self._whole()
        if kind == 7:
            return self._bytes(8)
        if kind == 8:
            return self._bytes(self._varint())
        if kind in (9, 10):
            header = self._byte()
            count = header >> 4 if header >> 4 != 15 else self._varint()
            return [self._value(header & 15) for _ in range(min(count, most))]
        if kind == 12:
            return self.struct()
        raise ValueError(f"type {kind}")  # a map: none of the structures that are read here has one

    def _byte(self) -> int:
        self._at += 1
        return self._data[self._at - 1]

    def _bytes(self, count: int) -> bytes:
        if self._at + count > len(self._data):
            raise IndexError(count)
        self._at += count
        return self._data[self._at - count : self._at]

    def _varint(self) -> int:
        value = shift = 0
        while True:
            byte = self._byte()
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    def _whole(self) -> int:
        value = self._varint()
        return value >> 1 ^ -(value & 1)
