"""The doctor's findings: one line for each check."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from botocore.exceptions import BotoCoreError, ClientError
from springtide.model.errors import SpringtideError

# Errors that a call of AWS, or reading its answer, may raise.
REFUSALS = (BotoCoreError, ClientError, SpringtideError)
OK, DIFFERS, FAILED = "ok", "differs", "failed"


class Finding(NamedTuple):
    """The result of a check: `ok`, `differs` (a run copes with it) or `failed`, and what to do."""

    check: str
    state: str
    seen: str
    advice: str = ""


class Findings:
    """The findings so far; `heard` is called with each as it comes."""

    def __init__(self, heard: Callable[[Finding], None]) -> None:
        self.all: list[Finding] = []
        self._heard = heard

    def add(self, check: str, state: str, seen: str, advice: str = "") -> None:
        """Records a finding."""
        found = Finding(check, state, seen, "" if state == OK else advice)
        self.all.append(found)
        self._heard(found)

    @contextmanager
    def trying(self, check: str, advice: str) -> Iterator[list[str]]:
        """A check that is ok unless AWS refuses a call; the block appends what it saw to a list."""
        seen: list[str] = []
        try:
            yield seen
        except REFUSALS as err:
            self.add(check, FAILED, str(err), advice)
        else:
            self.add(check, OK, "; ".join(seen))

    @property
    def healthy(self) -> bool:
        """Whether no check has failed."""
        return all(found.state != FAILED for found in self.all)
