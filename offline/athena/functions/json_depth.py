"""Reads documents that are nested more deeply than Python's parser allows."""

import json
import re
import sys
from collections.abc import Iterator, Sequence

DEEPEST = 1000  # levels of a declared field: Jackson's limit
# Reading and writing a level takes three of Python's frames.
sys.setrecursionlimit(max(sys.getrecursionlimit(), 5 * DEEPEST))
_TOKEN = re.compile(
    r"[ \t\n\r]*(?:"
    r"(?P<sign>[{}\[\]:,])"
    r'|(?P<text>"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+")'
    r"|(?P<other>-?(?:0|[1-9][0-9]*)(?:[.][0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null))"
)
# What may follow: a value (or the end of an empty list), a key (or the end of an empty object), ...
_VALUE, _ITEM, _KEY, _NAME, _COLON, _NEXT = range(6)


def shallow(text: str, fields: Sequence[str]) -> str:
    """Return an object with null in place of each member that is not a field.

    Raises ValueError if the text is not JSON, or a field has more than DEEPEST levels.
    """
    members = []
    for name, start, end, depth in _members(text):
        declared = name.lower() in fields
        if declared and depth > DEEPEST:
            raise ValueError(f"{name} has {depth} levels")
        members.append(f"{json.dumps(name)}:{text[start:end] if declared else 'null'}")
    return "{" + ",".join(members) + "}"


def _members(text: str) -> Iterator[tuple[str, int, int, int]]:
    """Yield the name, start, end and depth of each member of the outermost object."""
    stack: list[str] = []
    state, at, name, start, depth = _VALUE, 0, "", 0, 0
    while stack or state == _VALUE:
        found = _TOKEN.match(text, at)
        if found is None:
            raise ValueError(f"no JSON at {at}")
        at, sign = found.end(), found["sign"]
        if state == _VALUE and not stack and sign != "{":
            raise ValueError("no object")
        if state in (_VALUE, _ITEM) and sign in ("{", "["):
            stack.append("}" if sign == "{" else "]")
            depth = max(depth, len(stack) - 1)
            state = _KEY if sign == "{" else _ITEM
            continue
        if state in (_KEY, _NAME) and found["text"]:
            if len(stack) == 1:
                name, depth = json.loads(found["text"]), 0
            state = _COLON
            continue
        if state == _COLON and sign == ":":
            start = at if len(stack) == 1 else start
            state = _VALUE
            continue
        if state == _NEXT and sign == ",":
            state = _NAME if stack[-1] == "}" else _VALUE
            continue
        ends = sign is not None and stack and sign == stack[-1]
        if ends and state in (_NEXT, _ITEM if sign == "]" else _KEY):
            stack.pop()
        elif sign is not None or state not in (_VALUE, _ITEM):
            raise ValueError(f"no JSON at {at}")
        if len(stack) == 1 and not (ends and state == _KEY and name == ""):
            yield name, start, at, depth
        state = _NEXT
    if text[at:].strip(" \t\n\r"):
        raise ValueError(f"something follows at {at}")
