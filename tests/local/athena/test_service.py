"""Athena's API: states, reasons, idempotency and results."""

import threading
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.athena.responses import AthenaResponse

from offline.athena.errors import QueryFailed
from offline.athena.service.api import install
from offline.athena.service.executor import Asked
from offline.clients import ACCOUNT, REGION
from offline.s3.objects import Objects
from tests.local.athena.asking import UNLOAD, Athena


def test_executions_are_listed_by_pages_newest_first(athena: Athena) -> None:
    ids = [athena.run("SELECT 1")["QueryExecutionId"] for _ in range(5)]

    paginator = athena.client.get_paginator("list_query_executions")
    pages = paginator.paginate(WorkGroup="springtide", PaginationConfig={"PageSize": 2})
    listed = [page["QueryExecutionIds"] for page in pages]

    assert listed == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]]


@pytest.mark.parametrize(
    "call",
    ["get_work_group", "delete_work_group", "list_query_executions", "list_named_queries"],
)
def test_unknown_workgroup_is_named(athena: Athena, call: str) -> None:
    with pytest.raises(ClientError, match="WorkGroup nope is not found"):
        getattr(athena.client, call)(WorkGroup="nope")


@pytest.mark.parametrize(
    ("call", "asked", "reason"),
    [
        ("get_named_query", {"NamedQueryId": "nope"}, "NamedQuery nope was not found"),
        ("get_data_catalog", {"Name": "nope"}, "DataCatalog nope was not found"),
    ],
)
def test_unknown_named_query_or_catalog_is_an_invalid_request(
    athena: Athena, call: str, asked: dict[str, str], reason: str
) -> None:
    with pytest.raises(athena.client.exceptions.InvalidRequestException, match=reason):
        getattr(athena.client, call)(**asked)


def test_named_query_is_of_its_workgroup(athena: Athena) -> None:
    named = {"Name": "n", "Database": "d", "QueryString": "SELECT 1", "WorkGroup": "springtide"}
    made = athena.client.create_named_query(**named)["NamedQueryId"]

    assert athena.client.list_named_queries(WorkGroup="springtide")["NamedQueryIds"] == [made]
    assert athena.client.list_named_queries()["NamedQueryIds"] == []
    assert named.items() <= athena.client.get_named_query(NamedQueryId=made)["NamedQuery"].items()


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


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"NextToken": "zzz"}, "NextToken zzz is not one that this query gave"),
        ({"NextToken": "-1"}, "NextToken -1 is not one"),
        ({"NextToken": "9"}, "NextToken 9 is not one"),
        ({"MaxResults": 1001}, "MaxResults is more than maximum allowed length 1000"),
    ],
)
def test_page_that_cannot_be_is_an_invalid_request(
    athena: Athena, options: dict[str, Any], reason: str
) -> None:
    run = athena.run("SELECT 1 AS n")

    with pytest.raises(athena.client.exceptions.InvalidRequestException, match=reason):
        athena.page(run, **options)


def test_columns_have_the_precision_and_scale_of_their_types(athena: Athena) -> None:
    run = athena.run(
        "SELECT DECIMAL '12.340' AS a, 'x' AS b, BIGINT '1' AS c, 1 AS d, 1e0 AS e, true AS f,"
        " DATE '2020-01-01' AS g, TIMESTAMP '2020-01-01 00:00:00.000' AS h, ARRAY[1.5] AS i"
    )

    page = athena.page(run)
    columns = page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]
    assert [(each["Type"], each["Precision"], each["Scale"]) for each in columns] == [
        ("decimal", 5, 3),
        ("varchar", 2147483647, 0),
        ("bigint", 19, 0),
        ("integer", 10, 0),
        ("double", 17, 0),
        ("boolean", 0, 0),
        ("date", 0, 0),
        ("timestamp", 3, 0),
        ("array", 0, 0),
    ]


def test_null_has_no_value(athena: Athena) -> None:
    run = athena.run("SELECT NULL AS a, '' AS b, 'q\"x' AS c")

    page = athena.page(run)
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
        athena.page(run)


def test_same_token_starts_nothing_new(athena: Athena) -> None:
    token = "t" * 32
    first = athena.start("SELECT 1", ClientRequestToken=token)

    assert athena.start("SELECT 1", ClientRequestToken=token) == first
    with pytest.raises(ClientError, match="Idempotent parameters do not match") as refused:
        athena.start("SELECT 2", ClientRequestToken=token)
    assert refused.value.response["Error"]["Code"] == "InvalidRequestException"
    assert [run.id for run in athena.service.history] == [first]


def test_restored_history_is_that_of_the_snapshot(
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
    # Started again it runs again: what it had written is gone.
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

    assert athena.first_cells(run) == ["n", "2"]


def test_direct_query_gives_python_values(athena: Athena) -> None:
    rows = athena.service.query("SELECT 1 AS n, 'x' AS s, CAST(NULL AS varchar) AS z", "db")

    assert rows == [{"n": 1, "s": "x", "z": None}]
    with pytest.raises(QueryFailed, match="COLUMN_NOT_FOUND"):
        athena.service.query("SELECT nope", "db")


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
