"""`make clients`: dbt and SQLMesh build their models on `springtide serve`.

No part of `make test`: they need an environment of their own.
"""

import json
import os
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyathena import connect

from tests.local.served import Served, land, run, serving
from tests.pipeline.rig import event

HERE = Path(__file__).parent
BIN = Path(os.environ.get("CLIENTS_BIN", HERE.parents[1] / ".venv-clients" / "bin"))
EVERY_EVENT = "SELECT unieke_id, event_time, event_date, event_hour FROM"


class Client:
    """A project of its own copy, and the served stack that it builds on."""

    def __init__(self, served: Served, landing: Path, project: Path) -> None:
        self.served = served
        self.landing = landing
        self.project = project

    def work(self, *command: str) -> str:
        done = subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            cwd=self.project,
            env={**os.environ, **self.served.environment},
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def rows(self, sql: str) -> Counter[tuple[Any, ...]]:
        named = self.served.environment
        connection = connect(
            work_group="springtide",
            schema_name="springtide",
            region_name=named["AWS_DEFAULT_REGION"],
            endpoint_url=named["AWS_ENDPOINT_URL"],
            aws_access_key_id=named["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=named["AWS_SECRET_ACCESS_KEY"],
            poll_interval=0.05,
        )
        return Counter(map(tuple, connection.cursor().execute(sql).fetchall()))

    def arrive(self, *events: dict[str, Any]) -> None:
        """Another file lands, and a run publishes it."""
        hour = self.landing / "2020/07/13/03"
        hour.mkdir(parents=True)
        (hour / "late").write_text("".join(json.dumps(each) + "\n" for each in events))
        assert run(self.served)["status"] == "SUCCEEDED"


@pytest.fixture
def client(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Client]:
    """Of the tool that the test names."""
    project = shutil.copytree(HERE / request.param, tmp_path / "project")
    landing = land(tmp_path)
    with serving("--landing", str(landing)) as served:
        assert run(served)["status"] == "SUCCEEDED"
        # Of its own: a build deletes what it replaces, which the lake bucket's policy denies.
        where = {"LocationConstraint": served.environment["AWS_DEFAULT_REGION"]}
        served.client("s3").create_bucket(
            Bucket="marts-123456789012", CreateBucketConfiguration=where
        )
        yield Client(served, landing, project)


LATE, NEW = event(98, "2020-07-13T00:40:00Z"), event(99, "2020-07-13T02:30:00Z")


@pytest.mark.parametrize("client", ["dbt"], indirect=True)
def test_dbt_builds_tables_views_and_increments(client: Client) -> None:
    client.work("dbt", "build", "--profiles-dir", ".")
    first = client.rows(f"{EVERY_EVENT} events")
    assert len(first) == 7
    assert client.rows(f"{EVERY_EVENT} marts.all_events") == first
    assert client.rows(f"{EVERY_EVENT} marts.late_hours") == first
    assert client.rows("SELECT * FROM marts.by_hour") == Counter([("00", 3), ("01", 4)])

    client.arrive(LATE, NEW)
    client.work("dbt", "build", "--profiles-dir", ".")

    second = client.rows(f"{EVERY_EVENT} events")
    assert len(second) == 9
    assert client.rows(f"{EVERY_EVENT} marts.all_events") == second
    assert client.rows(f"{EVERY_EVENT} marts.late_hours") == second
    assert client.rows("SELECT * FROM marts.by_hour") == Counter([("00", 4), ("01", 4), ("02", 1)])
    assert client.rows("SHOW TABLES IN marts") == Counter(
        [("all_events",), ("by_hour",), ("late_hours",)]
    )


@pytest.mark.parametrize("client", ["sqlmesh"], indirect=True)
def test_sqlmesh_plans_runs_and_restates(client: Client) -> None:
    def published() -> Counter[tuple[Any, ...]]:
        return client.rows("SELECT unieke_id, event_hour, CAST(event_date AS varchar) FROM events")

    client.work("sqlmesh", "plan", "--auto-apply", "--no-prompts")
    assert client.rows("SELECT unieke_id, hour, day FROM mesh.by_day") == published()
    assert client.rows("SELECT * FROM mesh.hours") == Counter([("00", 3), ("01", 4)])
    assert client.rows("SELECT * FROM mesh.busy") == Counter([("01",)])

    client.arrive(LATE, NEW)
    restated = ("--restate-model", "mesh.by_day", "--start", "2020-07-13", "--end", "2020-07-13")
    client.work("sqlmesh", "plan", "--auto-apply", "--no-prompts", *restated)
    client.work("sqlmesh", "run")

    assert len(published()) == 9
    assert client.rows("SELECT unieke_id, hour, day FROM mesh.by_day") == published()
    assert client.rows("SELECT * FROM mesh.hours") == Counter([("00", 4), ("01", 4), ("02", 1)])
    assert client.rows("SELECT * FROM mesh.busy") == Counter([("00",), ("01",)])
