"""Whether an object holds any text, as far as its first bytes tell; and texts that stay short."""

import gzip
from itertools import accumulate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from springtide.arrivals.contents import holds_text
from springtide.model.wording import listed, shown

NOTHING = gzip.compress(b"", mtime=0)
parts = st.lists(st.binary(max_size=30) | st.just(b"") | st.just(b"\xef\xbb\xbf"), max_size=4)


@pytest.mark.parametrize("head", [NOTHING[:12], NOTHING + b"trailing", b"no gzip"])
def test_gzip_that_is_not_known_to_be_empty_is_not_called_so(head: bytes) -> None:
    assert holds_text("a.gz", head)


@given(parts, st.integers(0, 200))
@example([b"\xef\xbb\xbf", b"\xef\xbb\xbf"], 14)
@example([b"\xef\xbb\xbf"], 0)
@example([b"", b""], 0)
@example([b"", b"{}"], 40)
def test_object_with_any_text_is_never_called_empty(members: list[bytes], cut: int) -> None:
    text = b"".join(members)
    packed = b"".join(gzip.compress(member, mtime=0) for member in members)

    assert holds_text("a.json", text) == (text not in (b"", b"\xef\xbb\xbf"))
    assert holds_text("a.gz", packed) == (text not in (b"", b"\xef\xbb\xbf"))
    # Of a larger object only the beginning is read: then it may be called full, not empty.
    ends = {0, *accumulate(len(gzip.compress(member, mtime=0)) for member in members)}
    if text not in (b"", b"\xef\xbb\xbf") and cut < len(packed):
        assert holds_text("a.gz", packed[:cut]) or cut in ends


@given(st.text(max_size=2000) | st.binary(max_size=2000) | st.lists(st.integers(), max_size=300))
def test_value_in_a_message_is_short_and_begins_as_it_does(value: object) -> None:
    text = shown(value)
    assert len(text) < 250
    assert text == repr(value) or repr(value).startswith(text.partition("…")[0])


@given(st.lists(st.text(st.characters(exclude_characters="\n"), max_size=5), max_size=60))
def test_list_in_a_message_shows_the_first_names_and_counts_the_others(names: list[str]) -> None:
    lines = listed(names).split("\n") if names else []
    named = [line for line, name in zip(lines, names, strict=False) if line == name]
    others = len(names) - len(named)
    assert len(lines) <= 21
    assert (lines[-1:] == [f"and {others:,} more"]) == (others > 0)
