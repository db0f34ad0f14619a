"""Which members springtide check finds in a document of the sample."""

from typing import Any

import pytest
from springtide.dataset.declaration import Field
from springtide.dataset.paths import Entry, Step

from cli.checking import is_there

DOCUMENT = {
    "Top": {"Below": 0, "none": None},
    "list": [None, {"key": "a", "value": 1}, {"key": 2, "value": 2}, {"key": True, "value": None}],
    "text": '{"x": 1}',
}


@pytest.mark.parametrize(
    ("path", "there"),
    [
        (("top",), True),
        (("TOP", "Below"), True),
        (("top", "below"), False),
        (("top", "none"), False),
        (("list", 1, "value"), True),
        (("list", 4), False),
        (("list", Entry("key", "a"), "value"), True),
        (("list", Entry("key", "2"), "value"), True),
        (("list", Entry("key", "true")), True),
        (("list", Entry("key", "true"), "value"), False),
        (("list", Entry("key", "b"), "value"), False),
        (("top", Entry("key", "a")), False),
    ],
)
def test_member_is_found_as_the_path_says(path: tuple[Step, ...], there: bool) -> None:
    assert is_there(DOCUMENT, Field("f", "json", path)) is there


def test_text_that_should_hold_json_counts_as_there() -> None:
    field: dict[str, Any] = {"json_in": ("text",), "path": ("y",)}
    assert is_there(DOCUMENT, Field("f", "json", **field))
