"""Reads the lines of text objects as Trino's TextLineReader does, in blocks of bounded size."""

import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

from offline.athena.functions.escapes import MARK, escape

BLOCK_BYTES = 4 * 1024 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib: a gzip header and trailer, largest window
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class UnreadableFileError(Exception):
    """When the bytes of a file cannot be decompressed; the message says why."""


def is_compressed(key: str) -> bool:
    """Tell whether Athena decompresses an object of this name: only a lower-case `.gz` counts."""
    return key.endswith(".gz")


def read_lines(path: Path, *, compressed: bool) -> Iterator[list[str]]:
    """Yield the file's lines, a block at a time.

    `\\n`, `\\r\\n` and a lone `\\r` end a line, a byte order mark at the start is skipped, a blank
    line is a line, and the last line needs no ending. Bytes that are not UTF-8 come escaped.

    Raises UnreadableFileError.
    """
    pieces = _gunzip(path) if compressed else _read(path)
    for block in _whole_lines(pieces):
        yield _split(block)


def _read(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(BLOCK_BYTES):
            yield piece


def _gunzip(path: Path) -> Iterator[bytes]:
    """Yield the bytes of all gzip members; like Java, ignore what follows the last one."""
    with path.open("rb") as file:
        pending = file.read(BLOCK_BYTES)
        if not pending:
            return
        while pending:
            member = zlib.decompressobj(_GZIP_WINDOW)
            yield from _inflate(member, pending, lambda: file.read(BLOCK_BYTES))
            pending = member.unused_data
            if len(pending) < len(_GZIP_MAGIC):
                pending += file.read(BLOCK_BYTES)
            if not pending.startswith(_GZIP_MAGIC):
                return


def _inflate(
    member: "zlib._Decompress", pending: bytes, read_more: Callable[[], bytes]
) -> Iterator[bytes]:
    while not member.eof:
        try:
            piece = member.decompress(pending, BLOCK_BYTES)
        except zlib.error as error:
            raise UnreadableFileError(f"corrupt gzip stream ({error})") from error
        if piece:
            yield piece
        pending = member.unconsumed_tail
        if not pending and not member.eof:
            pending = read_more()
            if not pending:
                raise UnreadableFileError("Unexpected end of ZLIB input stream")


def _whole_lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Regroup the pieces into blocks of whole lines, each line ended by `\\n` alone."""
    rest = [next(pieces, b"").removeprefix(_BYTE_ORDER_MARK)]
    if b"\r" in rest[0] or b"\n" in rest[0]:
        pieces, rest = _chain(rest[0], pieces), []
    for piece in pieces:
        if b"\r" in piece or (rest and rest[-1].endswith(b"\r")):
            piece = _normalise(b"".join([*rest, piece]))
            rest = []
        end = piece.rfind(b"\n") + 1
        if not end:
            rest.append(piece)
            continue
        yield b"".join([*rest, piece[:end]])
        rest = [piece[end:]]
    last = b"".join(rest)
    if last.endswith(b"\r"):
        last = last[:-1] + b"\n"
    if last:
        yield last if last.endswith(b"\n") else last + b"\n"


def _chain(first: bytes, others: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from others


def _normalise(data: bytes) -> bytes:
    """Turn `\\r\\n` and `\\r` into `\\n`; a `\\r` at the very end waits for what follows it."""
    held = data.endswith(b"\r")
    body = data[:-1] if held else data
    return body.replace(b"\r\n", b"\n").replace(b"\r", b"\n") + (b"\r" if held else b"")


def _split(block: bytes) -> list[str]:
    try:
        text = block.decode()
    except UnicodeDecodeError:
        text = escape(block)
    else:
        if MARK in text:
            text = escape(block)
    lines = text.split("\n")
    lines.pop()  # what follows the last ending: nothing
    return lines
