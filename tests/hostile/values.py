"""Texts that break what is put together without quoting, as object names and as values."""

import unicodedata

SQL = "'; DROP TABLE events; -- \" /* */ `x` \\' $$"
LONG = "a'\"\\ž" * 2000  # 10,000 characters

TEXTS = {
    "SQL": SQL,
    "one quote": "'",
    "two quotes": "''",
    "quote at the end": "it'",
    "double quote": '"',
    "backslashes": "\\ \\\\ \\' \\n",
    "path": "../../etc/passwd",
    "percent": "%2F %00 %s %d %",
    "braces": "{} {0} {built_hours} ${datehour} {{",
    "comment": "-- /* */ #",
    "markup": "[bold]x[/] [/red] <b>&amp;",
    "terminal": "\x1b[31mred\x1b[0m \x07 \x08",
    "NUL": "a\x00b",
    "controls": "a\x01\x02\x1f\x7f\x85b",
    "line ends": "a\nb\r\nc\u2028d",
    "tab and spaces": "\t  a \u00a0 b  ",
    "composed": unicodedata.normalize("NFC", "žlutý é Å"),
    "decomposed": unicodedata.normalize("NFD", "žlutý é Å"),
    "right to left": "\u202eevil\u202c \u05d0\u05d1",
    "joined": "👩‍👩‍👧 🇧🇪",
    "edges of unicode": "\ufeff\uffff\U00010000\U0010ffff\ue000",
    "words": "NULL",
    "null marker": "\\N",
    "formula": "=1+1|cmd",
    "long": LONG,
}

# Names below an arrival hour's prefix that Athena reads.
NAMES = [
    "a",  # the beginning of others
    "a'.gz",
    "a'b; DROP TABLE events; --.gz",
    'a".gz',
    "a b  c.gz",
    "a\nb.gz",
    "a\tb.gz",
    "a\\b.gz",
    "a%2F..%2Fb.gz",
    "a%27.gz",
    "a+b=c&d#e?f.gz",
    "a${datehour}{}[x]*.gz",
    "a[bold]b[-]c.gz",
    "a\x1b[31m.gz",
    unicodedata.normalize("NFC", "a-é.gz"),
    unicodedata.normalize("NFD", "a-é.gz"),
    "a\u202eb.gz",
    "a🚗.gz",
    "\U0010ffffa.gz",  # behind every other
    "sub folder's/a;b.gz",
    "version=x/event_date=2020-01-01/a.gz",
]


def long_name(below: str, mark: str, extension: str) -> str:
    """A name that makes a key of 1,024 bytes, the longest that S3 takes, with quotes in it."""
    room = 1024 - len((below + extension).encode())
    parts = []
    while room > 220:
        parts.append(("it's" + mark).ljust(199, "x"))
        room -= 200
    return "/".join([*parts, "y" * room]) + extension
