"""Every kind of statement that a run sends to Athena is Trino SQL."""

import re

import sqlglot

from tests.pipeline.rig import Rig, event
from tests.pipeline.starts import Start, shared
from tests.trinosql import assert_is_trino_sql


def two_hours(it: Rig) -> None:
    it.land("2020/07/13/00/it's a.gz", event(1), "broken")
    it.land("2020/07/13/00/b.gz", *(event(n) for n in range(20)), "broken")
    it.land("2020/07/13/00/c.gz", *(event(n) for n in range(20)))
    it.land_bytes("2020/07/13/01/bad's.gz", b"no gzip")
    it.land("2020/07/13/01/good.gz", event(3, "2020-07-13T01:00:00Z"))
    it.run()


start = shared(two_hours, MaxSliceBytes="300")


def test_every_statement_parses_as_trino_sql_and_compares_no_mixed_types(
    start: Start[None],
) -> None:
    it = start.again()
    statements = it.statements
    for sql in statements:
        assert_is_trino_sql(sql)
        unload = re.fullmatch(r"UNLOAD \((.*)\)\s*TO .*", sql, re.DOTALL)
        sqlglot.parse_one(unload[1] if unload else sql, read="athena")
    for part in (
        '"$path" NOT IN',
        "quarantine_versions",
        "traffic_versions",
        "UNION ALL",
    ):
        assert any(part in sql for sql in statements), part
    # The offline Athena refuses comparisons of mixed types, as Trino does; no query failed by one.
    failed = [run for run in it.machine.athena.history if run.state != "SUCCEEDED"]
    assert all("bad's.gz" in (run.reason or "") for run in failed)
