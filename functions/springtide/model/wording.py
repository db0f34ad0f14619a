"""Formats values from outside for messages."""

from collections.abc import Sequence

_SHOWN_CHARACTERS = 200
_SHOWN_ITEMS = 20


def shown(value: object) -> str:
    """The value as Python's repr, cut short.

    An error's message travels through the state machine, whose payloads end at 256 KB
    (docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html), and to people.
    """
    text = repr(value)
    if len(text) <= _SHOWN_CHARACTERS:
        return text
    return f"{text[:_SHOWN_CHARACTERS]}… ({len(text):,} characters)"


def listed(names: Sequence[str]) -> str:
    """The first of the names, one per line, and how many more there are."""
    lines = list(names[:_SHOWN_ITEMS])
    if len(names) > _SHOWN_ITEMS:
        lines.append(f"and {len(names) - _SHOWN_ITEMS:,} more")
    return "\n".join(lines)
