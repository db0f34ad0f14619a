"""When a run was in which state: read from Step Functions, and kept below --out.

The offline machine forgets its executions when its process ends, so `springtide run` keeps here
what `springtide report` shows; for a deployed stack it is read when the report is made.
"""

import json
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from cli.state import kept_json
from offline.json_shape import NUMBER

FILE = "runs.json"  # below the state's folder
KEPT_RUNS = 20
MAX_SPANS = 400  # spans of one run; `states` counts all of them
_PAGE = 1000  # events; the most that GetExecutionHistory returns at once
# States whose duration is not worth showing.
_INSTANT = ("ChoiceState", "PassState", "SucceedState", "FailState")

Run = dict[str, Any]
_SHAPE = [
    {
        **{"execution": str, "status": str, "started": str, "seconds": NUMBER, "cut": int},
        "spans": [{"state": str, "start": NUMBER, "end": NUMBER}],
        "states": [{"state": str, "times": int, "seconds": NUMBER}],
    }
]


def read_runs(client: Any, state_machine: str, limit: int) -> list[Run]:
    """Return the newest executions, the oldest first.

    Each has `execution` (its name), `status`, `started` (ISO, UTC), `seconds`, `spans`, each with
    `state`, `start` and `end` in seconds since the start, `cut` (spans left out), and `states`: how
    often each was entered and how many seconds it took. Raises botocore's ClientError.
    """
    pages = client.get_paginator("list_executions").paginate(stateMachineArn=state_machine)
    newest = islice((each for page in pages for each in page["executions"]), limit)
    oldest_first = sorted(newest, key=lambda each: each["startDate"])
    return [_run(client, execution) for execution in oldest_first]


def keep_runs(home: Path, machine: Any) -> None:
    """Add a machine's executions to the kept ones; the oldest beyond KEPT_RUNS are dropped.

    Raises botocore's ClientError.
    """
    arn = machine.outputs["StateMachineArn"]
    runs = read_runs(machine.client("stepfunctions"), arn, KEPT_RUNS)
    if runs:
        part = home / f".{FILE}"
        part.write_text(json.dumps([*kept_runs(home), *runs][-KEPT_RUNS:]), encoding="utf-8")
        part.replace(home / FILE)


def kept_runs(home: Path) -> list[Run]:
    """Return the kept executions, the oldest first."""
    return kept_json(home / FILE, list[Run](), _SHAPE)


def _run(client: Any, execution: dict[str, Any]) -> Run:
    started = execution["startDate"].astimezone(UTC)
    ended = execution.get("stopDate", datetime.now(UTC)).astimezone(UTC)
    pages = client.get_paginator("get_execution_history").paginate(
        executionArn=execution["executionArn"],
        includeExecutionData=False,
        PaginationConfig={"PageSize": _PAGE},
    )
    spans = spans_of((event for page in pages for event in page["events"]), started, ended)
    count: Counter[str] = Counter(span["state"] for span in spans)
    seconds: Counter[str] = Counter()
    for span in spans:
        seconds[span["state"]] += span["end"] - span["start"]
    return {
        "execution": execution["name"],
        "status": execution["status"],
        "started": started.isoformat(timespec="seconds"),
        "seconds": _seconds(started, ended),
        "spans": spans[:MAX_SPANS],
        "cut": max(0, len(spans) - MAX_SPANS),
        "states": [
            {"state": state, "times": times, "seconds": round(seconds[state], 2)}
            for state, times in count.items()
        ],
    }


def spans_of(
    events: Iterable[dict[str, Any]], started: datetime, ended: datetime
) -> list[dict[str, Any]]:
    """Return when each state was entered and left, in order of entry.

    A state that was not left, because it failed or still runs, ends where the history does.
    """
    by_id: dict[int, dict[str, Any]] = {}
    spans: dict[int, dict[str, Any]] = {}
    last = started
    for event in events:
        by_id[event["id"]] = event
        last, kind = event["timestamp"], event["type"]
        now = _seconds(started, last)
        if kind.endswith("StateEntered"):
            # The state before it, if it was never left: it failed, and this state catches the
            # error.
            before = _entered(by_id.get(event.get("previousEventId", 0)), by_id)
            if before in spans and not by_id[before]["type"].startswith("Map"):
                spans[before].setdefault("end", now)
            if not kind.startswith(_INSTANT):
                spans[event["id"]] = {"state": _name(event, "Entered"), "start": now}
        elif kind.endswith("StateExited"):
            entry = _entered(event, by_id, _name(event, "Exited"))
            if entry in spans:
                spans[entry]["end"] = now
        elif kind == "MapStateFailed":
            entry = _entered(event, by_id, kind="MapStateEntered")
            if entry in spans:
                spans[entry]["end"] = now
    end = _seconds(started, max(last, ended))
    return [{"end": end, **span} for span in spans.values()]


def _entered(
    event: dict[str, Any] | None,
    by_id: dict[int, dict[str, Any]],
    name: str | None = None,
    kind: str = "StateEntered",
) -> int:
    """The id of the newest state entry (into the named state, if given) that led to an event.

    It is 0 if the history lacks it.
    """
    while event is not None:
        if event["type"].endswith(kind) and name in (None, _name(event, "Entered")):
            return int(event["id"])
        event = by_id.get(event.get("previousEventId", 0))
    return 0


def _name(event: dict[str, Any], way: str) -> str:
    name: str = event[f"state{way}EventDetails"]["name"]
    return name


def _seconds(since: datetime, moment: datetime) -> float:
    return round((moment - since).total_seconds(), 3)
