"""What the handlers' tests share: a lease held by a pretended execution, and a planned slice."""

import time
from datetime import datetime
from typing import Any

import pytest

from offline.glue import crawler
from tests.pipeline.rig import Bring, Rig

NOW = "2026-11-23T01:24:53.000Z"
EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:springtide:test"


@pytest.fixture
def leased(rig: Bring) -> Bring:
    """A machine whose lease EXECUTION holds."""

    def bring_up(**parameters: str) -> Rig:
        it = rig(**parameters)
        it.mount()
        assert it.invoke("take_lease", {"execution": EXECUTION})["taken"]
        return it

    return bring_up


def plan(
    it: Rig, turn: int = 0, cursor: str | None = None, *, execution: str = EXECUTION
) -> dict[str, Any]:
    """Mounts what has landed and plans a slice of it."""
    it.mount()
    event = {
        "execution": execution,
        "turn": {"turn": turn, "cursor": cursor},
        "started": NOW,
        "now": NOW,
    }
    slice_: dict[str, Any] = it.invoke("plan_slice", event)
    return slice_


def crawl(it: Rig, now: datetime) -> dict[str, Any]:
    """Starts a crawl, lets it end, and takes its result."""
    it.mount()
    started = it.invoke("start_crawler", {"now": now.isoformat()})
    assert started["state"] == "RUNNING"
    crawler.finish()  # a crawl that is polled too often is given up on
    found: dict[str, Any] = it.invoke("poll_crawler", {"crawl": started, "now": now.isoformat()})
    return found


def attempt(slice_id: str, step: str, chunk: int = 0, number: int = 1) -> dict[str, Any]:
    """The input of run_query, and of poll_query with what that returned."""
    called = {"slice": slice_id, "step": step, "chunk": chunk, "attempt": number}
    return {"execution": EXECUTION, "now": NOW, **called}


def query(it: Rig, slice_id: str, step: str, chunk: int = 0) -> dict[str, Any]:
    """Runs a query of the slice to its end."""
    call = attempt(slice_id, step, chunk)
    state: dict[str, Any] = it.invoke("run_query", call)
    while state["state"] == "RUNNING":
        time.sleep(0.02)
        state = it.invoke("poll_query", {**call, **state})
    return state


def upto(it: Rig, slice_id: str, step: str) -> dict[str, Any]:
    """Takes a planned slice through the steps before `step`; returns its chunks."""
    event = {"execution": EXECUTION, "slice": slice_id, "now": NOW}
    query(it, slice_id, "extract")
    query(it, slice_id, "count")
    if step == "plan_partitions":
        return {}
    planned: dict[str, Any] = it.invoke("plan_partitions", event)
    for chunk in planned["chunks"]:
        query(it, slice_id, "merge", chunk)
        query(it, slice_id, "audit", chunk)
        if step != "check_audit":
            it.invoke("check_audit", {**event, "step": "merge", "chunk": chunk})
        if step == "record_slice":
            it.invoke("add_partitions", {**event, "step": "merge", "chunk": chunk})
    if step == "record_slice":
        for chunk in it.invoke("plan_derived", event)["chunks"]:
            query(it, slice_id, "derive", chunk)
            query(it, slice_id, "audit_derived", chunk)
            it.invoke("check_audit", {**event, "step": "derive", "chunk": chunk})
            it.invoke("add_partitions", {**event, "step": "derive", "chunk": chunk})
    return planned
