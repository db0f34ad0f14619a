from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from springtide.aws.executions import Ended
from springtide.failures import runbook
from springtide.failures.notices import Left, failed_run

from offline.api_calls import ApiCall
from offline.athena.service.runs import QueryRun
from offline.machine import Execution
from tests import cloudwatch
from tests.athena_faults import Fault
from tests.concurrency.gates import gate
from tests.crash.endings import end
from tests.crash.world import runs
from tests.failures.observed import attempts, lost, slices
from tests.pipeline.holding import start_and_hold
from tests.pipeline.rig import Bring, Rig, event
from tests.waiting import until
from tests.watchers import Refuses


def line(message: str, name: str) -> str:
    """What the notice says under a heading."""
    (found,) = [text for text in message.splitlines() if text.startswith(f"{name}:")]
    return found.partition(":")[2].strip()


def slice_hour(it: Rig) -> Execution:
    it.land("2020/07/13/00/a.gz", event(1))
    it.mount()
    return it.machine.run({"all": True})


# ------------------------------------------------------------------ one failed run, looked at


class FailsDerive:
    """An Athena that fails at every query of the derived table."""

    def __call__(self, run: QueryRun) -> Fault | None:
        if "/traffic/" in run.sql:
            return Fault.transient("GENERIC_INTERNAL_ERROR: not now")
        return None


class Told(NamedTuple):
    """A failed run, its notice, and what a repeated event of it does."""

    run: Execution
    notices: list[tuple[str, str]]
    again: dict[str, Any]
    redriven: dict[str, Any]
    run_seconds: list[float]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    with Rig(tmp_path_factory.mktemp("failed"), {}) as it:
        it.machine.athena.faults.append(FailsDerive())
        run = slice_hour(it)
        notices = it.notices
        found = it.client("stepfunctions").describe_execution(executionArn=run.arn)
        stopped = int(found["stopDate"].timestamp() * 1000)
        detail = {"executionArn": run.arn, "name": found["name"], "status": "FAILED"}
        again = it.invoke("report_failure", {"detail": detail | {"stopDate": stopped}})
        measured = [each.values for each in cloudwatch.measured(it.machine)]
        seconds = [values["RunSeconds"] for values in measured if "RunSeconds" in values]
        redriven = it.invoke("report_failure", {"detail": detail | {"stopDate": stopped + 60_000}})
    yield Told(run, notices, again, redriven, seconds)


def test_failed_run_is_reported_once(told: Told) -> None:
    assert told.run.status == "FAILED"
    ((subject, message),) = told.notices
    assert subject == "Springtide springtide: run FAILED with TransientQueryError"
    assert told.run.arn in message
    assert told.again == {"published": False, "stopped": []}


def test_failed_run_is_measured_once(told: Told) -> None:
    (seconds,) = told.run_seconds
    assert 0 < seconds < 600


def test_run_that_was_redriven_and_failed_again_is_reported_again(told: Told) -> None:
    assert told.redriven["published"] is True


def test_notice_says_what_failed_and_where(told: Told) -> None:
    ((_, message),) = told.notices
    assert line(message, "Stack") == "springtide, data set traffic"
    assert line(message, "State") == "Write Chunk"
    assert "GENERIC_INTERNAL_ERROR: not now" in line(message, "Error")
    assert line(message, "Hours") == "1, from arrival hour 2020-07-13T00 to 2020-07-13T00"
    assert f"details/{told.run.arn}" in message


def test_notice_says_what_is_left_and_what_to_do(told: Told) -> None:
    ((_, message),) = told.notices
    assert line(message, "Published").startswith("in part, partitions: 1 of events;")
    assert line(message, "Complete") == "up to arrival hour (none yet)"
    assert line(message, "Lease") == "free; the next run can start at once"
    assert line(message, "More") == "docs/reliability.md#transientqueryerror"


# ------------------------------------------------------------------ executions that are cut off


def land_and_hold(it: Rig) -> str:
    """Starts a run over an object, and comes back when its extract is at work."""
    it.land("2020/07/13/00/a.gz", event(1))
    return start_and_hold(it, {"all": True})


def end_of(query: QueryRun) -> str:
    until(lambda: query.state not in ("QUEUED", "RUNNING"))
    return query.state


@pytest.mark.parametrize(("status", "anchor"), [("ABORTED", "aborted"), ("TIMED_OUT", "timed-out")])
def test_run_that_is_cut_off_is_reported_and_its_query_is_stopped(
    rig: Bring, status: str, anchor: str
) -> None:
    it = rig()
    arn = land_and_hold(it)

    if status == "ABORTED":
        it.machine.stop(arn)
    else:
        end(runs(it.machine)[-1], "timed out")

    assert it.machine.wait(arn).status == status
    (query,) = [run for run in it.machine.athena.history if "FROM landing" in run.sql]
    assert end_of(query) == "CANCELLED"
    ((subject, message),) = it.notices
    assert subject == f"Springtide springtide: run {status}"
    assert line(message, "State") == "Extract"
    assert line(message, "Stopped") == query.id
    assert line(message, "Published") == "nothing of the slice; its hours are pending or held"
    assert line(message, "Lease").startswith("still held by this run; runs started before")
    assert line(message, "More") == f"docs/reliability.md#{anchor}"


def writes_the_id_down(call: ApiCall) -> bool:
    """Whether it is the call that keeps the id of a query that was just started."""
    return call.parameters.get("UpdateExpression") == "SET #query_id = :query_id"


def test_query_that_was_started_by_a_run_cut_off_right_then_is_said_to_run_maybe(
    rig: Bring,
) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1))
    it.mount()
    with gate(it.machine, writes_the_id_down) as before:
        arn = it.machine.start({"all": True})
        before.reached()

        it.machine.stop(arn)
        until(lambda: bool(it.notices))
    assert it.machine.wait(arn).status == "ABORTED"

    ((_, message),) = it.notices
    (slice_,) = slices(it)
    attempt = f"extract#00000#001 of slice {slice_['sk']}"
    assert line(message, "May run") == f"{attempt}, whose query id was never recorded"
    assert "Stopped:" not in message


def test_queries_of_the_run_that_took_over_are_left_alone(rig: Bring) -> None:
    it = rig()
    arn = land_and_hold(it)
    other = it.machine.start({"bogus": 1}, name="other")
    it.machine.wait(other)

    ended = {"name": "other", "status": "ABORTED", "stopDate": 1784000000000}
    done = it.invoke("report_failure", {"detail": {**ended, "executionArn": other}})

    assert done["stopped"] == []
    (query,) = [run for run in it.machine.athena.history if "FROM landing" in run.sql]
    assert query.state in ("QUEUED", "RUNNING")
    assert line(it.notices[-1][1], "Lease") == f"held by {arn}"
    it.machine.stop(arn)


# ------------------------------------------------------------------ when telling fails


def test_run_is_reported_after_athena_has_forgotten_its_query(rig: Bring) -> None:
    it = rig()
    arn = land_and_hold(it)
    unknown = "QueryExecution was not found"
    forgets = Refuses("StopQueryExecution", "InvalidRequestException", unknown)
    it.machine.calls.watchers.append(forgets)

    it.machine.stop(arn)
    assert it.machine.wait(arn).status == "ABORTED"

    ((_, message),) = it.notices
    assert "Stopped:" not in message and "Still runs:" not in message
    (slice_,) = slices(it)
    assert [attempt.state for attempt in attempts(it, slice_["sk"])] == ["forgotten"]


def test_run_is_reported_although_its_history_cannot_be_read(rig: Bring) -> None:
    it = rig()
    it.mount()
    it.machine.calls.watchers.append(Refuses("GetExecutionHistory", "AccessDeniedException"))

    it.machine.run({"bogus": 1})

    ((_, message),) = it.notices
    assert line(message, "State") == "unknown"
    assert "bogus" in line(message, "Error")
    assert not lost(it)


def test_report_that_cannot_be_sent_lies_in_the_queue(rig: Bring) -> None:
    it = rig()
    topic = it.client("sns").list_topics()["Topics"][0]["TopicArn"]
    it.client("sns").delete_topic(TopicArn=topic)

    run = it.machine.run({"bogus": 1})

    (given_up,) = lost(it)
    assert given_up["requestPayload"]["detail"]["executionArn"] == run.arn
    assert given_up["responsePayload"]["errorType"] == "NotFoundException"
    assert given_up["requestContext"]["approximateInvokeCount"] == 3


# ------------------------------------------------------------------ what to do


@pytest.mark.parametrize(
    ("status", "error", "anchor"),
    [
        ("FAILED", "States.Timeout", "statestimeout"),
        ("FAILED", "States.TIMED_OUT", "statestimeout"),
        ("FAILED", "States.Runtime", "statesruntime"),
        ("FAILED", "States.ABORTED", "aborted"),
        ("ABORTED", "", "aborted"),
        ("TIMED_OUT", "States.Timeout", "timed-out"),
        ("FAILED", "AccessDeniedException", "any-other-name"),
        ("FAILED", "", "any-other-name"),
    ],
)
def test_ends_that_are_no_error_of_ours_have_a_line_too(
    status: str, error: str, anchor: str
) -> None:
    assert runbook.advice(status, error).more == f"docs/reliability.md#{anchor}"


def test_long_causes_and_odd_names_fit_into_a_notice(rig: Bring) -> None:
    arn = "arn:aws-cn:states:cn-north-1:123456789012:execution:m:n"
    ended = Ended(arn, "FAILED", "E\n" * 200, "ü" * 32_768, None, datetime.now(UTC), 1)
    notice = failed_run(rig().settings, ended, Left(None, {}, [], [], "free", None, []))
    assert len(notice.subject) < 100
    assert notice.subject.isascii()
    assert "\n" not in notice.subject
    assert len(notice.message.encode()) < 262_144
    assert "https://cn-north-1.console.amazonaws.cn/states" in notice.message
