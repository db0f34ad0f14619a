"""CREATE, DROP and ALTER, INSERT INTO, views and EXPLAIN, as tools send them."""

import base64
import json

import pytest
from botocore.exceptions import ClientError

from offline.athena.errors import QueryFailed
from tests.local.athena.asking import Athena
from tests.local.athena.statements import PARTITIONED, ask, done, refused


def test_schema_is_created_and_dropped(athena: Athena) -> None:
    done(athena, "CREATE SCHEMA IF NOT EXISTS `mine` LOCATION 's3://lake/mine/'")
    done(athena, "create database if not exists mine")
    assert athena.glue.get_database(Name="mine")["Database"]["LocationUri"] == "s3://lake/mine/"
    assert "SCHEMA_ALREADY_EXISTS" in refused(athena, "CREATE SCHEMA mine")

    done(athena, "CREATE TABLE mine.t AS SELECT 1 AS n")
    assert "not empty" in refused(athena, "DROP SCHEMA mine")
    done(athena, "DROP SCHEMA IF EXISTS mine CASCADE")
    done(athena, "DROP SCHEMA IF EXISTS mine")

    assert ask(athena, "SHOW DATABASES") == [("db",)]


@pytest.mark.parametrize("place", ["s3://lake/t/", "s3://lake/t"])
def test_table_created_with_partitions_has_each_in_the_catalog(athena: Athena, place: str) -> None:
    done(athena, PARTITIONED.replace("s3://lake/t/", place))

    assert ask(athena, "SELECT d, n FROM t ORDER BY 1") == [("x", 1), ("y:z", 2)]
    assert ask(athena, "SHOW PARTITIONS t") == [("d=x",), ("d=y:z",)]
    table = athena.glue.get_table(DatabaseName="db", Name="t")["Table"]
    assert [key["Name"] for key in table["PartitionKeys"]] == ["d"]
    assert [column["Name"] for column in table["StorageDescriptor"]["Columns"]] == ["n"]
    done(athena, PARTITIONED.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
    assert ask(athena, "SELECT count(*) FROM t") == [(2,)]


def test_enforcing_workgroup_refuses_a_place_for_the_table(athena: Athena) -> None:
    with pytest.raises(ClientError, match="Please remove the 'external_location' property"):
        athena.run(PARTITIONED)

    assert ask(athena, "SHOW TABLES") == []


def test_insert_adds_rows_and_partitions(athena: Athena) -> None:
    done(athena, PARTITIONED)

    added = done(athena, 'INSERT INTO "awsdatacatalog"."db"."t" ("d", "n") (SELECT \'new\', 3)')
    done(athena, "INSERT INTO t SELECT n + 3, d FROM t WHERE d = 'x'")
    done(athena, "INSERT INTO t (d) WITH w AS (SELECT 'x' AS d) SELECT d FROM w")

    assert added["SubstatementType"] == "INSERT"
    page = athena.page(added)
    assert page["UpdateCount"] == 1
    assert ask(athena, "SELECT d, n FROM t ORDER BY 1, 2") == [
        ("new", 3),
        ("x", 1),
        ("x", 4),
        ("x", None),
        ("y:z", 2),
    ]
    assert ask(athena, "SHOW PARTITIONS t") == [("d=new",), ("d=x",), ("d=y:z",)]


def test_insert_takes_what_fits_the_columns(athena: Athena) -> None:
    columns = "CAST(1 AS double) AS a, TIMESTAMP '2020-01-01 00:00:00.000' AS b"
    done(athena, f"CREATE TABLE wide AS SELECT {columns}")

    done(athena, "INSERT INTO wide SELECT 2, DATE '2020-02-29'")
    done(athena, "INSERT INTO wide SELECT 4, TIMESTAMP '2020-02-29'")
    done(athena, "INSERT INTO wide SELECT sum(n), NULL FROM (VALUES 1, 2) AS v (n)")

    assert ask(athena, "SELECT a, CAST(b AS date) = DATE '2020-02-29' FROM wide ORDER BY a") == [
        (1.0, False),
        (2.0, True),
        (3.0, None),
        (4.0, True),
    ]
    begin = "TYPE_MISMATCH: Insert query has mismatched column types: Table: [double, timestamp]"
    for query, types in (
        ("SELECT '1', NULL", "[varchar, unknown]"),
        ("SELECT 1", "1 columns"),
        ("SELECT 1, NULL, 2", "3 columns"),
        ("VALUES (1)", "1 columns"),
        ("SELECT * FROM (SELECT 1 AS n)", "1 columns"),
        ("SELECT * FROM (SELECT 1 AS n, NULL AS m, 2 AS l)", "3 columns"),
    ):
        assert refused(athena, f"INSERT INTO wide {query}") == f"{begin}, Query: {types}"


def test_insert_where_rows_would_not_be_seen_is_refused(athena: Athena) -> None:
    done(athena, PARTITIONED)
    storage = athena.glue.get_table(DatabaseName="db", Name="t")["Table"]["StorageDescriptor"]
    part = {"Values": ["w"], "StorageDescriptor": {**storage, "Location": "s3://lake/else/"}}
    athena.glue.create_partition(DatabaseName="db", TableName="t", PartitionInput=part)

    reason = refused(athena, "INSERT INTO t SELECT 3, 'w'")

    assert "its partition d=w/ lies in s3://lake/else/" in reason


def test_view_is_read_as_its_query(athena: Athena) -> None:
    done(athena, PARTITIONED)
    done(athena, "CREATE SCHEMA other")
    done(athena, "CREATE VIEW big AS WITH w AS (SELECT n, d FROM t) SELECT * FROM w WHERE n > 1")
    done(
        athena,
        'CREATE OR REPLACE VIEW "awsdatacatalog"."other"."twice" AS SELECT n * 2 AS m FROM db.big',
    )

    assert ask(athena, "SELECT v.m, d FROM other.twice v JOIN big ON m = 2 * n") == [(4, "y:z")]
    assert ask(athena, "SELECT big.* FROM big") == [(2, "y:z")]
    assert ask(athena, "WITH big AS (SELECT 7 AS n) SELECT n FROM big") == [(7,)]
    assert ask(athena, "SHOW VIEWS") == [("big",)]
    assert ask(athena, "DESCRIBE big") == [("n", "int", ""), ("d", "string", "")]
    kinds = "SELECT table_name, table_type FROM information_schema.tables ORDER BY 1"
    assert ask(athena, kinds) == [("big", "VIEW"), ("t", "BASE TABLE"), ("twice", "VIEW")]


def test_view_is_kept_as_athena_keeps_it(athena: Athena) -> None:
    done(athena, "CREATE VIEW v AS SELECT 1 AS n, ARRAY['a'] AS texts")

    entry = athena.glue.get_table(DatabaseName="db", Name="v")["Table"]

    assert (entry["TableType"], entry["Parameters"]["presto_view"]) == ("VIRTUAL_VIEW", "true")
    # A Trino reads no view without one
    assert entry["StorageDescriptor"]["SerdeInfo"] == {}
    text = entry["ViewOriginalText"].removeprefix("/* Presto View: ").removesuffix(" */")
    assert json.loads(base64.b64decode(text)) == {
        "originalSql": "SELECT 1 AS n, ARRAY['a'] AS texts",
        "catalog": "awsdatacatalog",
        "schema": "db",
        "columns": [{"name": "n", "type": "integer"}, {"name": "texts", "type": "array(varchar)"}],
    }


def test_view_is_replaced_and_dropped_and_never_a_table(athena: Athena) -> None:
    done(athena, "CREATE TABLE t AS SELECT 1 AS n")
    done(athena, "CREATE VIEW v AS SELECT n FROM t")
    assert "already exists" in refused(athena, "CREATE VIEW v AS SELECT 2 AS n")
    assert "is a table" in refused(athena, "CREATE OR REPLACE VIEW t AS SELECT 2 AS n")
    assert "is a view" in refused(athena, "DROP TABLE v")
    assert "is a table" in refused(athena, "DROP VIEW t")
    assert "Column name not specified" in refused(athena, "CREATE VIEW w AS SELECT 1")
    assert "nope" in refused(athena, "CREATE VIEW w AS SELECT nope FROM t")

    done(athena, "CREATE OR REPLACE VIEW v AS SELECT n + 1 AS m FROM t")
    assert ask(athena, "SELECT m FROM v") == [(2,)]
    done(athena, "CREATE VIEW again AS SELECT m FROM v")
    done(athena, "CREATE OR REPLACE VIEW v AS SELECT m FROM again")
    assert "View 'db.v' is recursive" in refused(athena, "SELECT m FROM v")

    done(athena, "DROP VIEW v")
    done(athena, "DROP VIEW IF EXISTS v")
    assert "TABLE_NOT_FOUND" in refused(athena, "SELECT m FROM again")


def test_dropped_table_leaves_its_files(athena: Athena) -> None:
    done(athena, PARTITIONED)
    before = athena.objects.list("lake", "t/")

    done(athena, "DROP TABLE IF EXISTS `db`.`t`")
    done(athena, "DROP TABLE IF EXISTS `db`.`t`")

    assert "TABLE_NOT_FOUND" in refused(athena, "DROP TABLE t")
    assert athena.objects.list("lake", "t/") == before
    assert "HIVE_PATH_ALREADY_EXISTS" in refused(athena, PARTITIONED)


def test_external_table_and_its_changes(athena: Athena) -> None:
    done(
        athena,
        "CREATE EXTERNAL TABLE IF NOT EXISTS `db`.`e` (`a` STRING, `b` struct<x:int,y:array<int>>)"
        " PARTITIONED BY (`d` STRING) STORED AS PARQUET LOCATION 's3://lake/e'"
        " TBLPROPERTIES ('mine' = 'yes')",
    )
    done(athena, "ALTER TABLE `db`.`e` SET TBLPROPERTIES ('classification' = 'other')")
    done(athena, "ALTER TABLE e ADD COLUMNS (c bigint)")
    done(athena, "INSERT INTO e (a, c, d) SELECT 'x', 1, '2020-01-01'")

    assert ask(athena, "SELECT a, b, c, d FROM e") == [("x", None, 1, "2020-01-01")]
    parameters = athena.glue.get_table(DatabaseName="db", Name="e")["Table"]["Parameters"]
    assert ("EXTERNAL\tTRUE",) in ask(athena, "SHOW TBLPROPERTIES `db`.`e`")
    assert (parameters["mine"], parameters["classification"]) == ("yes", "other")
    assert "STORED AS PARQUET" in refused(
        athena, "CREATE EXTERNAL TABLE x (a string) STORED AS ORC LOCATION 's3://lake/x'"
    )


def test_column_that_a_table_has_cannot_be_added(athena: Athena) -> None:
    done(athena, PARTITIONED)

    for columns in ("N int", "d int", "e int, f int, e int"):
        reason = refused(athena, f"ALTER TABLE t ADD COLUMNS ({columns})")
        assert "Duplicate column name: " in reason

    assert ask(athena, "SELECT d, n FROM t ORDER BY 1") == [("x", 1), ("y:z", 2)]


def test_explain_shows_a_plan_or_says_that_a_query_is_valid(athena: Athena) -> None:
    done(athena, PARTITIONED)

    run = done(athena, "EXPLAIN SELECT d, count(*) FROM t GROUP BY d")
    lines = athena.first_cells(run)
    analyzed = ask(athena, "EXPLAIN ANALYZE SELECT count(*) FROM t")

    assert run["SubstatementType"] == "EXPLAIN"
    assert lines[0] == "Query Plan"
    assert any("Group By" in (line or "") for line in lines)
    assert any("Total Time" in line for (line,) in analyzed)
    assert ask(athena, "EXPLAIN (TYPE VALIDATE) SELECT count(*) FROM t") == [(True,)]
    assert "COLUMN_NOT_FOUND" in refused(athena, "EXPLAIN (TYPE VALIDATE) SELECT nope FROM t")
    assert "(TYPE VALIDATE)" in refused(athena, "EXPLAIN (FORMAT JSON) SELECT 1")
    for other in ("CREATE TABLE x AS SELECT 1 AS n", "INSERT INTO t SELECT 1, 'x'", "SHOW TABLES"):
        assert "NOT_SUPPORTED: EXPLAIN of anything but a query" in refused(
            athena, f"EXPLAIN {other}"
        )


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("CREATE TABLE x WITH (table_type = 'iceberg') AS SELECT 1 AS n", "type ICEBERG"),
        ("INSERT INTO nowhere SELECT 1", "TABLE_NOT_FOUND"),
        ("INSERT INTO information_schema.tables SELECT 1", "NOT_SUPPORTED: INSERT INTO"),
        ("ALTER TABLE t ADD PARTITION (d = 'x')", "NOT_SUPPORTED: ALTER TABLE"),
        ("ALTER TABLE t RENAME TO s", "NOT_SUPPORTED: ALTER TABLE"),
        ("DROP FUNCTION f", "NOT_SUPPORTED: DROP FUNCTION"),
        ("DELETE FROM t", "NOT_SUPPORTED: DELETE"),
        ("MERGE INTO t USING s ON 1 = 1", "NOT_SUPPORTED: MERGE"),
        ("CREATE SCHEMA", "SYNTAX_ERROR"),
        ("DROP TABLE", "SYNTAX_ERROR"),
    ],
)
def test_statement_that_is_not_offered_is_named(athena: Athena, sql: str, reason: str) -> None:
    done(athena, "CREATE TABLE t AS SELECT 1 AS n")

    with pytest.raises(QueryFailed, match=reason):
        athena.service.query(sql, "db")


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("SELECT n, nope FROM t", "COLUMN_NOT_FOUND: line 1:11: Column 'nope' cannot be resolved"),
        ("-- a\nSELECT n,\n /*\n*/ t.nope FROM t", "COLUMN_NOT_FOUND: line 4:4: Column 't.nope'"),
        ('SELECT * FROM t, "no table"', "TABLE_NOT_FOUND: line 1:18: Table"),
        ("UNLOAD (SELECT\nnope FROM t) TO 's3://lake/u/' WITH (format='PARQUET')", "line 2:1: "),
        ("CREATE TABLE x AS SELECT nope FROM t", "COLUMN_NOT_FOUND: line 1:26: Column"),
        ("INSERT INTO t SELECT nope, d FROM t", "COLUMN_NOT_FOUND: line 1:22: Column"),
        ("EXPLAIN SELECT nope FROM t", "COLUMN_NOT_FOUND: line 1:16: Column"),
        ("SELECT CAST(n AS foo) FROM t", "TYPE_MISMATCH: Unknown type: foo"),
        ("  SELEC n", "SYNTAX_ERROR: line 1:3: mismatched input 'SELEC'"),
        ("SELECT n FROM t WHERE", "SYNTAX_ERROR: line 1:22: mismatched input '<EOF>'"),
        ("SELECT n\nFROM t )", "SYNTAX_ERROR: line 2:8: mismatched input ')'"),
        ("SELECT n FROM t LIMIT 1 OFFSET 1", "line 1:25: mismatched input 'OFFSET'"),
        ("SELECT FROM t", "line 1:8: mismatched input 'FROM'"),
        ("SELECT n,, d FROM t", "line 1:10: mismatched input ','"),
        ("SELECT", "SYNTAX_ERROR: line 1:7: mismatched input '<EOF>'"),
        ("SELECT n,", "SYNTAX_ERROR: line 1:10: mismatched input '<EOF>'"),
        ("VALUES 1,", "SYNTAX_ERROR: line 1:10: mismatched input '<EOF>'"),
        ("SELECT n AS", "SYNTAX_ERROR: line 1:12: mismatched input '<EOF>'"),
        ("SELECT n IN", "SYNTAX_ERROR: line 1:12: mismatched input '<EOF>'"),
        ("SELECT 1 FROM t a JOIN t b ON", "SYNTAX_ERROR: line 1:30: mismatched input '<EOF>'"),
        ("SELECT filter(n", "SYNTAX_ERROR: line 1:16: mismatched input '<EOF>'"),
        ("SELECT n FROM t GROUP", "SYNTAX_ERROR: line 1:17: mismatched input 'GROUP'"),
        ("SELECT n AS order FROM t", "SYNTAX_ERROR: line 1:13: mismatched input 'order'"),
        ("SELECT n AS first FROM t", "SYNTAX_ERROR: line 1:13: mismatched input 'first'"),
        ("SELECT last FROM t", "SYNTAX_ERROR: line 1:8: mismatched input 'last'"),
        ("SELECT n FROM t AS of", "SYNTAX_ERROR: line 1:20: mismatched input 'of'"),
        (f"SELECT greatest({'n, ' * 127}n) FROM t", "TOO_MANY_ARGUMENTS: Too many arguments for"),
        ("CREATE TABLE", "SYNTAX_ERROR: mismatched input '<EOF>'"),
        ("TABLE t", "NOT_SUPPORTED: TABLE and a name; write SELECT * FROM"),
    ],
)
def test_errors_say_where_in_the_statement_they_are(athena: Athena, sql: str, reason: str) -> None:
    done(athena, PARTITIONED)

    assert reason in refused(athena, sql)
