import gzip

import pytest
from springtide.arrivals.contents import holds_text

NOTHING = gzip.compress(b"", mtime=0)
BOM = b"\xef\xbb\xbf"


@pytest.mark.parametrize("head", [b"", NOTHING, NOTHING + NOTHING, gzip.compress(BOM, mtime=0)])
def test_gzip_of_nothing_holds_no_text(head: bytes) -> None:
    assert not holds_text("a.gz", head)


@pytest.mark.parametrize(
    "head",
    [
        gzip.compress(b"{}"),
        NOTHING + gzip.compress(b"{}\n" * 1000),
        gzip.compress(b"{}\n" * 1000)[:40],
        NOTHING[:12],
        NOTHING + b"trailing",
        b"no gzip",
    ],
    ids=["text", "second member", "cut off", "header only", "something behind", "no gzip"],
)
def test_gzip_that_is_not_known_to_be_empty_is_not_called_so(head: bytes) -> None:
    assert holds_text("a.gz", head)
