"""`springtide doctor`: what it finds of a stack, and that it leaves nothing behind."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from moto.athena.models import athena_backends

from cli.doctor.checks import examine
from cli.doctor.findings import FAILED, OK, Finding, Findings
from offline.api_calls import ApiCall, Watcher
from offline.api_errors import RefusedError
from offline.clients import ACCOUNT, REGION
from offline.machine import Machine
from tests.commands import refused
from tests.pipeline.rig import Rig

TABLES = {"make a table and read the row back", "read lines as they landed"}


class Denies(Watcher):
    def __init__(self, operation: str) -> None:
        self.operation = operation

    def sending(self, call: ApiCall, attempt: int) -> None:
        if call.operation == self.operation:
            raise RefusedError(403, "AccessDeniedException", "not you")


@pytest.fixture
def it(rig: Callable[..., Rig]) -> Iterator[Rig]:
    yield rig()


def found(it: Rig) -> dict[str, Finding]:
    findings = Findings(lambda _: None)
    examine(it.settings, findings)
    return {each.check: each for each in findings.all}


def left_behind(machine: Machine) -> list[str]:
    outputs = machine.outputs
    pages = machine.client("s3").list_objects_v2(Bucket=outputs["LakeBucketName"], Prefix="doctor/")
    tables = machine.client("glue").get_tables(DatabaseName=outputs["DatabaseName"])["TableList"]
    return [*(entry["Key"] for entry in pages.get("Contents", [])), *(t["Name"] for t in tables)]


def test_fresh_stack_has_what_a_run_needs(it: Rig) -> None:
    findings = found(it)

    assert {each.check: each for each in findings.values() if each.state == FAILED} == {}
    assert findings["UNLOAD a row, and its manifest"].state == OK
    assert left_behind(it.machine) == []


def test_missing_right_to_make_tables_is_named(it: Rig) -> None:
    it.machine.calls.watchers.append(Denies("CreateTable"))

    findings = found(it)

    assert {name for name in TABLES if findings[name].state == FAILED} == TABLES
    assert "Lake Formation" in findings["make a table and read the row back"].advice
    assert "not you" in findings["make a table and read the row back"].seen
    assert findings["UNLOAD a row, and its manifest"].state == OK
    assert left_behind(it.machine) == []


def test_what_cannot_be_removed_is_named(it: Rig) -> None:
    it.machine.calls.watchers.append(Denies("DeleteObject"))

    finding = found(it)["leave nothing behind"]

    assert finding.state == FAILED
    assert set(finding.seen.split(": ")[0].split("; ")) <= {
        f"s3://{it.settings.lake_bucket}/{key}" for key in left_behind(it.machine)
    }


def test_workgroup_of_another_bucket_fails(it: Rig) -> None:
    group = athena_backends[ACCOUNT][REGION].work_groups[it.settings.workgroup]
    group.configuration["ResultConfiguration"]["OutputLocation"] = "s3://elsewhere/results/"

    finding = found(it)["the workgroup"]

    assert finding.state == FAILED
    assert "s3://elsewhere/results/" in finding.seen


def test_doctor_needs_a_stack(tmp_path: Path) -> None:
    refused("no run has written there", "doctor", "--out", tmp_path)
