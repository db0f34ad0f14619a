"""Starts the crawler if its last crawl is old enough."""

from datetime import datetime, timedelta
from typing import Any

from springtide.aws import clients, crawler
from springtide.model.settings import Settings


def start_crawler(settings: Settings, now: datetime) -> dict[str, Any]:
    """Starts the crawler if its last crawl is older than CrawlEveryHours; `state` says whether.

    A crawl that is already running may have listed the landing before the run's objects
    arrived. The run waits for it to end and then starts its own.
    """
    seen = clients.glue().get_crawler(Name=settings.crawler)["Crawler"]
    last = seen.get("LastCrawl", {}).get("StartTime")
    interval = timedelta(hours=settings.crawl_every_hours)
    if seen["State"] == "READY" and last is not None and now - last < interval:
        return {"state": "NOT_DUE", "last_crawl": last.isoformat()}
    return crawler.ask(settings.crawler, now, polls=0)
