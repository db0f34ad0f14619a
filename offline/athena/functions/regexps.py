"""Regular expressions as Trino's library reads them: which ones DuckDB's reads so, and the others.

What is not plain is matched by Python's, value by value.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import TypeVar
from unicodedata import category

Found = TypeVar("Found", str, str | None, list[str | None])

# What neither library knows as Trino's does
REFUSED = re.compile(r"\(\?(?![:)]|[ims]+\))|\\[1-9kpPGhHRXvVQEAzZu]|\[\[|&&|[*+?}]\+|\{,")
# Groups that may take no part, for which DuckDB's gives an empty text
_OPTIONAL = re.compile(r"\)[?*{]|\|")
_FLAGS = re.compile(r"\(\?s*[im]")
_TOKEN = re.compile(r"\\.|\[\^?\]?|.", re.DOTALL)
_IN_CLASS = {r"\s": r"\t-\r ", r"\w": "a-zA-Z0-9_", r"\d": "0-9"}
_SPACES = {r"\s": r"[\t-\r ]", r"\S": r"[^\t-\r ]"}
_ENCLOSED = "\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189"


def is_plain(pattern: str, *, parts: bool) -> bool:
    """Whether DuckDB's library finds what Trino's does; `parts` says whether groups matter."""
    tokens = _TOKEN.findall(pattern)
    odd = {r"\b", r"\B", "$"} & {*tokens} or _FLAGS.match(pattern)
    return not odd and not (parts and _OPTIONAL.search(pattern))


def spelled(pattern: str) -> str:
    r"""Write classes out: of `\s` the libraries know others, and with (?i) Python's of `\w`.

    Raises re.error for a class that no library here reads so.
    """
    folding = re.match(r"\(\?[ms]*i", pattern)
    if folding and _odd_letters().keys() & {*map(ord, pattern)}:
        raise re.error("(?i) with a letter that equals two")
    made, inside = "", False
    for token in _TOKEN.findall(pattern):
        if inside and (token[0] == "[" or token in (r"\b", r"\B", r"\S")):
            raise re.error(f"{token} in a class")
        if inside and folding and token in (r"\W", r"\D"):
            raise re.error(f"{token} in a class of letters in any case")
        inside = token[0] == "[" or (inside and token != "]")
        if token in _SPACES and not inside:
            made += _SPACES[token]
        elif token == r"\s":
            made += _IN_CLASS[token]
        elif folding and token in (r"\w", r"\d", r"\W", r"\D"):
            made += _IN_CLASS[token] if inside else f"(?a:{token})"
        else:
            made += token
    return made


def template(replacement: str) -> str:
    r"""Return a replacement as both libraries take it: `\1` is a group, and `\\` a backslash.

    In Trino `$1` is a group, and a backslash makes the next character literal. Raises re.error.
    """
    made = ""
    for token in re.findall(r"\\.|\$\d|.", replacement, re.DOTALL):
        if token in ("\\", "$"):
            raise re.error("a group without a number")
        if token[0] == "$" or len(token) == 1:
            made += token.replace("$", "\\")
        else:
            made += token[1].replace("\\", r"\\")
    return made


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern that is `spelled`, with word boundaries as Trino has them."""
    if re.search(r"\\[bB]", pattern):
        word = f"(?u:[{_word()}])"
        here, before = f"(?={word})", f"(?<={word})"
        away, behind = f"(?!{word})", f"(?<!{word})"
        bounds = {
            r"\b": f"(?:{before}{away}|{behind}{here})",
            r"\B": f"(?:{before}{here}|{behind}{away})",
        }
        pattern = re.sub(r"\\.", lambda found: bounds.get(found[0], found[0]), pattern)
    folding = re.match(r"\(\?[ms]*i", pattern)
    return re.compile(pattern, 0 if folding else re.ASCII)


@cache
def _word() -> str:
    marks = (chr(at) for at in range(0x110000) if category(chr(at)) in ("Mn", "Mc", "Me", "Pc"))
    return rf"\w{''.join(marks)}{_ENCLOSED}"


@cache
def _odd_letters() -> dict[int, str]:
    """Return letters that Python's library takes otherwise with (?i), and what they equal.

    ß equals ss for Trino, and a dotless i no other letter.
    """
    several = (at for at in range(0xFB18) if len(chr(at).casefold()) > 1)
    return {**{at: chr(at).casefold() for at in several}, 0x131: "\ue000"}


def _settled(pattern: str, text: str, find: Callable[[re.Pattern[str], str], Found]) -> Found:
    """Return what is found, if letters that the libraries take otherwise make no difference."""
    matcher = compiled(pattern)
    found = find(matcher, text)
    if matcher.flags & re.IGNORECASE:
        other = text.translate(_odd_letters())
        if other != text and _translated(found) != find(matcher, other):
            raise ValueError(
                "NOT_SUPPORTED: the embedded engine does not offer (?i) over ß and the"
                " like; `--trino URL` runs it"
            )
    return found


def _translated(found: object) -> object:
    if isinstance(found, list):
        return [*map(_translated, found)]
    return found.translate(_odd_letters()) if isinstance(found, str) else found


def extract(text: str, pattern: str, group: int) -> str | None:
    """Return what a group matches first, NULL if nothing matches or the group takes no part."""

    def find(matcher: re.Pattern[str], text: str) -> str | None:
        found = matcher.search(text)
        return None if found is None else found[group]

    return _settled(pattern, text, find)


def extract_all(text: str, pattern: str, group: int) -> list[str | None]:
    """Return what a group matches each time."""
    return _settled(pattern, text, lambda matcher, text: [x[group] for x in matcher.finditer(text)])


def replace(text: str, pattern: str, new: str) -> str:
    """Replace every match; the new text is a `template`."""
    new = re.sub(r"\\(\\|\d)", lambda x: x[0] if x[1] == "\\" else rf"\g<{x[1]}>", new)
    return _settled(pattern, text, lambda matcher, text: matcher.sub(new, text))
