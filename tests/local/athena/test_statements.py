"""Statements besides SELECT and UNLOAD: SHOW, DESCRIBE, CREATE TABLE AS."""

from decimal import Decimal

import pytest

from offline.athena.errors import QueryFailed
from tests.local.athena.asking import Athena, parquet_table
from tests.local.athena.statements import ask, done, refused


def test_show_and_describe(athena: Athena) -> None:
    table = parquet_table("t", "s3://lake/out/") | {
        "PartitionKeys": [{"Name": "d", "Type": "string"}]
    }
    athena.glue.create_table(DatabaseName="db", TableInput=table)
    athena.glue.create_partition(
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


def test_catalog_is_shown_as_tables(athena: Athena) -> None:
    table = parquet_table("t", "s3://lake/out/") | {
        "PartitionKeys": [{"Name": "d", "Type": "string"}, {"Name": "at", "Type": "int"}]
    }
    athena.glue.create_table(DatabaseName="db", TableInput=table)
    for values in (["x", "1"], ["y", "2"]):
        part = {"Values": values, "StorageDescriptor": {"Location": "s3://lake/out/"}}
        athena.glue.create_partition(DatabaseName="db", TableName="t", PartitionInput=part)

    assert ask(athena, "SELECT table_schema, table_name FROM information_schema.tables") == [
        ("db", "t")
    ]
    columns = "SELECT column_name, ordinal_position, data_type FROM information_schema.columns"
    assert ask(athena, f"{columns} WHERE table_name = 't' ORDER BY 2") == [
        ("n", 1, "integer"),
        ("d", 2, "varchar"),
        ("at", 3, "integer"),
    ]
    schemata = 'SELECT schema_name FROM "awsdatacatalog"."information_schema"."schemata"'
    assert ("db",) in ask(athena, schemata)
    assert ask(athena, 'SELECT d, at + 1 FROM "db"."t$partitions" WHERE d > \'x\'') == [("y", 3)]
    with pytest.raises(QueryFailed, match="TABLE_NOT_FOUND"):
        ask(athena, "SELECT * FROM information_schema.nope")


def test_what_follows_a_query_in_brackets_counts(athena: Athena) -> None:
    values = "(SELECT n FROM (VALUES 1, 2, 3) AS v (n))"
    assert athena.service.query(f"{values} ORDER BY n DESC LIMIT 1", "db") == [{"n": 3}]
    assert len(athena.service.query(f"({values}) LIMIT 2", "db")) == 2
    named = athena.service.query("SELECT b FROM ((SELECT 1 AS a)) AS t (b)", "db")
    assert named == [{"b": 1}]


@pytest.mark.parametrize("sql", ["-- of dbt\nSELECT 1 AS n", "/* {app: dbt} */ SELECT 1 AS n"])
def test_comment_may_come_before_a_statement(athena: Athena, sql: str) -> None:
    assert athena.service.query(sql, "db") == [{"n": 1}]
    shown = athena.service.query(sql.replace("SELECT 1 AS n", "SHOW TABLES"), "db")
    assert shown == []


def test_prepared_statement_runs_with_its_parameters(athena: Athena) -> None:
    sql = "SELECT n FROM (VALUES 1, 2) AS v (n) WHERE n > ? AND ? = 'it, too'"
    athena.client.create_prepared_statement(
        StatementName="mine", WorkGroup="springtide", QueryStatement=sql
    )
    assert athena.run(f"PREPARE own FROM {sql}")["Status"]["State"] == "SUCCEEDED"

    for name in ("mine", "own"):
        run = athena.run(f"EXECUTE {name} USING 1, 'it, too'")
        assert athena.first_cells(run) == ["n", "2"]

    athena.run("DEALLOCATE PREPARE own")
    gone = athena.run("EXECUTE own USING 1, 'it, too'")["Status"]
    assert gone["StateChangeReason"] == "NOT_FOUND: Prepared statement not found: own"


def test_prepared_statements_of_the_api_belong_to_their_workgroup(athena: Athena) -> None:
    client = athena.client
    client.create_work_group(Name="other")
    mine = {"StatementName": "mine", "WorkGroup": "springtide"}
    other = {"StatementName": "mine", "WorkGroup": "other"}
    client.create_prepared_statement(**mine, QueryStatement="SELECT 1")
    client.create_prepared_statement(**other, QueryStatement="SELECT 2")
    client.create_prepared_statement(
        StatementName="a", WorkGroup="springtide", QueryStatement="SELECT ?", Description="text"
    )
    with pytest.raises(client.exceptions.InvalidRequestException, match="already exists"):
        client.create_prepared_statement(**mine, QueryStatement="SELECT 3")
    client.update_prepared_statement(**mine, QueryStatement="SELECT 4 AS n")
    client.delete_prepared_statement(**other)

    pages = [
        client.list_prepared_statements(WorkGroup="springtide", MaxResults=1, **token)
        for token in ({}, {"NextToken": "a"})
    ]
    found = client.get_prepared_statement(**mine)["PreparedStatement"]
    names = [page["PreparedStatements"][0]["StatementName"] for page in pages]
    assert (names, "NextToken" in pages[1]) == (["a", "mine"], False)
    assert (found["QueryStatement"], found["WorkGroupName"]) == ("SELECT 4 AS n", "springtide")
    assert athena.run("EXECUTE mine")["Status"]["State"] == "SUCCEEDED"
    for call in (client.get_prepared_statement, client.delete_prepared_statement):
        with pytest.raises(client.exceptions.ResourceNotFoundException, match="mine does not"):
            call(**other)


@pytest.mark.parametrize(
    ("using", "count"), [("", 0), (" USING 1", 1), (" USING 1, 'it, too', 3", 3)]
)
def test_other_number_of_parameters_is_an_error(athena: Athena, using: str, count: int) -> None:
    sql = """SELECT n AS "n?" FROM (VALUES 1, 2) AS v (n) WHERE n > ? AND ? <> '?' -- why?"""
    athena.run(f"PREPARE own FROM {sql}")
    given = [text.strip() for text in using.replace(" USING ", "").split("'it, too'") if text]

    prepared = athena.run(f"EXECUTE own{using}")["Status"]
    direct = athena.run(sql, **({"ExecutionParameters": ["1"] * count} if given else {}))["Status"]

    for status in (prepared, direct):
        assert status["StateChangeReason"] == (
            "INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters:"
            f" expected 2 but found {count}"
        )


def test_parameters_of_what_creates_a_table_are_filled_or_refused(athena: Athena) -> None:
    made = athena.run("CREATE TABLE made AS SELECT ? AS n", ExecutionParameters=["7"])
    surplus = athena.run("DROP TABLE made", ExecutionParameters=["7"])

    assert made["Status"]["State"] == "SUCCEEDED"
    assert "expected 0 but found 1" in surplus["Status"]["StateChangeReason"]
    assert athena.service.query("SELECT n FROM made", "db") == [{"n": 7}]


def test_what_is_no_statement_is_not_prepared(athena: Athena) -> None:
    bad = refused(athena, "/* note */ PREPARE bad FROM SELEC")

    assert bad == "SYNTAX_ERROR: line 1:29: mismatched input 'SELEC'"
    assert "Prepared statement not found: bad" in refused(athena, "EXECUTE bad")


@pytest.mark.parametrize("what", ["TABLE made AS", "VIEW made AS"])
def test_star_over_a_column_without_a_name_names_none(athena: Athena, what: str) -> None:
    refused = athena.run(f"CREATE {what} SELECT * FROM (SELECT count(*))")["Status"]

    assert refused["StateChangeReason"] == (
        "MISSING_COLUMN_NAME: Column name not specified at position 1"
    )


def test_table_created_from_a_query_can_be_queried(athena: Athena) -> None:
    sql = (
        'CREATE TABLE "db"."made" WITH (format = \'PARQUET\') AS SELECT 1 AS n, CAST(2.5 AS'
        " decimal(3,1)) AS d, ARRAY['a'] AS texts, timestamp '2020-02-29 01:00:00.000' AS at"
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


def test_table_with_no_data_has_the_columns_of_its_query(athena: Athena) -> None:
    done(athena, "CREATE TABLE empty AS SELECT 1 AS n, 'x' AS t WITH NO DATA")
    done(athena, "CREATE TABLE filled AS SELECT 1 AS n WITH DATA")
    wrong = "CREATE TABLE y AS SELECT x AS n WITH NO DATA"
    assert "line 1:26: Column 'x'" in refused(athena, wrong)
    unnamed = "CREATE TABLE y AS SELECT 1 WITH NO DATA"
    assert "not specified at position 1" in refused(athena, unnamed)
    done(athena, "INSERT INTO empty SELECT 2, 'y'")

    rows = ask(athena, "SELECT n, t FROM empty UNION ALL SELECT n, 'f' FROM filled")
    assert sorted(rows) == [(1, "f"), (2, "y")]


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("CREATE TABLE t AS SELECT 1 AS n", "TABLE_ALREADY_EXISTS"),
        ("CREATE TABLE x WITH (format = 'ORC') AS SELECT 1 AS n", "format ORC"),
        (
            "CREATE TABLE x WITH (partitioned_by = ARRAY['n']) AS SELECT 1 AS n",
            "only partition columns",
        ),
        ("CREATE TABLE x WITH (colour = 'red') AS SELECT 1 AS n", "'colour' does not exist"),
        ("CREATE TABLE x (n int)", "STORED AS PARQUET"),
        ("CREATE TABLE nowhere.x AS SELECT 1 AS n", "Schema 'nowhere' does not exist"),
        (
            "CREATE EXTERNAL TABLE x (a int, A int) STORED AS PARQUET LOCATION 's3://lake/x'",
            "Duplicate column name: a",
        ),
    ],
)
def test_table_that_cannot_be_created_is_refused(athena: Athena, sql: str, reason: str) -> None:
    done(athena, "CREATE TABLE t AS SELECT 1 AS n")

    assert reason in refused(athena, sql)
