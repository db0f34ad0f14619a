"""Documents with many members."""

from typing import Any

from tests.pipeline.orders import Orders, order
from tests.pipeline.rig import Bring


def test_documents_of_many_members_fit_into_memory(rig: Bring, orders: Orders) -> None:
    names = [f"member_{number}" for number in range(200)]
    fields: dict[str, Any] = dict.fromkeys(names, 'type = "varchar"')
    orders.declare(**fields)
    it = rig(DataSet="orders")
    sent = {name: f"a text of {name}" for name in names}
    it.land("2026/03/01/10/a", *(order(str(id), "10:00:00", **sent) for id in range(1500)))

    it.run()

    rows = [row for _, row in it.rows("events")]
    assert len(rows) == 1500
    assert all(row[name] == text for row in rows for name, text in sent.items())
