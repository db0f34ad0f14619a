import time
from collections.abc import Callable
from datetime import UTC, datetime

from tests.pipeline.rig import Rig, event


def crawl(it: Rig) -> dict[str, object]:
    it.mount()
    now = datetime.now(UTC).isoformat()
    state = it.invoke("start_crawler", {"now": now})
    while state["state"] == "RUNNING":
        time.sleep(0.05)  # a crawl that is polled too often is given up on
        state = it.invoke("poll_crawler", {"crawl": state, "now": now})
    found: dict[str, object] = state
    return found


def test_fields_that_are_new_or_gone_are_reported(rig: Callable[..., Rig]) -> None:
    it = rig()
    measured = event(1, temperature=20)
    del measured["geldig"]
    it.land("2020/07/13/00/a.gz", measured)

    found = crawl(it)

    assert found["state"] == "SUCCEEDED"
    drift = found["drift"]
    assert isinstance(drift, dict)
    assert drift["new"] == ["temperature"]
    assert "geldig" in drift["vanished"]
    measured = {point.name: point.value for point in it.machine.metrics}
    assert measured == {
        "CrawlsFailed": 0,
        "SchemaDriftNew": 1,
        "SchemaDriftVanished": len(drift["vanished"]),
    }


def test_crawl_that_does_not_end_is_given_up_on(rig: Callable[..., Rig]) -> None:
    state = {"state": "RUNNING", "polls": 59, "wait_seconds": 30}
    now = datetime.now(UTC).isoformat()
    it = rig()
    found = it.invoke("poll_crawler", {"crawl": state, "now": now})
    assert found["state"] == "GIVEN_UP"
    assert {point.name: point.value for point in it.machine.metrics} == {"CrawlsFailed": 1}
