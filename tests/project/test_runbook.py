import inspect
import re

import pytest
from springtide.failures import runbook
from springtide.model import errors

from tests.files import ROOT

PAGE = (ROOT / "docs" / "reliability.md").read_text()
# Ends that are no class of ours.
OTHERS = [
    "Sandbox.Timedout",
    "States.DataLimitExceeded",
    "States.Runtime",
    "States.Timeout",
    "aborted",
    "held",
    "timed-out",
]


def sections() -> dict[str, str]:
    runbook = PAGE.split("## Runbook\n", 1)[1]
    parts = re.split(r"^### (.+)$", runbook, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def names() -> list[str]:
    ours = inspect.getmembers(errors, inspect.isclass)
    return sorted(name for name, cls in ours if issubclass(cls, errors.SpringtideError)) + OTHERS


@pytest.mark.parametrize("name", names())
def test_the_runbook_says_what_to_do_about_each_error(name: str) -> None:
    text = sections()[name]

    for heading in ("What happened", "What is left", "What to do"):
        said = re.search(rf"^- \*\*{heading}\*\*: (.+)", text, re.MULTILINE)
        assert said is not None and len(said[1]) > 10, heading


def test_the_runbook_knows_no_error_that_is_gone() -> None:
    assert sections().keys() - {"any other name"} == set(names())


def anchors() -> set[str]:
    """As GitHub makes them of headings."""
    return {re.sub(r"[^a-z0-9 -]", "", name.lower()).replace(" ", "-") for name in sections()}


@pytest.mark.parametrize("name", [*names(), "AccessDeniedException"])
def test_notice_of_an_error_leads_to_its_section(name: str) -> None:
    status = {"aborted": "ABORTED", "timed-out": "TIMED_OUT"}.get(name, "FAILED")
    found = runbook.advice(status, name)
    page, _, anchor = (runbook.HELD if name == "held" else found.more).partition("#")
    assert (ROOT / page).read_text() == PAGE
    known = re.sub(r"[^a-z0-9-]", "", name.lower())
    assert anchor == (known if known in anchors() else "any-other-name")
    assert found.line.endswith(".")


def test_notices_know_no_error_that_is_gone() -> None:
    assert runbook._LINES.keys() == set(names()) - {"aborted", "held", "timed-out"}
