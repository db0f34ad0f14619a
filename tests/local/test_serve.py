"""`springtide serve`, in a process of its own, and the clients that people have."""

import json
import re
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import awswrangler
import boto3
import pytest
from botocore.exceptions import ClientError
from pyathena import connect
from pyathena.error import OperationalError
from pyathena.pandas.cursor import PandasCursor

from cli.run_history import kept_runs
from cli.state import RunState, home_of, keep_state, read_state
from tests import oracle
from tests.commands import refused, shown, springtide
from tests.files import put_lines
from tests.local.served import Served, land, run, serving, until_ended
from tests.pipeline.rig import event

LAKE = "springtide-lake-123456789012-eu-west-1"
LANDING = "springtide-landing-123456789012-eu-west-1"
# awswrangler's
pytestmark = pytest.mark.filterwarnings("ignore:The copy keyword is deprecated")


@dataclass
class Taken:
    """A served stack that has taken a landing folder in, started over HTTP."""

    served: Served
    expected: oracle.Expected


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Taken]:
    landing = land(tmp_path_factory.mktemp("serve"))
    with serving("--landing", landing) as served:
        assert run(served)["status"] == "SUCCEEDED"
        yield Taken(served, oracle.expect(landing))


def test_printed_commands_run_as_pasted(taken: Taken) -> None:
    served = taken.served
    tables, query, results, listing, start, fire = served.lines[-6:]

    assert {"events", "quarantine", "traffic"} <= set(json.loads(served.shell(tables)))
    asked = json.loads(served.shell(query))["QueryExecutionId"]
    until_query_ended(served, asked)
    rows = json.loads(served.shell(results.replace("ID", asked)))["ResultSet"]["Rows"]
    table = [[cell["VarCharValue"] for cell in row["Data"]] for row in rows]
    assert table == [["events"], [str(taken.expected.distinct)]]
    assert "2020/07/13/00/a" in served.shell(listing)
    started = json.loads(served.shell(start))["executionArn"]
    assert until_ended(served, started)["status"] == "SUCCEEDED"
    (fired, *_) = re.findall(r"arn:\S+", served.shell(f"{fire} --at 2020-07-14T12:25:00Z"))
    ended = until_ended(served, fired)
    assert ended["status"] == "SUCCEEDED"
    assert json.loads(ended["input"]) == {"scheduled_time": "2020-07-14T12:25:00Z"}


def until_query_ended(served: Served, query: str) -> None:
    client = served.client("athena")
    while True:
        found = client.get_query_execution(QueryExecutionId=query)["QueryExecution"]
        if found["Status"]["State"] not in ("QUEUED", "RUNNING"):
            return
        time.sleep(0.05)


BY_HOUR = "SELECT event_hour, count(*) AS events, max(event_time) AS ends FROM events GROUP BY 1"


def hours_of(expected: oracle.Expected) -> Counter[str]:
    return Counter(f"{moment:%H}" for _, moment in expected.events)


@pytest.fixture
def exported(taken: Taken, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a terminal after the printed export line."""
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    for name, value in taken.served.environment.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def wrangler(exported: None) -> dict[str, Any]:
    """What every call of awswrangler's Athena module is given."""
    return {
        "database": "springtide",
        "workgroup": "springtide",
        "athena_query_wait_polling_delay": 0.05,
    }


@pytest.mark.parametrize("way", ["csv", "unload", "ctas"])
def test_awswrangler_reads_the_published_rows(
    taken: Taken, wrangler: dict[str, Any], way: str
) -> None:
    unload: dict[str, Any] = {
        "unload_approach": True,
        "s3_output": f"s3://{LAKE}/athena-results/{way}/",
    }
    frame = awswrangler.athena.read_sql_query(
        BY_HOUR, ctas_approach=way == "ctas", **wrangler, **(unload if way == "unload" else {})
    )

    assert dict(zip(frame["event_hour"], frame["events"], strict=True)) == hours_of(taken.expected)
    assert frame["ends"].max().to_pydatetime() == max(moment for _, moment in taken.expected.events)


def test_awswrangler_fills_in_parameters_in_both_ways(wrangler: dict[str, Any]) -> None:
    sql = "SELECT count(*) AS events FROM events WHERE event_hour = "

    def ask(mark: str, **params: Any) -> int:
        frame = awswrangler.athena.read_sql_query(
            sql + mark, ctas_approach=False, **wrangler, **params
        )
        return int(frame["events"][0])

    assert ask(":hour", params={"hour": "01"}) == 4
    assert ask("?", params=["'01'"], paramstyle="qmark") == 4


def test_reader_that_lists_a_table_s_location_finds_no_files(
    taken: Taken, wrangler: dict[str, Any]
) -> None:
    with pytest.raises(awswrangler.exceptions.NoFilesFound):
        awswrangler.s3.read_parquet_table("events", "springtide")
    # As docs/tables.md has it: by a filter it wants all partitions below the table's location.
    with pytest.raises(Exception, match="is not under the root path"):
        awswrangler.s3.read_parquet_table("events", "springtide", partition_filter=lambda _: True)


def test_partitions_that_the_catalog_names_hold_each_row_once(
    taken: Taken, wrangler: dict[str, Any]
) -> None:
    places = awswrangler.catalog.get_parquet_partitions("springtide", "events")

    files = [file for place in places for file in awswrangler.s3.list_objects(place)]
    frame = awswrangler.s3.read_parquet(files)

    assert len(frame) == len(taken.expected.events)


def test_awswrangler_reads_the_catalog(wrangler: dict[str, Any]) -> None:
    table = awswrangler.catalog.table("springtide", "events")
    assert dict(zip(table["Column Name"], table["Partition"], strict=True))["event_hour"] is True
    kinds = dict(zip(table["Column Name"], table["Type"], strict=True))
    assert (kinds["event_time"], kinds["unieke_id"]) == ("timestamp", "bigint")
    assert "traffic" in set(awswrangler.catalog.tables()["Table"])
    described = awswrangler.athena.describe_table("events", **wrangler)
    assert "event_time" in described.to_csv()


@pytest.fixture
def pyathena(exported: None) -> Iterator[Any]:
    connection = connect(work_group="springtide", schema_name="springtide", poll_interval=0.05)
    yield connection
    connection.close()


def test_pyathena_reads_the_published_rows(taken: Taken, pyathena: Any) -> None:
    cursor = pyathena.cursor()

    found = cursor.execute(BY_HOUR).fetchall()
    assert {hour: events for hour, events, _ in found} == hours_of(taken.expected)
    assert [name for name, *_ in cursor.description] == ["event_hour", "events", "ends"]
    one = cursor.execute("SELECT reject_reason, line FROM quarantine").fetchall()
    assert one == [("malformed", "broken")]
    sql = "SELECT count(*) FROM events WHERE event_hour = "
    assert cursor.execute(f"{sql} %(hour)s", {"hour": "01"}).fetchall() == [(4,)]
    assert cursor.execute(f"{sql} ?", ["'01'"], paramstyle="qmark").fetchall() == [(4,)]


def test_pyathena_reads_into_pandas(taken: Taken, pyathena: Any) -> None:
    frame = pyathena.cursor(PandasCursor).execute(BY_HOUR).as_pandas()

    assert dict(zip(frame["event_hour"], frame["events"], strict=True)) == hours_of(taken.expected)


def test_pyathena_reads_the_catalog(pyathena: Any) -> None:
    cursor = pyathena.cursor()
    tables = {table.name for table in cursor.list_table_metadata()}
    assert {"events", "quarantine", "traffic"} <= tables
    assert [each.name for each in cursor.list_databases(catalog_name="AwsDataCatalog")] == [
        "springtide"
    ]
    assert cursor.execute("SHOW DATABASES").fetchall() == [("springtide",)]
    assert ("event_date=2020-07-13/event_hour=00",) in (
        cursor.execute("SHOW PARTITIONS events").fetchall()
    )


def test_wrong_query_is_refused_in_athenas_words(pyathena: Any) -> None:
    with pytest.raises(OperationalError, match=r"COLUMN_NOT_FOUND: .*nope"):
        pyathena.cursor().execute("SELECT nope FROM events")


def test_what_happened_is_kept_below_out(tmp_path: Path) -> None:
    landing, out, env = land(tmp_path), tmp_path / "out", tmp_path / "env.json"
    arguments = ("--landing", landing, "--out", out, "--env-file", env)
    with serving(*arguments) as served:
        port = served.environment["AWS_ENDPOINT_URL"].rpartition(":")[2]
        told = json.loads(env.read_text())
        assert told["PlanSliceFunction"]["LANDING_BUCKET"] == LANDING
        inside = f"http://host.docker.internal:{port}"
        assert {each["AWS_ENDPOINT_URL"] for each in told.values()} == {inside}
        body = json.dumps(event(99, "2020-07-13T02:30:00Z")).encode()
        served.client("s3").put_object(Bucket=LANDING, Key="2020/07/13/02/put", Body=body)
        put_lines(landing / "2020/07/13/03/late", event(98, "2020-07-13T02:40:00Z"))
        assert run(served)["status"] == "SUCCEEDED"
        in_use = springtide("query", "SELECT 1 AS one", "--out", out)
    assert "another springtide command is at work there" in in_use.stderr

    sql = "SELECT unieke_id FROM events WHERE event_hour = '02' ORDER BY 1"
    assert shown("query", sql, "--out", out) == [{"unieke_id": 98}, {"unieke_id": 99}]
    assert [kept["status"] for kept in kept_runs(home_of(out))] == ["SUCCEEDED"]


NOT_OFFERED: list[tuple[str, str, dict[str, Any]]] = [
    ("glue", "search_tables", {}),
    ("glue", "get_crawler_metrics", {}),
    ("stepfunctions", "redrive_execution", {"executionArn": "arn:aws:states:::execution:a:b"}),
    ("cloudformation", "list_types", {}),
    ("ec2", "describe_regions", {}),
    ("ecs", "list_clusters", {}),
    ("apigateway", "get_rest_apis", {}),
]


@pytest.mark.parametrize(("service", "call", "parameters"), NOT_OFFERED)
def test_call_that_is_not_offered_is_refused_once(
    taken: Taken, service: str, call: str, parameters: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as refused:
        getattr(taken.served.client(service), call)(**parameters)

    answer = refused.value.response
    assert answer["Error"]["Code"] == "UnknownOperationException"
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert answer["ResponseMetadata"]["RetryAttempts"] == 0


def test_glue_has_no_statistics_and_takes_those_that_an_engine_sends(taken: Taken) -> None:
    glue = taken.served.client("glue")
    table = {"DatabaseName": "springtide", "TableName": "events"}
    partition = {**table, "PartitionValues": ["2020-07-13", "00"]}
    sent = {
        "ColumnName": "geldig",
        "ColumnType": "bigint",
        "AnalyzedTime": "2020-07-13T00:00:00Z",
        "StatisticsData": {
            "Type": "LONG",
            "LongColumnStatisticsData": {"NumberOfNulls": 0, "NumberOfDistinctValues": 1},
        },
    }
    for of, where in (("table", table), ("partition", partition)):
        take = getattr(glue, f"update_column_statistics_for_{of}")
        assert take(**where, ColumnStatisticsList=[sent])["Errors"] == []
        found = getattr(glue, f"get_column_statistics_for_{of}")(**where, ColumnNames=["geldig"])
        assert found["ColumnStatisticsList"] == []
        getattr(glue, f"delete_column_statistics_for_{of}")(**where, ColumnName="geldig")
    functions = glue.get_user_defined_functions(DatabaseName="springtide", Pattern=".*")
    assert functions["UserDefinedFunctions"] == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [({"name": "bad name"}, "InvalidName"), ({"input": "nojson"}, "InvalidExecutionInput")],
)
def test_execution_is_refused_as_aws_refuses_it(
    taken: Taken, wrong: dict[str, Any], code: str
) -> None:
    client = taken.served.client("stepfunctions")
    machine = client.list_state_machines()["stateMachines"][0]["stateMachineArn"]

    with pytest.raises(ClientError) as refused:
        client.start_execution(stateMachineArn=machine, **wrong)

    assert refused.value.response["Error"]["Code"] == code


def test_athena_reports_its_catalog_and_what_a_query_took(taken: Taken) -> None:
    athena = taken.served.client("athena")
    query = athena.start_query_execution(
        QueryString=BY_HOUR,
        WorkGroup="springtide",
        QueryExecutionContext={"Database": "springtide"},
    )["QueryExecutionId"]
    until_query_ended(taken.served, query)

    took = athena.get_query_runtime_statistics(QueryExecutionId=query)["QueryRuntimeStatistics"]
    catalogs = athena.list_data_catalogs()["DataCatalogsSummary"]

    assert took["Rows"]["OutputRows"] == len(hours_of(taken.expected))
    assert took["Timeline"]["TotalExecutionTimeInMillis"] >= 0
    assert [(each["CatalogName"], each["Type"]) for each in catalogs] == [
        ("AwsDataCatalog", "GLUE")
    ]


def test_empty_landing_is_served_and_filled_and_no_run_starts_without_it(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    with serving("--landing", tmp_path / "landing", "--out", tmp_path / "out") as served:
        assert any("no tables yet" in line for line in served.lines)
        body = json.dumps(event(7, "2020-07-13T02:30:00Z")).encode()
        served.client("s3").put_object(Bucket=LANDING, Key="2020/07/13/02/put", Body=body)
        assert run(served)["status"] == "SUCCEEDED"
        (tmp_path / "landing").rmdir()
        gone = f"--landing {tmp_path}/landing: no such folder any more"
        refused(gone, "fire", "--endpoint", served.environment["AWS_ENDPOINT_URL"])
        with pytest.raises(ClientError, match=gone):
            run(served)

    events = shown("query", "SELECT unieke_id FROM events", "--out", tmp_path / "out")
    assert events == [{"unieke_id": 7}]


def test_out_folder_that_is_served_knows_its_data_set(tmp_path: Path) -> None:
    landing, out = tmp_path / "landing", tmp_path / "out"
    landing.mkdir()
    home_of(out).mkdir(parents=True)
    keep_state(out, RunState("clicks", "", {}))

    with serving("--landing", landing, "--out", out):
        pass

    state = read_state(out)
    assert state is not None
    assert (state.dataset, state.parameters["DataSet"]) == ("clicks", "clicks")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("serve", "--port", "0", "--out", "nowhere"), "no run has written there; give --landing"),
        (("serve", "--dataset", "traffic"), "--dataset and --parameter: are of --landing"),
        (("serve", "--port", "0", "--host", "999.0.0.1"), "--host 999.0.0.1 --port 0: "),
        (("serve", "--port", "0", "--landing", "nowhere"), "--landing nowhere: no such folder"),
        (("fire", "--endpoint", "http://127.0.0.1:1"), "no `springtide serve` answers there"),
        (("fire", "--endpoint", "file:///x"), "--endpoint file:///x: is not an http:// address"),
    ],
)
def test_what_cannot_be_served_or_fired_is_said(arguments: tuple[str, ...], message: str) -> None:
    refused(message, *arguments)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nope",), "no schedule 'nope'; there are springtide-collect, springtide-run"),
        (("--at", "noon"), "--at noon: is not a time like 2020-07-14T12:25:00Z"),
        (("--at", "0001-01-01T00:00+10:00"), "--at 0001-01-01T00:00+10:00: is not a time"),
    ],
)
def test_schedule_that_cannot_be_fired_is_said(
    taken: Taken, arguments: tuple[str, ...], message: str
) -> None:
    endpoint = taken.served.environment["AWS_ENDPOINT_URL"]

    refused(message, "fire", *arguments, "--endpoint", endpoint)


def test_port_in_use_is_said_before_anything_is_made() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        refused(f"--port {port}: Address already in use", "serve", "--port", port)
