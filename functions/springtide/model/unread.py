"""Accounts that fit an item of the ledger: the names of unread objects bounded, or left out."""

from typing import TypedDict

from springtide.model.documents import HourCounts

# An item of the ledger may have 400 KB and a state's result 256 KB; the names are in both
# (docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html).
MAX_NAMES_BYTES = 65_536


class Counted(TypedDict):
    """An account of lines without any names."""

    lines: int
    accepted: int
    rejected: dict[str, int]  # lines by reason
    late: dict[str, int]  # accepted lines by how late they came
    unread: int  # objects


def counted(account: HourCounts) -> Counted:
    """The numbers of an account."""
    return {
        "lines": account["lines"],
        "accepted": account["accepted"],
        "rejected": account["rejected"],
        "late": account["late"],
        "unread": unread_objects(account),
    }


def bounded(account: HourCounts) -> HourCounts:
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
    bounded_account: HourCounts = {**account, "unread": kept}
    if more:
        bounded_account["unread_more"] = more
    return bounded_account


def unread_objects(account: HourCounts) -> int:
    """How many objects of an account are unread, including those that it does not name."""
    return len(account["unread"]) + account.get("unread_more", 0)
