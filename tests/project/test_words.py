"""The texts use the field's words; a phrase that a reader would stumble over names a plain one."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.files import ROOT

# Each phrase as a regular expression, and what to write in its place. A space stands for any white
# space, a line's end included, and in a test's name for the underscore.
WORDS = {
    "anew": "again, or rebuild",
    "nobody|somebody|anybody": "who it is (a reader, a run, another writer), or a passive",
    "told of|tells? of|telling of": "reported, or is notified of",
    "hears? of|heard of|hearing of": "is notified of",
    "(is|are|was|were|be) none of|none of it": "is not one of, or is not part of",
    "(is|are|was|were|be|can|may|will|does|do) no more(?! than)|no more as": "no longer",
    "so many|so much": "this many, or a number of",
    "foretold|foretells?|foretelling": "estimated",
    "(is|are|was|were|be|been|being|what) asked for": "requested",
    "made good|makes? good|making good": "recovered",
    "(stands?|stood|standing) in(?! for)": "is in",
    "look(s|ed|ing)? (how|whether)": "checks whether, or polls",
    r"held against|(hold|holds|holding)( \S+){1,6} against": "compare with",
    "(take|takes|taken|took|taking) in": "ingest",
    "in (its|the) midst": "during it",
    "(go|goes|going|went) by": "uses, or relies on",
    "(set|sets|setting) aside": "skipped",
    "passing (errors?|failures?|reasons?|trouble)": "transient",
    "also if": "even if",
    "but for": "except for",
    "just now": "now, at present, or transient",
}
_ROOMS = ("bench", "cli", "docs", "functions", "offline", "statemachine", "tests")
_TEXTS = (".md", ".yaml", ".toml", ".sql")


def _compiled(start: str, gap: str, end: str) -> re.Pattern[str]:
    """One pattern of all phrases, each in a group of its own."""
    groups = (f"(?P<w{n}>{words.replace(' ', gap)})" for n, words in enumerate(WORDS))
    return re.compile(f"{start}(?:{'|'.join(groups)}){end}", re.IGNORECASE)


# A comment that goes on in the next line has its sign between two words.
_IN_TEXT = _compiled(r"(?<![A-Za-z0-9`_-])", r"\s+(?:#\s+)?", r"(?![A-Za-z0-9`_-])")
_IN_NAME = _compiled("(?<=_)", "_", "(?=_|$)")


def test_texts_use_plain_words() -> None:
    found = [line for file in _files() for line in stumbles(file.read_text(), name_of(file))]
    assert not found, "\n".join(["words that a reader stumbles over:", *found])


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("a.md", "One.\nIt is made anew.\n", "a.md:2: 'anew': write again, or rebuild"),
        ("a.md", "What is asked\nfor.\n", "a.md:1: 'is asked for': write requested"),
        ("a.yaml", "Comment: Taken in.\n", "a.yaml:1: 'Taken in': write ingest"),
        ("a.py", "x = 1  # set aside\n", "a.py:1: 'set aside': write skipped"),
        ("a.py", "# It is set\n# aside.\n", "a.py:1: 'set aside': write skipped"),
        ("a.py", '"""Text.\n\nIt goes by it."""\n', "a.py:3: 'goes by': write uses, or relies on"),
        (
            "a.py",
            "def test_line_is_taken_in() -> None: ...\n",
            "a.py:1: 'taken_in': write ingest",
        ),
    ],
)
def test_phrase_is_named_with_its_line_and_a_plain_word(name: str, text: str, line: str) -> None:
    assert list(stumbles(text, name)) == [line]


@pytest.mark.parametrize(
    "text",
    [
        "for one in taken: take_in(anew, set_aside)\n",
        "def take_in(passing: str) -> None: ...\n",
        '"""No more than ten; `anew` is a name."""\n',
    ],
)
def test_identifiers_and_plain_words_are_no_finding(text: str) -> None:
    assert not list(stumbles(text, "a.py"))


def stumbles(text: str, name: str) -> Iterator[str]:
    """A line for each phrase: the file and line, the phrase, and what to write instead."""
    instead = list(WORDS.values())
    for offset, part, pattern in _parts(text, name):
        for found in pattern.finditer(part):
            line = text.count("\n", 0, offset + found.start()) + 1
            phrase = " ".join(found[0].replace("#", " ").split())
            group = next(n for n in range(len(instead)) if found[f"w{n}"] is not None)
            yield f"{name}:{line}: {phrase!r}: write {instead[group]}"


def name_of(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def _files() -> Iterator[Path]:
    """All texts but the changelog, which is history, and this list of the words."""
    yield from (ROOT / name for name in ("CONTRIBUTING.md", "README.md", "template.yaml"))
    for room in _ROOMS:
        for file in sorted((ROOT / room).rglob("*")):
            judged = file.suffix in (".py", *_TEXTS) and file != Path(__file__)
            if judged:
                yield file


def _parts(text: str, name: str) -> Iterator[tuple[int, str, re.Pattern[str]]]:
    """What of a file people read: all of a text; comments, strings and test names of Python."""
    if not name.endswith(".py"):
        yield 0, text, _IN_TEXT
        return
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    block: tuple[int, int] | None = None
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        start, end = (starts[row - 1] + column for row, column in (token.start, token.end))
        if token.type == tokenize.COMMENT:
            # Comments of adjacent lines are one text.
            if block is not None and text[block[1] : start].isspace():
                start = block[0]
            block = start, end
            continue
        if token.type in (tokenize.NL, tokenize.INDENT, tokenize.DEDENT):
            continue
        if block is not None:
            yield block[0], text[slice(*block)], _IN_TEXT
            block = None
        if token.type == tokenize.STRING:
            yield start, token.string, _IN_TEXT
        elif token.type == tokenize.NAME and token.string.startswith("test_"):
            yield start, token.string, _IN_NAME
    if block is not None:
        yield block[0], text[slice(*block)], _IN_TEXT
