"""SQL of derived tables whose rows would not follow from the events of the hours it reads."""

import pytest

from cli.own_sql import faults

READ, BUILT = "{read_hours}", "{built_hours}"


@pytest.mark.parametrize(
    "sql",
    [
        f"SELECT id FROM events WHERE id > 0 AND (id < 9 AND {READ}) -- now()",
        f"WITH e AS (SELECT * FROM events WHERE {READ}) SELECT e.id FROM e JOIN e AS f ON true",
        f"SELECT id FROM EVENTS, UNNEST(tags) AS t (tag) WHERE {READ} AND tag <> 'rand()'",
        f'SELECT current_speed, "now", local_date FROM events WHERE {READ}',
        f"WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3)"
        f" SELECT i FROM n JOIN (SELECT * FROM events WHERE {READ}) AS e ON id = i",
        "SELECT 'open",  # which its planning refuses
        "SELECT FROM WHERE",
    ],
)
def test_sql_over_events_alone_has_no_fault(sql: str) -> None:
    assert [*faults(sql, ["read_hours"])] == []


@pytest.mark.parametrize(
    ("sql", "fault"),
    [
        ("SELECT id FROM hourly", "reads hourly;"),
        (f"SELECT id FROM quarantine WHERE {READ}", "reads quarantine;"),
        ("WITH hourly AS (SELECT id FROM hourly) SELECT id FROM hourly", "reads hourly;"),
        (f"SELECT id FROM springtide.events WHERE {READ}", "reads springtide.events;"),
        ('SELECT 1 WHERE EXISTS (SELECT 1 FROM "events$partitions")', "reads events$partitions;"),
        (f"SELECT id FROM events WHERE {READ} AND id IN (SELECT id FROM x)", "reads x;"),
        ("SELECT id FROM events", "reads events in a SELECT without {read_hours} in its WHERE"),
        (f"SELECT id FROM events WHERE {BUILT}", "reads events in a SELECT without {read_hours}"),
        (f"SELECT id FROM events WHERE {READ} OR id = 1", "reads events in a SELECT without"),
        (f"SELECT id FROM (SELECT * FROM events) WHERE {READ}", "reads events in a SELECT without"),
        (f"SELECT now ( ) AS at FROM events WHERE {READ}", "now(): hours that are built again"),
        (f"SELECT Current_Date AS d FROM events WHERE {READ}", "Current_Date: hours"),
        (f"SELECT uuid() AS id FROM events WHERE {READ}", "uuid(): hours"),
        (f"SELECT shuffle(ids) AS ids FROM events WHERE {READ}", "shuffle(): hours"),
        (f"SELECT id FROM events TABLESAMPLE BERNOULLI (9) WHERE {READ}", "TABLESAMPLE: hours"),
    ],
)
def test_what_else_rows_would_depend_on_is_named(sql: str, fault: str) -> None:
    (found,) = faults(sql, ["read_hours"])

    assert found.startswith(fault)


def test_keys_may_be_those_of_the_built_hours() -> None:
    assert [*faults(f"SELECT id FROM events WHERE {BUILT}")] == []
