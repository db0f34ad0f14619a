"""Escapes bytes that are not UTF-8, so that DuckDB's strings can hold any bytes as Trino's do."""

import re
from collections.abc import Iterator

# A byte that is not part of valid UTF-8 becomes this code point followed by the code point with the
# byte's number. Real text never has it (it is a noncharacter); if it does, its own four bytes are
# escaped, so every value comes back as the bytes it was.
MARK = "\U0010ffff"
_MARK_ESCAPED = "".join(MARK + chr(byte) for byte in MARK.encode())
_SURROGATE = re.compile("[\udc80-\udcff]")
_ESCAPE = re.compile(MARK + "([\x80-\xff])")


def escape(data: bytes) -> str:
    """Return the bytes as text that DuckDB accepts."""
    text = data.decode("utf-8", "surrogateescape")
    if MARK in text:
        text = text.replace(MARK, _MARK_ESCAPED)
    if text.isascii():
        return text
    return _SURROGATE.sub(lambda found: MARK + chr(ord(found[0]) - 0xDC00), text)


def unescape(text: str) -> bytes:
    """Return the bytes that `escape` was given."""
    if MARK not in text:
        return text.encode()
    plain = _ESCAPE.sub(lambda found: chr(ord(found[1]) + 0xDC00), text)
    return plain.encode("utf-8", "surrogateescape")


def readable(text: str) -> str:
    """Return the text with U+FFFD in place of bytes that are not UTF-8, like Trino."""
    return replaced(unescape(text)) if MARK in text else text


def replaced(data: bytes) -> str:
    """Return the bytes as text, with one U+FFFD for each part that is not UTF-8.

    Parts are cut as in airlift's SliceUtf8: a sequence of the length that its first byte says is
    one part, even if it is overlong, a surrogate or beyond U+10FFFF; one that ends early is a part
    up to there.
    """
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "".join(_parts(data))


_BROKEN = re.compile(
    rb"[\xc0-\xdf][\x80-\xbf]?|[\xe0-\xef][\x80-\xbf]{0,2}|[\xf0-\xf7][\x80-\xbf]{0,3}"
    rb"|[\xf8-\xfb][\x80-\xbf]{0,4}|[\xfc-\xfd][\x80-\xbf]{0,5}|[\x80-\xff]|[\x00-\x7f]+"
)


def _parts(data: bytes) -> Iterator[str]:
    for part in _BROKEN.findall(data):
        try:
            yield part.decode()
        except UnicodeDecodeError:
            yield "\ufffd"
