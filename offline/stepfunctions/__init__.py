"""The offline Step Functions: moto's interpreter, corrected where AWS differs."""

from functools import cache

from offline.stepfunctions import errors, executions, histories, paths, states, tasks, waits

__all__ = ["install"]


@cache
def install() -> None:
    """Correct moto's interpreter; once per process, before the first execution."""
    for part in (paths, errors, executions, histories, states, tasks, waits):
        part.install()
