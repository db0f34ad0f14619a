"""Objects under names that Athena reads in one way or another."""

import bz2
import lzma
import zlib

import pyarrow as pa


def _gzipped(data: bytes) -> bytes:
    """The same bytes on every version of Python: gzip's header is another from 3.13 on."""
    return zlib.compress(data, 9, wbits=31)


_TEXT = b'{"a":1}\n{"a":2}\n{"a":3}\n'
_RAW = zlib.compressobj(wbits=-15)
_ZSTD: bytes = pa.compress(_TEXT, codec="zstd", asbytes=True)
_GZIP = _gzipped(_TEXT)
_BGZF_END = bytes.fromhex("1f8b08040000000000ff0600424302001b0003000000000000000000")

OBJECTS: dict[str, bytes] = {
    "plain.json": _TEXT,
    "crlf.json": _TEXT.replace(b"\n", b"\r\n"),
    "cr.json": _TEXT.replace(b"\n", b"\r"),
    "mixed ends.json": b"a\r\r\nb\n\rc\r",
    "form feed.json": b"a\x0cb\n",
    "separators.json": "a\u2028b\u0085c\u2029d\n".encode(),
    "controls.json": b"".join(b"%d:a%cb\n" % (n, n) for n in range(256) if n not in (10, 13)),
    "null.json": b"\\N\n",
    "our null.json": b"\x01\x02no line is null\x02\x01\n",
    "utf-16.json": "a\nb\n".encode("utf-16"),
    "mark.json": b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n",
    "mark alone.json": b"\xef\xbb\xbf",
    "blank.json": b"\n\n",
    "empty.json": b"",
    "a.gz": _GZIP,
    "two members.gz": _GZIP + _GZIP,
    "bgzf.gz": _GZIP + _BGZF_END,
    "zeros behind.gz": _GZIP + b"\0" * 512,
    "text behind.gz": _GZIP + b"text",
    "nothing.gz": _gzipped(b""),
    "empty.gz": b"",
    "cut.gz": _GZIP[:30],
    "text.gz": _TEXT,
    "gzip in gzip.gz": _gzipped(_GZIP),
    "gzip.json": _GZIP,
    "a.GZ": _GZIP,
    "a.gzip": _GZIP,
    "a.bz2": bz2.compress(_TEXT),
    "two.bz2": bz2.compress(_TEXT) + bz2.compress(_TEXT),
    "zeros behind.bz2": bz2.compress(_TEXT) + b"\0" * 16,
    "nothing.bz2": bz2.compress(b""),
    "empty.bz2": b"",
    "text.bz2": _TEXT,
    "a.deflate": zlib.compress(_TEXT),
    "two.deflate": zlib.compress(_TEXT) + zlib.compress(_TEXT),
    "nothing.deflate": zlib.compress(b""),
    "empty.deflate": b"",
    "raw.deflate": _RAW.compress(_TEXT) + _RAW.flush(),
    "text.deflate": _TEXT,
    "a.zst": _ZSTD,
    "two.zst": _ZSTD + _ZSTD,
    "nothing.zst": bytes.fromhex("28b52ffd2000010000"),
    "empty.zst": b"",
    "text.zst": _TEXT,
    "cut.zst": _ZSTD[:-3],
    "a.xz": lzma.compress(_TEXT),
    "a.parquet": b"PAR1" + bytes(range(64)) + b"PAR1",
    "a.zlib": zlib.compress(_TEXT),
    "a b+c%2F=é'\".json": _TEXT,
    "sub/deep/a.json": _TEXT,
    "_hidden.json": _TEXT,
    "_temporary/a.json": _TEXT,
    ".hidden.json": _TEXT,
}
