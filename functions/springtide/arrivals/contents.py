"""Guesses what an object holds from its first bytes."""

import bz2
import codecs
import zlib
from typing import Any

from springtide.sql.reasons import MAGIC

# The document in which a slice names its objects that are not text, with their reasons.
DOCUMENT = "misnamed"
# The advice for an object that cannot be decompressed.
NOT_PACKED = "not compressed as its name says: rename it, or compress it"
_NOTHING = (b"", codecs.BOM_UTF8)
_BEGINS = {bytes.fromhex(code): name for name, code in MAGIC.items()}
# The ending that makes Athena decompress a format.
_ENDINGS = {"gzip": ".gz", "zstd": ".zst", "bzip2": ".bz2"}
_WINDOWS = {".gz": 31, ".deflate": 15}  # zlib's: with gzip's header, with its own
# Enough to tell a binary format from a line of text that begins with the same letters.
_LOOKED_AT = 512
_CONTROLS = frozenset(range(32)) - frozenset(b"\t\n\r\x1e")


def begins_as(head: bytes) -> str:
    """What an object that begins with these bytes most likely is, whatever its name."""
    what = _format(head) or ("text" if _is_text(head[:_LOOKED_AT]) else "unknown")
    return f"{what} by its first bytes"


def binary(key: str, head: bytes) -> str | None:
    """Why an object that begins so holds no lines, and what to do; None if it may hold some."""
    if key.endswith(".zst"):
        return None  # Python has no Zstandard before 3.14
    outer = next((each for each in (*_WINDOWS, ".bz2") if key.endswith(each)), None)
    try:
        inner = _unpack(key, head)
    except (zlib.error, OSError, EOFError):
        return None
    found = _format(inner)
    if found is None or _is_text(inner[:_LOOKED_AT]):
        return None
    if outer is not None:
        return (
            f"{found} within {outer}: Athena unpacks once. Data that comes compressed already, as"
            " from CloudWatch Logs, is to be delivered by Firehose without compression"
        )
    if found in _ENDINGS:
        return f"{found} by its first bytes: give it a name that ends in {_ENDINGS[found]}"
    if found == "Parquet":
        return 'Parquet by its first bytes: declare format = "parquet" in [landing], or convert it'
    return f"{found} by its first bytes: lines of JSON are read; convert it"


def holds_text(key: str, head: bytes) -> bool:
    """Whether an object that begins so has any text; undecodable content counts as text."""
    if key.endswith(".zst"):
        return not _is_empty_frame(head)
    try:
        text = _unpack(key, head)
    except (zlib.error, OSError, EOFError):
        return True
    return text not in _NOTHING


def _format(head: bytes) -> str | None:
    return next((name for magic, name in _BEGINS.items() if head.startswith(magic)), None)


def _is_text(head: bytes) -> bool:
    """Whether bytes are UTF-8, possibly cut within a character, without control characters."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return _CONTROLS.isdisjoint(head)


def _unpack(key: str, head: bytes) -> bytes:
    """The beginning of the content; raises zlib.error, OSError or EOFError if it is not so."""
    text = b""
    while head and len(text) < _LOOKED_AT:  # several gzips, one after the other
        member = _unpacker(key)
        if member is None:
            return head
        text += member.decompress(head, _LOOKED_AT)
        if not member.eof and text in _NOTHING:
            raise EOFError  # more of it is needed
        head = member.unused_data
    return text


def _unpacker(key: str) -> Any:
    if key.endswith(".bz2"):
        return bz2.BZ2Decompressor()
    window = next((size for ending, size in _WINDOWS.items() if key.endswith(ending)), None)
    return None if window is None else zlib.decompressobj(window)


def _is_empty_frame(head: bytes) -> bool:
    """Whether a Zstandard frame holds only an empty block (RFC 8878, 3.1.1)."""
    if len(head) < 5 or not head.startswith(b"\x28\xb5\x2f\xfd"):
        return False
    descriptor = head[4]
    single, size_code, dictionary = descriptor >> 5 & 1, descriptor >> 6, (0, 1, 2, 4)
    at = 5 + (not single) + dictionary[descriptor & 3]
    at += (single, 2, 4, 8)[size_code]
    block = int.from_bytes(head[at : at + 3], "little")
    return len(head) >= at + 3 and block & 1 == 1 and block >> 3 == 0
