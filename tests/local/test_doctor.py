"""`springtide doctor`: what it finds of a stack, and that nothing of it stays."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.athena.models import athena_backends

from cli.doctor.checks import examine
from cli.doctor.findings import FAILED, OK, Finding, Findings
from offline.api_errors import RefusedError
from offline.clients import ACCOUNT, REGION
from offline.machine import Machine
from tests.commands import refused
from tests.pipeline.rig import Bring, Rig
from tests.watchers import Refuses

# What the bucket's lifecycle rule expires: template.yaml.
CONDEMNED = [{"Key": "springtide", "Value": "condemned"}]
TABLES = {"make a table and read the row back", "read lines as they landed"}


def denies(operation: str) -> Refuses:
    return Refuses(operation, RefusedError(403, "AccessDeniedException", "not you"))


@pytest.fixture
def it(rig: Bring) -> Iterator[Rig]:
    yield rig()


def found(it: Rig) -> dict[str, Finding]:
    findings = Findings(lambda _: None)
    examine(it.settings, findings)
    return {each.check: each for each in findings.all}


def left_behind(machine: Machine) -> list[str]:
    """The tables of a fresh stack, and the objects that the bucket's rule does not expire."""
    outputs, s3 = machine.outputs, machine.client("s3")
    bucket = outputs["LakeBucketName"]
    made = s3.list_objects_v2(Bucket=bucket, Prefix="doctor/")["Contents"]
    stay = [
        each["Key"]
        for each in made
        if s3.get_object_tagging(Bucket=bucket, Key=each["Key"])["TagSet"] != CONDEMNED
    ]
    tables = machine.client("glue").get_tables(DatabaseName=outputs["DatabaseName"])["TableList"]
    return [*stay, *(t["Name"] for t in tables)]


def test_fresh_stack_has_what_a_run_needs(it: Rig) -> None:
    findings = found(it)

    assert {each.check: each for each in findings.values() if each.state != OK} == {}
    assert "UNLOAD a row, and its manifest" in findings
    assert left_behind(it.machine) == []


def test_missing_right_to_make_tables_is_named(it: Rig) -> None:
    it.machine.calls.watchers.append(denies("CreateTable"))

    findings = found(it)

    assert {name for name in TABLES if findings[name].state == FAILED} == TABLES
    assert "Lake Formation" in findings["make a table and read the row back"].advice
    assert "not you" in findings["make a table and read the row back"].seen
    assert findings["UNLOAD a row, and its manifest"].state == OK
    assert left_behind(it.machine) == []


def test_ledger_that_cannot_be_read_is_named(it: Rig) -> None:
    it.machine.calls.watchers.append(denies("GetItem"))

    failed = [each for each in found(it).values() if each.state == FAILED]

    assert [each.check for each in failed] == ["read the ledger"]
    assert "not you" in failed[0].seen


def test_every_check_is_reported_if_nothing_may_be_written(it: Rig) -> None:
    whole = found(it)
    it.machine.calls.watchers.append(denies("PutObject"))

    findings = found(it)

    refused = {"write to the lake bucket", "read lines as they landed"}
    assert {name for name in refused if findings[name].state == FAILED} == refused
    assert whole.keys() - findings.keys() == {"read .deflate"}
    assert left_behind(it.machine) == []


def test_what_would_stay_is_named(it: Rig) -> None:
    it.machine.calls.watchers += [denies("PutObjectTagging"), denies("DeleteTable")]

    finding = found(it)["leave nothing behind"]

    assert finding.state == FAILED
    left = left_behind(it.machine)
    assert {name for name in left if "/" not in name and name not in finding.seen} == set()
    below = f"objects below s3://{it.settings.lake_bucket}/doctor/"
    assert below in finding.seen
    assert any(name.startswith("doctor/") for name in left)


def test_workgroup_of_another_bucket_fails(it: Rig) -> None:
    group = athena_backends[ACCOUNT][REGION].work_groups[it.settings.workgroup]
    group.configuration["ResultConfiguration"]["OutputLocation"] = "s3://elsewhere/results/"

    finding = found(it)["the workgroup"]

    assert finding.state == FAILED
    assert "s3://elsewhere/results/" in finding.seen


def test_archived_objects_of_the_landing_are_no_failure(it: Rig) -> None:
    settings, s3 = it.settings, it.client("s3")

    def land(name: str, storage: str) -> None:
        key = f"{settings.landing_prefix}2020/07/13/0{name}"
        s3.put_object(Bucket=settings.landing_bucket, Key=key, Body=b"{}", StorageClass=storage)

    land("0/old", "GLACIER")
    assert found(it)["list and read the landing"].state == OK
    land("1/new", "STANDARD")
    assert found(it)["list and read the landing"].state == OK
    it.machine.calls.watchers.append(denies("GetObject"))
    assert found(it)["list and read the landing"].state == FAILED


def test_doctor_needs_a_stack(tmp_path: Path) -> None:
    refused("no run has written there", "doctor", "--out", tmp_path)
