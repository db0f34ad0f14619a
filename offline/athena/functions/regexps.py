"""Regular expressions: which ones DuckDB matches like Trino; Python matches the others."""

import re
from functools import cache
from unicodedata import category

# Syntax that neither library reads like Trino; else an escaped or a plain character.
_REFUSED = re.compile(
    r"(\(\?(?![:)]|[ims]+\))|\\[1-9kpPGhHRXvVQEAzZu]|\[\[|&&|[*+?}]\+|\{,)|\\?.", re.DOTALL
)
# Groups that may not take part, for which DuckDB gives an empty text.
_OPTIONAL = re.compile(r"\)[?*{]|\|")
_FLAGS = re.compile(r"\(\?s*[im]")
_TOKEN = re.compile(r"\\.|\[\^?\]?|.", re.DOTALL)
_IN_CLASS = {r"\s": r"\t-\r ", r"\w": "a-zA-Z0-9_", r"\d": "0-9"}
_SPACES = {r"\s": r"[\t-\r ]", r"\S": r"[^\t-\r ]"}
# Letters that Trino treats as several, such as ß for ss, and a dotless i.
_ODD_LETTERS = {chr(at) for at in range(0xFB18) if len(chr(at).casefold()) > 1} | {"\u0131"}
_ENCLOSED = "\u24b6-\u24e9\U0001f130-\U0001f149\U0001f150-\U0001f169\U0001f170-\U0001f189"


def refused(pattern: str) -> str | None:
    """Return the first part of a pattern that no library here reads like Trino."""
    return next((part[1] for part in _REFUSED.finditer(pattern) if part[1]), None)


def is_plain(pattern: str, *, parts: bool) -> bool:
    """Whether DuckDB finds what Trino finds; `parts` says whether groups matter."""
    tokens = _TOKEN.findall(pattern)
    odd = {r"\b", r"\B", "$"} & {*tokens} or _FLAGS.match(pattern)
    return not odd and not (parts and _OPTIONAL.search(pattern))


def spelled(pattern: str) -> str:
    """Write character classes out: the libraries differ about `\s`, and Python's `\w` with (?i).

    Raises re.error for a class that no library here reads like Trino.
    """
    folding = re.match(r"\(\?[ms]*i", pattern)
    if folding and _ODD_LETTERS & {*pattern}:
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
    """Return a replacement in the form of both libraries: `\1` is a group, `\\` a backslash.

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
    """Compile a pattern that is `spelled`, with Trino's word boundaries."""
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


def _settled(pattern: str, text: str) -> re.Pattern[str]:
    """Return the matcher if the libraries agree about every letter of the text.

    Raises ValueError.
    """
    matcher = compiled(pattern)
    if matcher.flags & re.IGNORECASE and _ODD_LETTERS & {*text}:
        raise ValueError(
            "NOT_SUPPORTED: the embedded engine does not offer (?i) over ß and the"
            " like; `--trino URL` runs it"
        )
    return matcher


def extract(text: str, pattern: str, group: int) -> str | None:
    """Return the first match of a group, NULL if nothing matches or the group takes no part."""
    found = _settled(pattern, text).search(text)
    return None if found is None else found[group]


def extract_all(text: str, pattern: str, group: int) -> list[str | None]:
    """Return all matches of a group."""
    return [found[group] for found in _settled(pattern, text).finditer(text)]


def replace(text: str, pattern: str, new: str) -> str:
    """Replace every match; the new text is a `template`."""
    new = re.sub(r"\\(\\|\d)", lambda x: x[0] if x[1] == "\\" else rf"\g<{x[1]}>", new)
    return _settled(pattern, text).sub(new, text)
