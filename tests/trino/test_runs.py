"""Whole runs: statement by statement on both engines, and on a Trino alone."""

from collections.abc import Callable

from tests.pipeline import rebuilds, undo
from tests.pipeline.orders import SUMS, Orders, declare_renamed, order, sums
from tests.pipeline.rig import Rig, event
from tests.trino.conftest import Served

Bring = Callable[..., Served]


def _late(it: Rig) -> None:
    """An arrival hour that was read grows by a revision, a duplicate, a late event and rejects."""
    it.land(
        "2020/07/13/01/late.gz",
        event(4, "2020-07-13T01:30:00Z", tijd_laatst_gewijzigd="2020-07-14T10:00:00Z", geldig=1),
        event(5, "2020-07-13T01:31:00Z", tijd_laatst_gewijzigd="2020-07-13T05:00:00Z"),
        event(9, "2020-07-11T08:00:00Z"),
        event(None, "2020-07-13T01:40:00Z"),  # type: ignore[arg-type]
        event(10, "no time"),
        "broken, ünd: {",
    )
    it.land_bytes("2020/07/14/11/bytes", b'{"unieke_id": "\xff"}\n\x01a\x02\n{"a":\t1}\r\n')


def test_every_statement_gives_the_same_rows_on_both_engines(served: Bring) -> None:
    at = served(both=True)
    it = at.rig
    rebuilds.land(it)
    it.run()
    it.expect()
    _late(it)
    it.land_bytes("2020/07/14/12/cut.gz", b"no gzip")
    it.run()
    it.expect()
    it.run(rebuilds.DAY)
    it.expect()
    undo.back(it, undo.recorded(it)[0])
    it.run()
    it.expect()
    (it.landing / "2020/07/13/05/a.gz").unlink()
    it.land("2020/07/13/05/b.gz", event(11, "2020-07-13T05:10:00Z"))
    it.run()

    differing = [item for item in at.compared if item.differs]
    assert differing == []
    assert len(at.compared) == len(it.machine.athena.history)
    assert sum(item.rows for item in at.compared) > 100


def test_a_run_on_a_trino_alone_publishes_what_landed(served: Bring) -> None:
    it = served().rig
    rebuilds.land(it)
    it.run()
    it.expect()
    _late(it)
    it.run()

    expected = it.expect()

    assert len(expected.quarantine) > 3
    assert it.machine.athena.history[0].scanned_bytes > 0


def test_derived_tables_read_a_renamed_field_alike_on_both_engines(
    served: Bring, orders: Orders
) -> None:
    orders.declare(SUMS, files=sums("note", "amount"))
    at = served(both=True, DataSet="orders")
    it = at.rig
    it.land("2026/03/01/10/a", order("a", "10:00:00", note="x", amount=1))
    it.run()
    declare_renamed(orders)
    it.land("2026/03/01/11/b", order("b", "11:00:00", note="x", amount=2))
    it.run()
    it.run({"rebuild": {"table": "sums"}})

    assert [item for item in at.compared if item.differs] == []
    assert [row["amounts"] for _, row in it.rows("sums")] == [1.0, 3.0]
