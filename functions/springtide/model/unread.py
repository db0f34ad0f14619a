"""Names of unread objects, at most as many as the ledger can keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

# An item of the ledger ends at 400 KB and what a state returns at 256 KB; the names are in both
# (docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
MAX_NAMES_BYTES = 65_536


def bounded(account: Mapping[str, Any]) -> dict[str, Any]:
    """The account with the first names of its unread objects; `unread_more` counts the others.

    The slice's plan in the lake bucket names all of them.
    """
    kept, size = [], 0
    for entry in account["unread"]:
        size += len((entry["key"] + entry["reason"]).encode())
        if size > MAX_NAMES_BYTES:
            break
        kept.append(entry)
    more = account.get("unread_more", 0) + len(account["unread"]) - len(kept)
    return {**account, "unread": kept, **({"unread_more": more} if more else {})}


def more_of(accounts: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """`unread_more` of several accounts together, nothing where it is none."""
    more = sum(account.get("unread_more", 0) for account in accounts)
    return {"unread_more": more} if more else {}


def unread_objects(account: Mapping[str, Any]) -> int:
    """How many objects an account has as unread, those without a name in it too."""
    return len(account["unread"]) + int(account.get("unread_more", 0))
