"""Queries that are stopped, cut off, kept waiting, or fail because a test injects it."""

import threading
import time
from collections.abc import Callable

import pytest

from offline.athena.engine import DuckDBSession
from offline.athena.errors import QueryCancelled
from offline.athena.service import executor
from offline.athena.service.runs import QueryRun
from tests.athena_faults import Fault
from tests.local.athena.asking import TERMINAL, UNLOAD, Athena, parquet_table

PARTED = (
    "UNLOAD (SELECT 1 AS n, 'd' AS d) TO 's3://lake/parted/'"
    " WITH (format = 'PARQUET', partitioned_by = ARRAY['d'])"
)

SLOW = "SELECT count(*) FROM UNNEST(sequence(1, 10000)) a(x) CROSS JOIN UNNEST(sequence(1, 10000)) b(y) CROSS JOIN UNNEST(sequence(1, 100)) c(z) WHERE x * y % 7 = z"  # noqa: E501


def until_running(athena: Athena, run_id: str) -> None:
    run = athena.service.find(run_id)
    assert run is not None
    while run.state == "QUEUED":
        time.sleep(0.01)
    time.sleep(0.2)


def once(fault: Fault, *, written: bool = False) -> Callable[[QueryRun], Fault | None]:
    """Return a hook that gives the fault to the first statement that comes to that point."""
    left = [fault]
    return lambda run: left.pop() if left and run.written == written else None


def test_running_query_is_stopped(athena: Athena) -> None:
    run_id = athena.start(SLOW)
    until_running(athena, run_id)

    athena.client.stop_query_execution(QueryExecutionId=run_id)

    run = athena.wait(run_id)
    assert run["Status"]["State"] == "CANCELLED"
    assert run["Status"]["StateChangeReason"] == "Query cancelled by user"


def test_closing_cancels_what_runs(athena: Athena) -> None:
    run_id = athena.start(SLOW)
    until_running(athena, run_id)

    athena.service.close()

    run = athena.service.find(run_id)
    assert run is not None
    assert run.state == "CANCELLED"


def test_closing_leaves_a_statement_that_ignores_interrupts(
    athena: Athena, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = athena.start(SLOW)
    until_running(athena, run_id)
    with monkeypatch.context() as deaf:
        deaf.setattr(executor, "_CLOSE_SECONDS", 0.1)
        deaf.setattr(DuckDBSession, "interrupt", lambda _: None)

        athena.service.close()

    run = athena.service.find(run_id)
    assert run is not None
    assert run.state == "RUNNING"
    athena.service.close()
    assert run.state == "CANCELLED"


def test_third_query_waits(athena: Athena) -> None:
    gate, held = threading.Event(), threading.Semaphore(0)

    def hold(run: QueryRun) -> None:
        held.release()
        gate.wait(300)

    athena.service.faults.append(hold)
    ids = [athena.start(f"SELECT {number} AS n") for number in range(3)]
    for _ in range(2):
        assert held.acquire(timeout=300)
    states = [athena.client.get_query_execution(QueryExecutionId=item) for item in ids]
    gate.set()

    assert sorted(item["QueryExecution"]["Status"]["State"] for item in states) == [
        "QUEUED",
        "RUNNING",
        "RUNNING",
    ]
    assert [athena.wait(item)["Status"]["State"] for item in ids] == ["SUCCEEDED"] * 3


def test_scan_limit_cancels(athena: Athena) -> None:
    athena.run(UNLOAD)
    athena.glue.create_table(DatabaseName="db", TableInput=parquet_table("t", "s3://lake/out/"))
    athena.client.create_work_group(
        Name="tight",
        Configuration={
            "ResultConfiguration": {"OutputLocation": "s3://results/"},
            "BytesScannedCutoffPerQuery": 10_000_000,
        },
    )
    assert athena.run("SELECT n FROM t", WorkGroup="tight")["Status"]["State"] == "SUCCEEDED"
    session = athena.service._engine.session("db", scan_limit=1)

    with pytest.raises(QueryCancelled, match="Bytes scanned limit was exceeded"):
        session.readings.count(2)
    session.close()


def test_transient_fault_says_that_it_is_worth_a_retry(athena: Athena) -> None:
    athena.service.faults.append(once(Fault.transient()))

    status = athena.run(UNLOAD)["Status"]
    assert (status["State"], status["AthenaError"]["Retryable"]) == ("FAILED", True)
    assert status["AthenaError"]["ErrorCategory"] == 1
    assert athena.objects.list("lake", "") == []
    assert athena.run(UNLOAD)["Status"]["State"] == "SUCCEEDED"


def test_permanent_and_cancelled_faults(athena: Athena) -> None:
    athena.service.faults += [once(Fault.permanent("HIVE_BAD_DATA: s3://lake/x"))]
    status = athena.run(UNLOAD)["Status"]
    assert status["StateChangeReason"] == "HIVE_BAD_DATA: s3://lake/x"
    assert (status["AthenaError"]["ErrorCategory"], status["AthenaError"]["Retryable"]) == (
        2,
        False,
    )

    athena.service.faults[:] = [once(Fault.cancelled())]
    assert athena.run(UNLOAD)["Status"]["State"] == "CANCELLED"


def test_unload_that_fails_after_writing_leaves_its_files(athena: Athena) -> None:
    athena.service.faults.append(once(Fault.transient(), written=True))

    run = athena.run(UNLOAD)

    assert run["Status"]["State"] == "FAILED"
    assert len(athena.objects.list("lake", "out/")) == 1
    assert len(athena.text(run["Statistics"]["DataManifestLocation"]).splitlines()) == 1


def test_athena_may_start_over_and_leave_files_that_the_manifest_lacks(athena: Athena) -> None:
    athena.service.faults.append(once(Fault.requeued(seconds=0.3), written=True))

    run_id = athena.start(PARTED)
    states: list[str] = []
    while not states or states[-1] not in TERMINAL:
        found = athena.client.get_query_execution(QueryExecutionId=run_id)["QueryExecution"]
        state = found["Status"]["State"]
        if not states or states[-1] != state:
            states.append(state)
        time.sleep(0.01)

    assert states[-2:] == ["RUNNING", "SUCCEEDED"] or states[-2:] == ["QUEUED", "SUCCEEDED"]
    assert "QUEUED" in states[1:]
    assert len(athena.objects.list("lake", "parted/")) == 2
    manifest = athena.text(found["Statistics"]["DataManifestLocation"])
    assert len(manifest.splitlines()) == 1
    assert athena.service.history[-1].attempt == 2
