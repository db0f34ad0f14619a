from springtide.dataset.declaration import DataSet, Field, Rule
from springtide.sql.own_sql import blame

RULES = (Rule("cheap", "cents / items < 1"), Rule("odd", "colour = 'x'"))
SHOP = DataSet("shop", "", (Field("id", "bigint", ("id",)),), "at", ("id",), None, 1, 1, RULES)


def test_rule_that_cannot_run_is_named_with_what_to_do() -> None:
    told = blame(SHOP, "extract", None, "COLUMN_NOT_FOUND: Column 'colour' cannot be resolved")

    assert "odd (colour = 'x')" in told
    assert "cheap" not in told
    assert "data set shop" in told and "dataset.toml" in told and "retry" in told


def test_rules_are_all_named_where_the_reason_quotes_none_of_their_names() -> None:
    told = blame(SHOP, "extract", None, "NOT_SUPPORTED: something")

    assert "cheap" in told and "odd" in told


def test_derived_table_is_named_with_its_file() -> None:
    told = blame(SHOP, "derive", "totals", "query q FAILED: DIVISION_BY_ZERO: Division by zero")

    assert "totals.sql" in told and "data set shop" in told


def test_failures_that_are_not_of_ones_own_sql_blame_none() -> None:
    assert blame(SHOP, "extract", None, "HIVE_CURSOR_ERROR: Failed to read file at s3://a/b") == ""
    assert blame(SHOP, "merge", None, "TYPE_MISMATCH: x") == ""
