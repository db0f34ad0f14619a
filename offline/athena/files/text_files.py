"""Reads the lines of text objects like Trino's TextLineReader, in blocks of bounded size."""

import bz2
import zlib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from offline.athena.functions.escapes import MARK, escape

# A block stays in the CPU's cache while it is processed: 4 MiB would cost twice as much.
BLOCK_BYTES = 256 * 1024
_GZIP_MAGIC = b"\x1f\x8b"
_BZIP2_MAGIC = b"BZh"
_GZIP_WINDOW = 31  # zlib: a gzip header and trailer, largest window
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


class UnreadableFileError(Exception):
    """A file cannot be decompressed; the message says why."""


def read_lines(path: Path, key: str) -> Iterator[list[str]]:
    """Yield the lines of a file, a block at a time; its key's ending decides the compression.

    `\n`, `\r\n` and a lone `\r` end a line, a byte order mark at the start is skipped, a blank line
    is a line, and the last line needs no ending. Bytes that are not UTF-8 come escaped.

    Raises UnreadableFileError.
    """
    try:
        with path.open("rb") as file:
            for block in _whole_lines(unpacked(file, key)):
                yield _split(block)
    except PermissionError as error:
        raise UnreadableFileError("Access Denied") from error


def unpacked(file: BinaryIO, key: str) -> Iterator[bytes]:
    """Yield the decompressed bytes of a file; its key's ending decides the compression.

    Raises UnreadableFileError.
    """
    return next((unpack for end, unpack in _UNPACKERS.items() if key.endswith(end)), _read)(file)


def _read(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(BLOCK_BYTES):
        yield piece


def _gunzip(file: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of all gzip members; like Java, ignore bytes after the last one."""
    return _members(file, _GZIP_WINDOW, _GZIP_MAGIC)


def _inflate_all(file: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of a `.deflate` file: zlib streams, one after the other."""
    return _members(file, zlib.MAX_WBITS, b"")


def _members(file: BinaryIO, window: int, magic: bytes) -> Iterator[bytes]:
    pending = file.read(BLOCK_BYTES)
    if pending and not pending.startswith(magic):
        raise UnreadableFileError("Not in GZIP format")  # Java's message
    while pending and pending.startswith(magic):
        member = zlib.decompressobj(window)
        yield from _inflate(member, pending, lambda: file.read(BLOCK_BYTES))
        pending = member.unused_data
        if len(pending) < len(_GZIP_MAGIC):
            pending += file.read(BLOCK_BYTES)


def _inflate(
    member: "zlib._Decompress", pending: bytes, read_more: Callable[[], bytes]
) -> Iterator[bytes]:
    while not member.eof:
        try:
            piece = member.decompress(pending, BLOCK_BYTES)
        except zlib.error as error:
            raise UnreadableFileError(f"corrupt compressed stream ({error})") from error
        if piece:
            yield piece
        pending = member.unconsumed_tail
        if not pending and not member.eof:
            pending = read_more()
            if not pending:
                raise UnreadableFileError("Unexpected end of ZLIB input stream")


def _bunzip(file: BinaryIO) -> Iterator[bytes]:
    """Yield the bytes of one bzip2 stream; Trino fails on a second one, but not on zeros."""
    stream = bz2.BZ2Decompressor()
    pending = file.read(BLOCK_BYTES)
    if not pending:
        return
    while not stream.eof:
        try:
            piece = stream.decompress(pending, BLOCK_BYTES)
        except OSError as error:
            raise UnreadableFileError(f"corrupt compressed stream ({error})") from error
        if piece:
            yield piece
        pending = b""
        if stream.needs_input and not stream.eof:
            pending = file.read(BLOCK_BYTES)
            if not pending:
                raise UnreadableFileError("unexpected end of stream")
    if (stream.unused_data + file.read(len(_BZIP2_MAGIC))).startswith(_BZIP2_MAGIC):
        raise UnreadableFileError("bad block header")


def _unzstd(file: BinaryIO) -> Iterator[bytes]:
    if not file.peek(1):  # type: ignore[attr-defined]
        return
    try:
        with pa.CompressedInputStream(pa.PythonFile(file, "r"), "zstd") as stream:
            while piece := stream.read(BLOCK_BYTES):
                yield piece
    except OSError as error:
        raise UnreadableFileError(f"corrupt compressed stream ({error})") from error


# The endings by which Trino decompresses; only in lower case.
_UNPACKERS = {".gz": _gunzip, ".bz2": _bunzip, ".zst": _unzstd, ".deflate": _inflate_all}


def _whole_lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Regroup the pieces into blocks of whole lines, each line ended by `\\n` alone."""
    rest = [next(pieces, b"").removeprefix(_BYTE_ORDER_MARK)]
    if b"\r" in rest[0] or b"\n" in rest[0]:
        pieces, rest = chain(rest, pieces), []
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


def _normalise(data: bytes) -> bytes:
    """Replace `\r\n` and `\r` by `\n`; a `\r` at the very end waits for the next block."""
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
    lines.pop()  # after the last line end: nothing
    return lines
