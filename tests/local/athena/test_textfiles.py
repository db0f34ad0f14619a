"""Lines of text objects, cut as Trino cuts them."""

import bz2
import gzip
import zlib
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

from offline.athena.files.text_files import BLOCK_BYTES, UnreadableFileError, read_lines
from offline.athena.functions.escapes import MARK, escape, readable, unescape


def lines(path: Path, data: bytes, key: str = "a.json") -> list[str]:
    path.write_bytes(data)
    return [line for block in read_lines(path, key) for line in block]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"a", ["a"]),
        (b"a\n", ["a"]),
        (b"a\n\n", ["a", ""]),
        (b"\n", [""]),
        (b"\r\n", [""]),
        (b"\r", [""]),
        (b"a\r\nb\rc\nd", ["a", "b", "c", "d"]),
        (b"a\r\rb", ["a", "", "b"]),
        (b"a\n\rb", ["a", "", "b"]),
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n", ["a", "\ufeffb"]),
        (b"\xef\xbb\xbf", []),
        (b"\xef\xbb\xbf\n", [""]),
        ("a\x0bb\x0cc\x1cd\x85e\u2028f\n".encode(), ["a\x0bb\x0cc\x1cd\x85e\u2028f"]),
        (b"a\x00b\x01\\N\t\n", ["a\x00b\x01\\N\t"]),
    ],
)
def test_lines_end_as_in_trino(tmp_path: Path, data: bytes, expected: list[str]) -> None:
    assert lines(tmp_path / "f", data) == expected
    assert lines(tmp_path / "g", gzip.compress(data), "a.gz") == expected


@pytest.mark.parametrize("ending", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("shift", [-1, 0, 1])
def test_lines_across_blocks(tmp_path: Path, ending: bytes, shift: int) -> None:
    first = b"x" * (BLOCK_BYTES - len(ending) + shift)
    data = first + ending + b"second" + ending + ending + b"last"

    assert lines(tmp_path / "f", data) == [first.decode(), "second", "", "last"]


def test_line_of_many_blocks(tmp_path: Path) -> None:
    long = "é" * (3 * BLOCK_BYTES // 2)

    assert lines(tmp_path / "f", f"{long}\nb\n".encode()) == [long, "b"]


@pytest.mark.parametrize(
    "data",
    [
        b"not gzip",
        gzip.compress(b"a\n" * 1000)[:-9],
        gzip.compress(b"a\n" * 1000)[:12],
        gzip.compress(b"a\n")[:-8] + b"\0" * 8,
        gzip.compress(b"a\n") + gzip.compress(b"b\n" * 1000)[:15],
        zlib.compress(b"a\n"),
    ],
    ids=["plain", "no trailer", "cut early", "wrong checksum", "second member cut", "zlib"],
)
def test_broken_gzip_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(UnreadableFileError):
        lines(tmp_path / "f", data, "a.gz")


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"plain", "plain"),
        (b"\xff\xfe\x80", "\ufffd\ufffd\ufffd"),
        (b"a\xc3", "a\ufffd"),
        (b"\xed\xa0\x80", "\ufffd"),  # a surrogate: one, as Trino has it
        ("žluť 🚗".encode(), "žluť 🚗"),
        (f"real mark {MARK}".encode() + b"\xff", f"real mark {MARK}\ufffd"),
    ],
)
def test_bytes_survive_in_a_line(tmp_path: Path, data: bytes, shown: str) -> None:
    (line,) = lines(tmp_path / "f", data)

    assert unescape(line) == data
    assert readable(line) == shown
    assert escape(data) == line
    line.encode()


def zstd(data: bytes) -> bytes:
    packed: bytes = pa.compress(data, codec="zstd", asbytes=True)
    return packed


@pytest.mark.parametrize(
    ("key", "pack"), [("a.bz2", bz2.compress), ("a.zst", zstd), ("a.deflate", zlib.compress)]
)
def test_compressions_are_unpacked_by_name(
    tmp_path: Path, key: str, pack: Callable[[bytes], bytes]
) -> None:
    text = b"".join(b"%d\n" % number for number in range(200_000))

    found = lines(tmp_path / "x", pack(text), key)

    assert found == [str(number) for number in range(200_000)]
    assert lines(tmp_path / "x", b"", key) == []
    for broken in (pack(text)[:-20], b"plain text\n", zlib.compressobj(wbits=-15).flush()):
        with pytest.raises(UnreadableFileError):
            lines(tmp_path / "x", broken, key)


def test_text_named_gz_fails_in_java_s_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match=r"^Not in GZIP format$"):
        lines(tmp_path / "x", b"plain text\n", "a.gz")


def test_second_bzip2_stream_fails_and_second_zstd_frame_is_read(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="bad block header"):
        lines(tmp_path / "x", bz2.compress(b"a\n") + bz2.compress(b"b\n"), "a.bz2")
    assert lines(tmp_path / "x", zstd(b"a\n") + zstd(b"b\n"), "a.zst") == ["a", "b"]
