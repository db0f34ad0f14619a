"""Tries every call of the story with every kind of fault: `make crash-matrix`.

`python -m tests.crash.matrix --only <point>` tries one again; a point is printed with its failure.
"""

import argparse
import json
import multiprocessing as mp
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from queue import Empty
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from tests.crash.faults import KINDS
from tests.crash.trial import Point, Result, told_story

# Neighbouring calls often leave like states behind, which one worker recovers from only once.
BATCH = 50
RESULTS = Path("crash-matrix.jsonl")

Results = dict[str, Result]


def main(arguments: list[str]) -> int:
    """Runs the matrix or a part of it; returns the process's exit status."""
    options = _options(arguments)
    console = Console(highlight=False)
    began = time.monotonic()
    results = _read(options.results) if options.resume else {}
    with options.results.open("a" if options.resume else "w") as kept:
        tried, recoveries = _work(options, results, kept, console)
    _tell(console, tried, recoveries, time.monotonic() - began)
    return 1 if not tried or any(result.wrong for result in tried.values()) else 0


def outcomes(points: Iterable[str], results: Mapping[str, Result]) -> Results:
    """The result of every point; one that has none is a failure of the harness."""
    missing = "the harness: the point was not tried"
    return {point: results.get(point) or Result(point, "", [missing]) for point in points}


def _options(arguments: list[str]) -> Any:
    parser = argparse.ArgumentParser(prog="python -m tests.crash.matrix", description=__doc__)
    parser.add_argument(
        "--only", action="append", help="a point as it is printed, or how it begins"
    )
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--results", type=Path, default=RESULTS)
    parser.add_argument("--resume", action="store_true", help="continue with what --results lacks")
    return parser.parse_args(arguments)


# ------------------------------------------------------------------ trying


def _work(options: Any, known: Results, kept: Any, console: Console) -> tuple[Results, int]:
    """Hands points out to workers; returns all results, and how many states were recovered."""
    context = mp.get_context("spawn")
    tasks, answers = context.Queue(), context.Queue()
    workers = [
        context.Process(target=_worker, args=(tasks, answers), daemon=True)
        for _ in range(options.workers)
    ]
    for worker in workers:
        worker.start()
    points: list[str] | None = None
    results, recoveries, ended = dict(known), 0, 0
    with Progress(
        "{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
        console=console,
    ) as progress:  # fmt: skip
        bar = progress.add_task("telling the story", total=None)
        while ended < len(workers):
            what, value = _next(answers, workers)
            if what == "points" and points is None:
                points = [point for point in value if _wanted(point, options.only)]
                left = [point for point in points if point not in results]
                for batch in _batches(left):
                    tasks.put(batch)
                for _ in workers:
                    tasks.put(None)
                done = len(points) - len(left)
                progress.update(bar, description="points", total=len(points), completed=done)
            elif what == "result":
                results[value.point] = value
                kept.write(json.dumps(value._asdict()) + "\n")
                kept.flush()
                progress.advance(bar)
                if value.wrong:
                    progress.console.print(_failure(value), markup=False)
            elif what == "ended":
                recoveries += value
                ended += 1
    return outcomes(points or (), results), recoveries


def _worker(tasks: Any, answers: Any) -> None:
    with told_story() as story:
        points = {str(point): point for point in story.points()}
        answers.put(("points", list(points)))
        for batch in iter(tasks.get, None):
            for name in batch:
                answers.put(("result", _tried(story, points.get(name), name)))
        answers.put(("ended", story.recoveries))


def _tried(story: Any, point: Point | None, name: str) -> Result:
    if point is None:
        return Result(name, "", ["the harness: this call is made in one telling and not another"])
    try:
        result: Result = story.attempt(point)
    except Exception as err:  # a point that breaks the harness is one that was not recovered
        return Result(name, "", [f"the harness: {type(err).__name__}: {err}"])
    return result


def _next(answers: Any, workers: list[Any]) -> Any:
    """The next answer; raises RuntimeError if a worker has died."""
    while True:
        try:
            return answers.get(timeout=5)
        except Empty:
            if any(worker.exitcode not in (None, 0) for worker in workers):
                raise RuntimeError("a worker has died; its traceback is above") from None


def _batches(points: list[str]) -> Iterator[list[str]]:
    return (points[start : start + BATCH] for start in range(0, len(points), BATCH))


def _wanted(point: str, only: list[str] | None) -> bool:
    return only is None or any(point.startswith(each) for each in only)


def _read(file: Path) -> Results:
    if not file.exists():
        return {}
    found = (Result(**json.loads(line)) for line in file.read_text().splitlines())
    return {result.point: result for result in found}


# ------------------------------------------------------------------ telling


def _tell(console: Console, tried: Results, recoveries: int, seconds: float) -> None:
    """Prints failures, a line for each kind of fault, and the sum."""
    failed = [result for result in tried.values() if result.wrong]
    if failed:
        console.print("\nnot recovered:")
        for result in failed:
            console.print(_failure(result), markup=False)
    by_kind = Counter(point.split("/")[1] for point in tried)
    failed_by_kind = Counter(result.point.split("/")[1] for result in failed)
    console.print()
    for kind, meaning in KINDS.items():
        good = by_kind[kind] - failed_by_kind[kind]
        console.print(f"{kind:10} {good:5} of {by_kind[kind]:5} recovered: {meaning}")
    by_itself = sum(result.ended == "SUCCEEDED" for result in tried.values())
    console.print(
        f"crash matrix: {len(tried)} points tried, {len(tried) - len(failed)} recovered,"
        f" {by_itself} without help from the next run; {recoveries} different states recovered"
        f" from in {seconds:.0f} s"
    )


def _failure(result: Result) -> str:
    again = f"python -m tests.crash.matrix --only '{result.point}'"
    return "\n".join([f"{again}\n  ended as {result.ended}", *(f"  {w}" for w in result.wrong)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
