"""Step Functions of the offline machine: moto's interpreter, corrected where AWS differs."""

from functools import cache

from offline.stepfunctions import (
    callers,
    choices,
    errors,
    executions,
    histories,
    maps,
    paths,
    tasks,
    waits,
)

__all__ = ["install"]


@cache
def install() -> None:
    """Correct moto's interpreter; once per process, before the first execution."""
    for part in (callers, paths, choices, errors, executions, histories, maps, tasks, waits):
        part.install()
