"""Every data set's own SQL is SQL, and names only tables and columns that there are."""

import pytest
import sqlglot
from springtide.dataset import loading
from sqlglot import exp

NAMES = sorted(file.parent.name for file in loading.FOLDER.glob("*/dataset.toml"))
# What a derived table may be made of.
READ = {"events"}


@pytest.mark.parametrize("name", NAMES)
def test_data_set_s_sql_names_only_fields_and_tables_that_there_are(name: str) -> None:
    declared = loading.load(name)
    known = {field.name for field in declared.fields} | {"event_time", "arrival_hour"}
    for rule in declared.rules:
        tree = sqlglot.parse_one(f"SELECT 1 WHERE ({rule.reject_when})", read="athena")
        assert {column.name for column in tree.find_all(exp.Column)} <= known, rule.reason
    for derived in declared.derived:
        for sql in (derived.sql, derived.keys_sql):
            filled = sql.replace("{built_hours}", "TRUE").replace("{read_hours}", "TRUE")
            tree = sqlglot.parse_one(filled, read="athena")
            own = {cte.alias for cte in tree.find_all(exp.CTE)}
            assert {table.name for table in tree.find_all(exp.Table)} - own <= READ, derived.table
