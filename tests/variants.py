"""Variants of a test of which `make test` takes a few, and `make long` the others."""

from collections.abc import Iterable
from typing import Any

import pytest


def long(*values: Any) -> Any:
    """The parameters of a variant that `make long` takes."""
    return pytest.param(*values, marks=pytest.mark.long)


def mostly_long(variants: Iterable[Any], *short: Any) -> list[Any]:
    """The variants as parameters; those that are not among `short` are marked long.

    A variant of several parameters is a tuple.
    """
    found = list(variants)
    unknown = [each for each in short if each not in found]
    assert not unknown, f"{unknown} are no variants"
    return [
        each if each in short else long(*(each if isinstance(each, tuple) else (each,)))
        for each in found
    ]
