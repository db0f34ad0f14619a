"""Athena's API: states, reasons, idempotency, results, and the faults that tests can ask for."""

import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.athena.responses import AthenaResponse

from local.athena.errors import QueryCancelled, QueryFailed
from local.athena.executor import Asked
from local.athena.runs import Fault, QueryRun
from local.athena.service import AthenaService, install
from local.objects import Objects
from tests.local.athena.conftest import ACCOUNT, REGION

TERMINAL = ("SUCCEEDED", "FAILED", "CANCELLED")
UNLOAD = "UNLOAD (SELECT 1 AS n) TO 's3://lake/out/' WITH (format = 'PARQUET')"
PARTED = (
    "UNLOAD (SELECT 1 AS n, 'd' AS d) TO 's3://lake/parted/'"
    " WITH (format = 'PARQUET', partitioned_by = ARRAY['d'])"
)


class Athena:
    """A client, the service behind it, and S3."""

    def __init__(self, service: AthenaService, objects: Objects) -> None:
        self.service = service
        self.objects = objects
        self.client: Any = boto3.client("athena", region_name=REGION)

    def start(self, sql: str, **options: Any) -> str:
        options.setdefault("QueryExecutionContext", {"Database": "db"})
        options.setdefault("WorkGroup", "springtide")
        started = self.client.start_query_execution(QueryString=sql, **options)
        run_id: str = started["QueryExecutionId"]
        return run_id

    def wait(self, run_id: str) -> dict[str, Any]:
        until = time.monotonic() + 20
        while time.monotonic() < until:
            run: dict[str, Any] = self.client.get_query_execution(QueryExecutionId=run_id)
            run = run["QueryExecution"]
            if run["Status"]["State"] in TERMINAL:
                return run
            time.sleep(0.01)
        raise AssertionError(f"{run_id} did not end")

    def run(self, sql: str, **options: Any) -> dict[str, Any]:
        return self.wait(self.start(sql, **options))

    def text(self, uri: str) -> str:
        bucket, key = uri.removeprefix("s3://").split("/", 1)
        return self.objects.path(bucket, key).read_text()


@pytest.fixture
def athena(tmp_path: Path) -> Iterator[Athena]:
    with mock_aws():
        s3: Any = boto3.client("s3", region_name="us-east-1")
        for bucket in ("lake", "results"):
            s3.create_bucket(Bucket=bucket)
        glue: Any = boto3.client("glue", region_name=REGION)
        glue.create_database(DatabaseInput={"Name": "db"})
        objects = Objects(ACCOUNT, tmp_path / "s3")
        service = install(objects, region=REGION, account=ACCOUNT, memory="1GB")
        made = Athena(service, objects)
        made.client.create_work_group(
            Name="springtide",
            Configuration={
                "ResultConfiguration": {"OutputLocation": "s3://results/enforced/"},
                "EnforceWorkGroupConfiguration": True,
            },
        )
        yield made
        service.close()


def test_select_ends_with_a_result_file_and_pages(athena: Athena) -> None:
    sql = (
        "SELECT n, 'r' || CAST(n AS varchar) AS r FROM UNNEST(sequence(1, 2500)) AS t(n) ORDER BY n"
    )
    run = athena.run(sql)

    assert run["Status"]["State"] == "SUCCEEDED"
    assert run["StatementType"] == "DML"
    location = run["ResultConfiguration"]["OutputLocation"]
    assert location == f"s3://results/enforced/{run['QueryExecutionId']}.csv"
    assert athena.text(location).splitlines()[:2] == ['"n","r"', '"1","r1"']
    pages = athena.client.get_paginator("get_query_results").paginate(
        QueryExecutionId=run["QueryExecutionId"]
    )
    sizes, cells = [], []
    for page in pages:
        sizes.append(len(page["ResultSet"]["Rows"]))
        cells += [row["Data"][0]["VarCharValue"] for row in page["ResultSet"]["Rows"]]
    assert sizes == [1000, 1000, 501]
    assert cells == ["n", *map(str, range(1, 2501))]
    columns = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [(column["Name"], column["Type"]) for column in columns] == [
        ("n", "bigint"),
        ("r", "varchar"),
    ]


def test_null_has_no_value(athena: Athena) -> None:
    run = athena.run("SELECT NULL AS a, '' AS b, 'q\"x' AS c")

    page = athena.client.get_query_results(QueryExecutionId=run["QueryExecutionId"])
    expected = [{}, {"VarCharValue": ""}, {"VarCharValue": 'q"x'}]
    assert page["ResultSet"]["Rows"][1]["Data"] == expected
    assert athena.text(run["ResultConfiguration"]["OutputLocation"]).endswith(',"","q""x"\n')


def test_unload_leaves_a_manifest(athena: Athena) -> None:
    run = athena.run(UNLOAD)

    manifest = run["Statistics"]["DataManifestLocation"]
    assert manifest == f"s3://results/enforced/{run['QueryExecutionId']}-manifest.csv"
    written = [f"s3://lake/{item.key}" for item in athena.objects.list("lake", "out/")]
    assert athena.text(manifest).splitlines() == written
    assert athena.service.history[-1].manifest == manifest


def test_unload_without_rows_leaves_an_empty_manifest(athena: Athena) -> None:
    run = athena.run(UNLOAD.replace("AS n", "AS n WHERE false"))

    assert run["Status"]["State"] == "SUCCEEDED"
    assert athena.text(run["Statistics"]["DataManifestLocation"]) == ""


def test_failed_statement_gives_its_reason_in_both_places(athena: Athena) -> None:
    run = athena.run("SELECT nope FROM missing")

    status = run["Status"]
    assert status["State"] == "FAILED"
    assert "TABLE_NOT_FOUND" in status["StateChangeReason"]
    assert status["AthenaError"] == {
        "ErrorCategory": 2,
        "ErrorType": 1006,
        "Retryable": False,
        "ErrorMessage": status["StateChangeReason"],
    }
    with pytest.raises(ClientError, match="Final query state: FAILED"):
        athena.client.get_query_results(QueryExecutionId=run["QueryExecutionId"])


def test_same_token_starts_nothing_new(athena: Athena) -> None:
    token = "t" * 32
    first = athena.start("SELECT 1", ClientRequestToken=token)

    assert athena.start("SELECT 1", ClientRequestToken=token) == first
    with pytest.raises(ClientError, match="Idempotent parameters do not match") as refused:
        athena.start("SELECT 2", ClientRequestToken=token)
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"
    assert [run.id for run in athena.service.history] == [first]


def test_put_back_it_has_been_asked_for_what_it_was_then_and_for_nothing_since(
    athena: Athena,
) -> None:
    early = athena.run("SELECT 1", ClientRequestToken="a" * 32)["QueryExecutionId"]
    then = athena.service.asked()
    athena.service.put_back(Asked())
    later = athena.run(UNLOAD, ClientRequestToken="b" * 32)["QueryExecutionId"]

    athena.service.put_back(then)

    assert [run.id for run in athena.service.history] == [early]
    assert athena.start("SELECT 1", ClientRequestToken="a" * 32) == early
    assert len(athena.service.history) == 1
    # Asked for anew it runs anew: what it had written is not there any more.
    assert athena.run(UNLOAD, ClientRequestToken="b" * 32)["QueryExecutionId"] == later
    assert [run.id for run in athena.service.history] == [early, later]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"WorkGroup": "nope"}, "WorkGroup nope is not found"),
        ({"WorkGroup": "primary"}, "No output location provided"),
    ],
)
def test_refused_requests(athena: Athena, options: dict[str, str], reason: str) -> None:
    with pytest.raises(ClientError, match=reason):
        athena.start("SELECT 1", **options)


def test_longest_statement(athena: Athena) -> None:
    assert athena.run(f"SELECT '{'é' * 131_000}' AS x")["Status"]["State"] == "SUCCEEDED"
    with pytest.raises(ClientError, match="less than or equal to 262144"):
        athena.start(f"SELECT '{'é' * 131_072}' AS x")


def test_client_chooses_the_location_where_the_workgroup_does_not(athena: Athena) -> None:
    chosen = {"ResultConfiguration": {"OutputLocation": "s3://results/mine"}}

    enforced = athena.run("SELECT 1", **chosen)
    free = athena.run("SELECT 1", WorkGroup="primary", **chosen)

    assert enforced["ResultConfiguration"]["OutputLocation"].startswith("s3://results/enforced/")
    assert free["ResultConfiguration"]["OutputLocation"].startswith("s3://results/mine/")


def test_unknown_id(athena: Athena) -> None:
    with pytest.raises(ClientError, match="QueryExecution nope was not found"):
        athena.client.get_query_execution(QueryExecutionId="nope")
    found = athena.client.batch_get_query_execution(QueryExecutionIds=["nope"])
    assert found["UnprocessedQueryExecutionIds"][0]["QueryExecutionId"] == "nope"


def test_execution_parameters_fill_the_question_marks(athena: Athena) -> None:
    sql = "SELECT n FROM (VALUES 1, 2) AS v(n) WHERE '?' = ? AND n > ?"
    run = athena.run(sql, ExecutionParameters=["'?'", "1"])

    page = athena.client.get_query_results(QueryExecutionId=run["QueryExecutionId"])
    assert [row["Data"][0]["VarCharValue"] for row in page["ResultSet"]["Rows"]] == ["n", "2"]


def test_scan_limit_cancels(athena: Athena) -> None:
    athena.run(UNLOAD)
    glue: Any = boto3.client("glue", region_name=REGION)
    glue.create_table(DatabaseName="db", TableInput=parquet_table("t", "s3://lake/out/"))
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


def parquet_table(name: str, location: str) -> dict[str, Any]:
    serde = "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"
    return {
        "Name": name,
        "StorageDescriptor": {
            "Columns": [{"Name": "n", "Type": "int"}],
            "Location": location,
            "SerdeInfo": {"SerializationLibrary": serde},
        },
    }


SLOW = "SELECT count(*) FROM UNNEST(sequence(1, 100000)) a(x) CROSS JOIN UNNEST(sequence(1, 100000)) b(y) WHERE x * y % 7 = 1"  # noqa: E501


def test_running_query_is_stopped(athena: Athena) -> None:
    run_id = athena.start(SLOW)
    until_running(athena, run_id)

    athena.client.stop_query_execution(QueryExecutionId=run_id)

    run = athena.wait(run_id)
    assert run["Status"]["State"] == "CANCELLED"
    assert run["Status"]["StateChangeReason"] == "Query cancelled by user"


def until_running(athena: Athena, run_id: str) -> None:
    run = athena.service.find(run_id)
    assert run is not None
    while run.state == "QUEUED":
        time.sleep(0.01)
    time.sleep(0.2)


def test_third_query_waits(athena: Athena) -> None:
    gate = threading.Event()

    def hold(run: QueryRun) -> None:
        gate.wait(20)

    athena.service.faults.append(hold)
    ids = [athena.start(f"SELECT {number} AS n") for number in range(3)]
    time.sleep(0.3)
    states = [athena.client.get_query_execution(QueryExecutionId=item) for item in ids]
    gate.set()

    assert sorted(item["QueryExecution"]["Status"]["State"] for item in states) == [
        "QUEUED",
        "RUNNING",
        "RUNNING",
    ]
    assert [athena.wait(item)["Status"]["State"] for item in ids] == ["SUCCEEDED"] * 3


def once(fault: Fault, *, written: bool = False) -> Callable[[QueryRun], Fault | None]:
    """Return a hook that gives the fault to the first statement that comes to that point."""
    left = [fault]
    return lambda run: left.pop() if left and run.written == written else None


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


def test_direct_query_gives_python_values(athena: Athena) -> None:
    rows = athena.service.query("SELECT 1 AS n, 'x' AS s, CAST(NULL AS varchar) AS z", "db")

    assert rows == [{"n": 1, "s": "x", "z": None}]
    with pytest.raises(QueryFailed, match="COLUMN_NOT_FOUND"):
        athena.service.query("SELECT nope", "db")


def test_show_and_describe(athena: Athena) -> None:
    glue: Any = boto3.client("glue", region_name=REGION)
    table = parquet_table("t", "s3://lake/out/") | {
        "PartitionKeys": [{"Name": "d", "Type": "string"}]
    }
    glue.create_table(DatabaseName="db", TableInput=table)
    glue.create_partition(
        DatabaseName="db",
        TableName="t",
        PartitionInput={"Values": ["x"], "StorageDescriptor": {"Location": "s3://lake/out/"}},
    )

    assert athena.service.query("SHOW TABLES", "db") == [{"tab_name": "t"}]
    assert athena.service.query("SHOW PARTITIONS t", "db") == [{"partition": "d=x"}]
    names = [row["col_name"] for row in athena.service.query("DESCRIBE db.t", "db")]
    assert names == ["n", "d"]
    metadata = athena.client.get_table_metadata(
        CatalogName="AwsDataCatalog", DatabaseName="db", TableName="t"
    )["TableMetadata"]
    assert metadata["Columns"] == [{"Name": "n", "Type": "int"}]


def test_table_created_from_a_query_can_be_queried(athena: Athena) -> None:
    sql = (
        'CREATE TABLE "db"."made" WITH (format = \'PARQUET\') AS SELECT 1 AS n, CAST(2.5 AS'
        " decimal(3,1)) AS d, ARRAY['a'] AS texts, timestamp '2020-02-29 01:00:00' AS at"
    )
    run = athena.run(sql)

    assert run["Status"]["State"] == "SUCCEEDED"
    assert run["SubstatementType"] == "CREATE_TABLE_AS_SELECT"
    manifest = run["Statistics"]["DataManifestLocation"]
    (file,) = athena.text(manifest).split()
    assert file.startswith(run["ResultConfiguration"]["OutputLocation"] + "/")
    (row,) = athena.service.query("SELECT n, d, texts, at FROM made", "db")
    assert (row["n"], row["d"], row["texts"]) == (1, Decimal("2.5"), ["a"])
    described = athena.service.query("DESCRIBE made", "db")
    kinds = [each["data_type"] for each in described]
    assert kinds == ["int", "decimal(3,1)", "array<string>", "timestamp"]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("CREATE TABLE t AS SELECT 1 AS n", "TABLE_ALREADY_EXISTS"),
        ("CREATE TABLE x WITH (format = 'ORC') AS SELECT 1 AS n", "format ORC"),
        ("CREATE TABLE x WITH (partitioned_by = ARRAY['n']) AS SELECT 1 AS n", "partitioned_by"),
        ("CREATE TABLE x WITH (colour = 'red') AS SELECT 1 AS n", "'colour' does not exist"),
        ("CREATE TABLE x (n int)", "CREATE statements"),
        ("CREATE TABLE nowhere.x AS SELECT 1 AS n", "Schema 'nowhere' does not exist"),
    ],
)
def test_table_that_cannot_be_created_is_refused(athena: Athena, sql: str, reason: str) -> None:
    athena.run("CREATE TABLE t AS SELECT 1 AS n")

    refused = athena.run(sql)

    assert refused["Status"]["State"] == "FAILED"
    assert reason in refused["Status"]["StateChangeReason"]


def test_closing_gives_moto_back_and_another_can_be_installed(tmp_path: Path) -> None:
    before = AthenaResponse.start_query_execution
    for number in range(2):
        with mock_aws():
            objects = Objects(ACCOUNT, tmp_path / str(number))
            service = install(objects, region=REGION, account=ACCOUNT)
            assert install(objects, region=REGION, account=ACCOUNT) is service
            assert service.query("SELECT 1 AS n", "db") == [{"n": 1}]
            service.close()
            service.close()
        assert AthenaResponse.start_query_execution is before
    names = [thread.name for thread in threading.enumerate()]
    assert not [name for name in names if name.startswith("athena")]


def test_closing_cancels_what_runs(athena: Athena) -> None:
    run_id = athena.start(SLOW)
    until_running(athena, run_id)

    athena.service.close()

    run = athena.service.find(run_id)
    assert run is not None
    assert run.state == "CANCELLED"
