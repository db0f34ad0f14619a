"""Starts the crawler when the last crawl is old."""

from datetime import datetime, timedelta
from typing import Any

from springtide.aws import clients, crawler
from springtide.model.settings import Settings


def start_crawler(settings: Settings, now: datetime) -> dict[str, Any]:
    """Starts the crawler if the last crawl is older than CrawlEveryHours; `state` says which.

    A crawl that is running already may have listed the landing before our objects came. The run
    waits for it, and starts its own crawl afterwards.
    """
    seen = clients.glue().get_crawler(Name=settings.crawler)["Crawler"]
    last = seen.get("LastCrawl", {}).get("StartTime")
    interval = timedelta(hours=settings.crawl_every_hours)
    if seen["State"] == "READY" and last is not None and now - last < interval:
        return {"state": "NOT_DUE", "last_crawl": last.isoformat()}
    return crawler.ask(settings.crawler, now, polls=0)
