from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from tests.pipeline.rig import Rig, event


def test_crawler_runs_when_the_last_crawl_is_old(rig: Callable[..., Rig]) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1))
    it.mount()
    now = datetime.now(UTC)

    started = it.invoke("start_crawler", {"now": now.isoformat()})
    crawl = started
    while crawl["state"] == "RUNNING":
        crawl = it.invoke("poll_crawler", {"crawl": crawl, "now": now.isoformat()})

    assert started["state"] == "RUNNING"
    assert crawl["state"] == "SUCCEEDED"
    again = it.invoke("start_crawler", {"now": (now + timedelta(hours=23)).isoformat()})
    assert again["state"] == "NOT_DUE"
    later = it.invoke("start_crawler", {"now": (now + timedelta(hours=25)).isoformat()})
    assert later["state"] == "RUNNING"
