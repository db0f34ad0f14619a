"""What a failure is about: which object its words name, out of what AWS wraps around them."""

import json
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st
from springtide.aws.error_causes import unwrap
from springtide.failures.blame import named_object

# From few characters, so that names are often the beginning of others.
keys = (
    st.text(st.sampled_from("a' "), min_size=1, max_size=3)
    | st.text(st.sampled_from("ab.gz/ '\";:-_%\\\n\u0301🚗"), min_size=1, max_size=6)
    | st.text(
        st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=6
    )
)
listings = st.sets(keys.map("s3://b/2020/07/13/00/".__add__), min_size=1, max_size=6)
SAYS = "HIVE_CURSOR_ERROR: cannot read {}: truncated"


@given(listings, st.data())
def test_object_that_a_reason_names_is_blamed_and_no_other(
    uris: set[str], data: st.DataObject
) -> None:
    named = data.draw(st.sampled_from(sorted(uris)))
    words = SAYS.format(named)
    # A name that continues with the reason's own words cannot be told from the shorter one.
    assume(not any(other != named and other.startswith(named) and other in words for other in uris))
    assert named_object(words, uris) == named


@given(listings)
def test_reason_without_a_name_blames_nothing(uris: set[str]) -> None:
    assert named_object("INTERNAL_ERROR: a worker of s3://b/2020/07/13/0 was lost", uris) is None


@given(keys, st.from_regex(r"([A-Za-z0-9_/-]|\.[a-z0-9])[a-z' ]{0,4}", fullmatch=True))
def test_object_is_not_blamed_for_an_unlisted_one_with_a_longer_name(key: str, rest: str) -> None:
    uri = f"s3://b/2020/07/13/00/{key}"
    assert named_object(SAYS.format(uri + rest), [uri]) is None


texts = st.text(max_size=20)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)


@given(texts, texts, st.integers(0, 3))
def test_error_of_a_function_comes_out_of_as_many_executions_as_were_nested(
    error: str, message: str, depth: int
) -> None:
    failure = {
        "Error": error,
        "Cause": json.dumps({"errorType": error, "errorMessage": message}),
    }
    for _ in range(depth):
        around = {"ExecutionArn": "a", "Status": "FAILED", **failure}
        failure = {"Error": "States.TaskFailed", "Cause": json.dumps(around)}
    if error or not depth:
        assert unwrap(failure) == (error, message)


@given(st.dictionaries(st.sampled_from(["Error", "Cause"]), anything | anything.map(json.dumps)))
def test_any_failure_has_an_error_and_a_cause_in_words(failure: dict[str, Any]) -> None:
    error, cause = unwrap(failure)
    assert isinstance(error, str) and isinstance(cause, str)
