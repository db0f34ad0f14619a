"""What commands say of a derived table that was taken out of the declaration."""

from pathlib import Path

from tests.commands import STACK, done, shown
from tests.files import put_lines
from tests.pipeline.orders import COUNTS, Orders, order
from tests.pipeline.rig import Bring


def test_table_that_is_not_declared_any_more_is_shown_by_its_commands(
    rig: Bring, orders: Orders
) -> None:
    orders.declare(COUNTS)
    it = rig(DataSet="orders")
    it.land("2026/03/01/10/a", order("a", "10:00:00"), order("b", "10:30:00"))
    it.run()
    orders.declare()
    it.run({"erase": {"values": ["a"]}})
    assert [row["orders"] for _, row in it.rows("counts")] == [2]

    (version,) = shown("versions", "--table", "counts", *STACK)
    assert (version["table"], version["rows"], version["current"]) == ("counts", 1, True)
    assert shown("status", *STACK)["undeclared"] == ["counts"]
    assert "counts is not declared any more: no run builds it." in done("status", *STACK)
    location = f"s3://{it.settings.lake_bucket}/tables/counts/"
    assert shown("erase", *STACK)["undeclared"] == {"counts": location}
    left = " ".join(done("erase", *STACK).split())
    assert "- All that counts has: it is not declared any more, and nothing is erased" in left
    # The lake bucket's policy denies deleting; what has the tag expires.
    tag = f"tag the objects below {location} with springtide=condemned"
    assert f"builds it from events, or {tag}." in left

    orders.declare(COUNTS)
    it.run({})

    assert [row["orders"] for _, row in it.rows("counts")] == [1]
    assert shown("erase", *STACK)["undeclared"] == {}
    assert "not declared" not in done("erase", *STACK) + done("status", *STACK)


def test_erasure_offline_names_the_table_that_it_does_not_reach(
    tmp_path: Path, orders: Orders
) -> None:
    orders.declare(COUNTS)
    put_lines(tmp_path / "landing/2026/03/01/10/a", *(order(i, "10:00:00") for i in "ab"))
    folders = ("--landing", f"{tmp_path}/landing", "--out", f"{tmp_path}/out")
    done("run", *folders, "--dataset", "orders")
    orders.declare()

    told = " ".join(done("erase", "--key", "a", *folders).split())

    assert "- All that counts has: it is not declared any more, and nothing is erased" in told
    assert told.endswith("Declare it again and run, which builds it from events.")
