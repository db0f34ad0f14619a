"""Every file of events/ is an input that works: of the state machine, or of one function."""

import gzip
import json
import socket
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from springtide.model.arrival import ArrivalHour
from springtide.requests import run_input

from offline import invoke
from offline.clients import CREDENTIALS, REGION
from offline.invoke import Answer, handlers, variables
from offline.machine import Machine
from offline.serving import Server
from offline.template import load
from tests import oracle, sampled
from tests.files import ROOT
from tests.project.machines import TASKS
from tests.samlocal.runtime_api import Function, call
from tests.sampled import sample_machine

FUNCTIONS = handlers(load(ROOT / "template.yaml"))
FILES = {path.stem: json.loads(path.read_text()) for path in (ROOT / "events").glob("*.json")}
INPUTS = sorted(FILES.keys() - set(FUNCTIONS.values()))


def test_every_function_has_an_event() -> None:
    assert set(FUNCTIONS.values()) - FILES.keys() == set()


def test_every_event_of_a_function_is_described() -> None:
    described = (ROOT / "docs" / "sam-local.md").read_text()

    assert [name for name in FUNCTIONS.values() if f"| `{name}.json` | " not in described] == []


@pytest.mark.parametrize("name", INPUTS)
def test_every_other_file_is_an_input_that_the_state_machine_takes(name: str) -> None:
    asked = run_input.parse(FILES[name], ArrivalHour.parse("2000-01-01T00"), datetime.now(UTC))

    assert (asked is None) == (name == "schedule")


@pytest.mark.parametrize("logical_id", FUNCTIONS)
def test_event_has_the_fields_that_the_states_pass(logical_id: str) -> None:
    passed = [
        {name.removesuffix(".$") for name in task["Parameters"]}
        for task in TASKS.values()
        if task["Resource"] == f"${{{logical_id}Arn}}"
    ]
    assert not passed or FILES[FUNCTIONS[logical_id]].keys() in passed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("sample")


@pytest.fixture(scope="module")
def landing(folder: Path, machine: Machine) -> Path:
    return folder / "landing"


@pytest.fixture(scope="module")
def machine(folder: Path) -> Iterator[Machine]:
    with sample_machine(folder) as machine:
        yield machine


@pytest.fixture(scope="module")
def answers(machine: Machine) -> dict[str, Answer]:
    """What each function answers to its event on the sample stack, by the function's folder."""
    return {
        FUNCTIONS[logical_id]: answer for logical_id, answer in sampled.answers(machine).items()
    }


@pytest.mark.parametrize("handler", FUNCTIONS.values())
def test_function_takes_its_event(answers: dict[str, Answer], handler: str) -> None:
    assert not answers[handler].failed, answers[handler].payload


@pytest.mark.parametrize(
    ("logical_id", "field"),
    [
        (logical_id, field)
        for logical_id, handler in FUNCTIONS.items()
        for field in FILES[handler]
        if handler != "report_failure" or field == "detail"  # the rest is EventBridge's
    ],
)
def test_field_that_an_event_lacks_is_named_with_an_example(
    machine: Machine, answers: dict[str, Answer], logical_id: str, field: str
) -> None:
    handler = FUNCTIONS[logical_id]
    event = {name: value for name, value in FILES[handler].items() if name != field}

    answer = invoke.invoke(machine, logical_id, event)

    assert answer.failed and answer.payload["errorType"] == "InvalidInputError"
    told = f"the event has no '{field}'; events/{handler}.json shows one"
    assert answer.payload["errorMessage"] == told


def test_event_that_is_no_object_is_answered_as_one_without_fields(machine: Machine) -> None:
    answer = invoke.invoke(machine, "TakeLeaseFunction", None)

    assert "the event has no 'execution'" in answer.payload["errorMessage"]


def test_events_move_the_run_that_was_cut_off_on(answers: dict[str, Answer]) -> None:
    found = {handler: answer.payload for handler, answer in answers.items()}

    assert found["start_crawler"]["state"] == "RUNNING"
    assert found["poll_crawler"]["state"] == "SUCCEEDED"
    assert found["take_lease"]["taken"] is True
    assert found["announce_slices"] == {"announced": 0}  # the first run has, at its end
    assert found["plan_slice"]["id"] == "000003-20200713T113000"
    assert found["run_query"]["state"] == "RUNNING"
    assert found["poll_query"]["state"] == "SUCCEEDED"
    merge = {"step": "merge", "audit": "audit", "chunks": [0, 1], "slice_chunks": 2}
    assert found["plan_partitions"] == merge
    assert found["add_partitions"]["partitions"] == found["check_audit"]["partitions"] > 2
    derive = {"step": "derive", "audit": "audit_derived", "chunks": [0], "slice_chunks": 3}
    assert found["plan_derived"] == derive
    assert found["isolate_failure"]["isolated"] is True
    stopped = [found["run_query"]["query_id"]]  # whose end was not observed
    assert found["report_failure"] == {"published": True, "stopped": stopped}
    assert found["collect_garbage"]["skipped"] is False


def test_published_partitions_hold_the_rows_that_were_audited(
    machine: Machine, answers: dict[str, Answer]
) -> None:
    slices = "SELECT count(*) AS n FROM events WHERE \"$path\" LIKE '%/version=000002-%'"
    (row,) = machine.athena.query(slices, machine.outputs["DatabaseName"])

    assert row["n"] == answers["check_audit"].payload["rows"] > 0


def test_recorded_slice_has_the_lines_of_its_arrival_hours(
    landing: Path, answers: dict[str, Answer]
) -> None:
    files = [file for hour in ("06", "07") for file in landing.glob(f"2020/07/13/{hour}/*.gz")]
    lines = sum(gzip.decompress(file.read_bytes()).count(b"\n") for file in files)

    assert answers["record_slice"].payload["lines"] == lines > 0


@pytest.mark.skipif(sys.platform != "linux", reason="awslambdaric is there for Linux only")
def test_function_in_a_process_of_its_own_finds_the_served_stack(
    machine: Machine, answers: dict[str, Answer]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, Server(machine, listening) as server:
        own = variables(machine, server.url)["TakeLeaseFunction"]
        function = Function(
            ROOT / "functions",
            "take_lease.app.lambda_handler",
            {**own, **CREDENTIALS, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION},
            timeout_seconds=60,
        )
        answer = call((sys.executable, "-m", "awslambdaric"), function, FILES["take_lease"])

    before = answers["take_lease"].payload["fence"]
    assert (answer.failed, answer.payload["taken"]) == (False, True)
    assert answer.payload["fence"] > before  # the ledger that it wrote to is the machine's


def test_run_after_the_events_ends_as_if_there_had_been_none(
    machine: Machine, landing: Path, answers: dict[str, Answer]
) -> None:
    machine.run({"all": True})
    ended = machine.run({"settle": True})
    assert ended.status == "SUCCEEDED", ended.cause

    expected = oracle.expect(landing)
    sql = "SELECT count(*) AS n, count(DISTINCT (unieke_id, event_time)) AS keys FROM events"
    (row,) = machine.athena.query(sql, machine.outputs["DatabaseName"])
    assert (row["n"], row["keys"]) == (expected.distinct, expected.distinct)
    (row,) = machine.athena.query(
        "SELECT count(*) AS n FROM quarantine", machine.outputs["DatabaseName"]
    )
    assert row["n"] == sum(expected.rejected.values())
