from datetime import UTC, datetime, timedelta

from tests.functions.conftest import crawl
from tests.pipeline.rig import Bring, event


def test_crawler_runs_when_the_last_crawl_is_old(rig: Bring) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1))
    now = datetime.now(UTC)

    assert crawl(it, now)["state"] == "SUCCEEDED"

    again = it.invoke("start_crawler", {"now": (now + timedelta(days=7, hours=-1)).isoformat()})
    assert again["state"] == "NOT_DUE"
    later = it.invoke("start_crawler", {"now": (now + timedelta(days=7, hours=1)).isoformat()})
    assert later["state"] == "RUNNING"
