"""Finds the landed object that an error is about."""

import re
from collections.abc import Iterable

# What may follow a found name; otherwise it is the beginning of a longer one.
_END = r"(?![A-Za-z0-9_/-]|[.][A-Za-z0-9])"
# Quotes that are not part of a word: the apostrophes in "can't" and "it's" quote nothing.
_QUOTED = re.compile(r"""(?<!\w)(['"])(?:(?!\1).)*\1(?!\w)""", re.DOTALL)
_NAME = re.compile(r"\0(\d+)\0")
# Messages of S3, and of KMS through it, when they throttle; Athena adds the name of an object
# (docs.aws.amazon.com/athena/latest/ug/troubleshooting-athena.html). No object is to blame for it.
_BUSY = re.compile(
    r"Slow ?Down|Service ?Unavailable|Status Code: 5\d\d|reduce your request rate"
    r"|exceeded the rate at which you may call KMS"
)
# What Athena says of an object that the role may not read, or not decrypt
# (repost.aws/knowledge-center/access-denied-athena).
_DENIED = re.compile(r"Access ?Denied|Status Code: 403|not authorized", re.IGNORECASE)


def is_denied(reason: str) -> bool:
    """Whether a right is missing: then other objects may well be refused too.

    Within quotes it is landed text that says so.
    """
    return _DENIED.search(_QUOTED.sub(" ", reason)) is not None


def named_object(reason: str, uris: Iterable[str]) -> str | None:
    """The object that a failed query's reason is about, None if it is about none.

    Trino names what it was reading, and then the cause ("Failed to read file at ...", "Error
    opening Hive split ... (offset=0, length=9): ..."), which may hold landed text. So the first
    name counts, and one within quotes only if the quotes hold nothing else and no other object is
    named.
    """
    reason = reason.replace("\0", " ")
    found: list[str] = []
    # A name can be the beginning of another one that goes on with a quote or a space, so the longer
    # one counts if both match.
    for uri in sorted(uris, key=len, reverse=True):
        if uri not in reason:
            continue
        reason, times = re.subn(re.escape(uri) + _END, f"\0{len(found)}\0", reason)
        if times:
            found.append(uri)
    unquoted = _QUOTED.sub(" ", reason)
    if _BUSY.search(unquoted):
        return None
    if named := _NAME.search(unquoted):
        return found[int(named[1])]
    for quoted in _QUOTED.finditer(reason):
        if named := _NAME.fullmatch(quoted[0][1:-1]):
            return found[int(named[1])]
    return None
