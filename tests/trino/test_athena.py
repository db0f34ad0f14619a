"""The offline Athena on a Trino, as a client sees it: states, reasons, results and files."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.pipeline.rig import Rig
from tests.trino.conftest import Trino, stack

# Reads nothing, and takes minutes
ENDLESS = """SELECT count(*) FROM UNNEST(sequence(1, 9999)) a (x)
CROSS JOIN UNNEST(sequence(1, 9999)) b (y) CROSS JOIN UNNEST(sequence(1, 9999)) c (z)
WHERE x * y % 7 = z"""


class Client:
    """Starts statements in the stack's workgroup and waits for their end."""

    def __init__(self, it: Rig) -> None:
        self.it = it
        self.athena: Any = it.client("athena")

    def start(self, sql: str, group: str | None = None) -> str:
        outputs = self.it.machine.outputs
        started = self.athena.start_query_execution(
            QueryString=sql,
            QueryExecutionContext={"Database": outputs["DatabaseName"]},
            WorkGroup=group or outputs["WorkGroupName"],
        )
        query: str = started["QueryExecutionId"]
        return query

    def described(self, query: str) -> dict[str, Any]:
        found = self.athena.get_query_execution(QueryExecutionId=query)
        described: dict[str, Any] = found["QueryExecution"]
        return described

    def wait(self, query: str, *states: str) -> dict[str, Any]:
        until = time.monotonic() + 60
        while time.monotonic() < until:
            found = self.described(query)
            if found["Status"]["State"] in (states or ("SUCCEEDED", "FAILED", "CANCELLED")):
                return found
            time.sleep(0.05)
        raise AssertionError(f"{query} is {self.described(query)['Status']}")

    def run(self, sql: str, group: str | None = None) -> dict[str, Any]:
        return self.wait(self.start(sql, group))

    def text(self, uri: str) -> str:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return self.it.machine.objects.path(bucket, key).read_text()


@pytest.fixture(scope="module")
def client(trino: Trino, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with stack(trino, tmp_path_factory.mktemp("athena"), {}) as at:
        at.rig.run()  # nothing has landed; it makes the tables
        yield Client(at.rig)


def test_results_are_those_of_athena(client: Client) -> None:
    it = client.it
    found = client.run(
        "SELECT 1 AS n, 1e7 AS d, CAST(1.50 AS decimal(5,2)) AS m, 'a\"b' AS t, NULL AS z,"
        " timestamp '2020-07-13 00:00:00.000' AS at, date '-0044-03-15' AS ides,"
        " timestamp '12020-01-01 00:00:00.000' AS far, ARRAY[1, NULL] AS l,"
        " CAST(ROW(1, 'x') AS ROW(a int, b varchar)) AS r, MAP(ARRAY[2], ARRAY[true]) AS mp,"
        " CAST('NaN' AS double) AS nan, X'00ff' AS bytes"
    )

    assert client.text(found["ResultConfiguration"]["OutputLocation"]).splitlines() == [
        '"n","d","m","t","z","at","ides","far","l","r","mp","nan","bytes"',
        '"1","1.0E7","1.50","a""b",,"2020-07-13 00:00:00.000","-0044-03-15",'
        '"+12020-01-01 00:00:00.000","[1, null]","{a=1, b=x}","{2=true}","NaN","00 ff"',
    ]
    pages = client.athena.get_query_results(QueryExecutionId=found["QueryExecutionId"])
    columns = pages["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    kinds = [column["Type"] for column in columns]
    assert kinds[:4] == ["integer", "double", "decimal", "varchar"]
    assert kinds[8:11] == ["array", "row", "map"]
    sizes = [(each["Precision"], each["Scale"]) for each in columns]
    assert sizes[:4] == [(10, 0), (17, 0), (5, 2), (2147483647, 0)]
    (row,) = it.query("SELECT true AS b, 'é' AS t")
    assert row == {"b": True, "t": "é"}


@pytest.mark.parametrize(
    ("sql", "reason", "kind"),
    [
        ("SELECT nope FROM events", "COLUMN_NOT_FOUND: line 1:8: Column 'nope'", 1006),
        ("SELECT * FROM nope", "TABLE_NOT_FOUND: line 1:15", 1006),
        ("SELECT FROM", "SYNTAX_ERROR: line 1:8", 1006),
        ("SELECT 1 / (n - 1) FROM (VALUES 1) t (n)", "DIVISION_BY_ZERO", 1007),
        ("ANALYZE events", "NOT_SUPPORTED", 1200),
    ],
)
def test_failure_has_the_name_and_the_words_of_trino(
    client: Client, sql: str, reason: str, kind: int
) -> None:
    status = client.run(sql)["Status"]
    assert status["State"] == "FAILED"
    assert status["StateChangeReason"].startswith(reason)
    error = status["AthenaError"]
    assert (error["ErrorCategory"], error["ErrorType"], error["Retryable"]) == (2, kind, False)


def test_unload_writes_partitions_and_lists_them(client: Client) -> None:
    target = f"s3://{client.it.machine.outputs['LakeBucketName']}/mine/"
    unload = f"""UNLOAD (SELECT n, 'a:' || CAST(n AS varchar) AS k FROM (VALUES 1, 2) t (n))
    TO '{target}' WITH (format = 'PARQUET', compression = 'SNAPPY', partitioned_by = ARRAY['k'])"""

    found = [client.run(unload), client.run(unload)]  # Athena does not see what lies there

    for each in found:
        manifest = client.text(each["Statistics"]["DataManifestLocation"]).split()
        assert sorted(uri.removeprefix(target).rpartition("/")[0] for uri in manifest) == [
            "k=a%3A1",
            "k=a%3A2",
        ]
    assert sorted(row["n"] for row in client.it.rows_at(target)) == [1, 1, 2, 2]
    plain = f"UNLOAD (SELECT 1 AS n) TO '{target}' WITH (format = 'PARQUET')"
    assert client.run(plain)["Status"]["StateChangeReason"].startswith("HIVE_PATH_ALREADY_EXISTS")
    assert [name for name in _databases(client) if name.startswith("unload")] == []


def test_unload_without_rows_writes_nothing(client: Client) -> None:
    target = f"s3://{client.it.machine.outputs['LakeBucketName']}/none/"
    found = client.run(
        f"UNLOAD (SELECT line FROM landing WHERE datehour = '2020/01/01/00') TO '{target}'"
        " WITH (format = 'PARQUET')"
    )
    assert found["Status"]["State"] == "SUCCEEDED"
    assert client.text(found["Statistics"]["DataManifestLocation"]) == ""
    assert client.it.rows_at(target) == []


def test_table_that_was_created_as_a_query_is_read(client: Client) -> None:
    assert (
        client.run("CREATE TABLE made AS SELECT 7 AS n, 'x' AS t")["Status"]["State"] == "SUCCEEDED"
    )
    it = client.it
    assert it.query("SELECT * FROM made") == [{"n": 7, "t": "x"}]


def test_view_is_read(client: Client) -> None:
    for sql in (
        "CREATE VIEW seven AS SELECT 7 AS n, DECIMAL '1.5' AS d, CAST('x' AS varchar) AS t",
        "CREATE OR REPLACE VIEW seven AS SELECT 8 AS n, CAST('y' AS varchar) AS t",
    ):
        assert client.run(sql)["Status"]["State"] == "SUCCEEDED"
    it = client.it
    assert it.query("SELECT * FROM seven") == [{"n": 8, "t": "y"}]


def test_table_with_no_data_is_filled_by_what_fits(client: Client) -> None:
    for sql in ("CREATE TABLE none AS SELECT 7 AS n WITH NO DATA", "INSERT INTO none VALUES 8"):
        assert client.run(sql)["Status"]["State"] == "SUCCEEDED", sql
    it = client.it
    assert it.query("SELECT * FROM none") == [{"n": 8}]
    reason = client.run("INSERT INTO none VALUES (1, 2)")["Status"]["StateChangeReason"]
    assert reason.endswith("mismatched column types: Table: [integer], Query: 2 columns")


def test_surplus_parameters_are_an_error(client: Client) -> None:
    client.run("PREPARE q FROM SELECT ? AS x")
    status = client.run("EXECUTE q USING '06', 7")["Status"]
    assert status["StateChangeReason"].endswith("expected 1 but found 2")


def test_cancelled_statement_is_cancelled_in_trino(client: Client) -> None:
    query = client.start(ENDLESS)
    client.wait(query, "RUNNING")
    client.athena.stop_query_execution(QueryExecutionId=query)
    assert client.wait(query)["Status"]["State"] == "CANCELLED"


def test_statement_beyond_the_scan_limit_is_cancelled(client: Client) -> None:
    client.it.land("2020/07/13/00/a", *("x" * 1000 for _ in range(20_000)))
    client.it.mount()
    client.athena.create_work_group(
        Name="tight",
        Configuration={
            "ResultConfiguration": {"OutputLocation": f"s3://{_lake(client)}/results/"},
            "BytesScannedCutoffPerQuery": 10_000_000,
        },
    )
    status = client.run("SELECT max(line) FROM landing WHERE datehour = '2020/07/13/00'", "tight")
    assert status["Status"]["State"] == "CANCELLED"
    assert status["Status"]["StateChangeReason"] == "Bytes scanned limit was exceeded"


def _databases(client: Client) -> list[str]:
    found = client.it.client("glue").get_databases()["DatabaseList"]
    return [database["Name"] for database in found]


def _lake(client: Client) -> str:
    name: str = client.it.lake
    return name
