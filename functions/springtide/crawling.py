"""The crawler: run when the last crawl is old, its view held against the declaration."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from springtide import aws, dataset, drifting
from springtide.settings import Settings

# A crawl takes minutes; ours is given up on, not waited for, after half an hour.
_WAIT_SECONDS = 30
MAX_POLLS = 60
# Of the fields that differ: a state's result is 256 KiB at most, and one landed line can make up
# any number of fields (docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
MAX_NAMES = 50
_BUSY = ("CrawlerRunningException", "CrawlerStoppingException")


def start(settings: Settings, now: datetime) -> dict[str, Any]:
    """Starts the crawler if the last crawl is older than CrawlEveryHours; `state` says which.

    A crawl that is running already may have listed the landing before our objects came: it is
    waited for, and ours started after it.
    """
    crawler = aws.glue().get_crawler(Name=settings.crawler)["Crawler"]
    last = crawler.get("LastCrawl", {}).get("StartTime")
    interval = timedelta(hours=settings.crawl_every_hours)
    if crawler["State"] == "READY" and last is not None and now - last < interval:
        return {"state": "NOT_DUE", "last_crawl": last.isoformat()}
    return _ask(settings, now, polls=0)


def poll(settings: Settings, crawl: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Looks whether the crawl that we asked for has ended, and what it found.

    At its end `drift` names fields that differ, MAX_NAMES of each kind, and `fields` counts them.
    """
    polls = int(crawl["polls"]) + 1
    if polls >= MAX_POLLS:
        return {"state": "GIVEN_UP", "polls": polls}
    if "asked_at" not in crawl:
        return _ask(settings, now, polls)
    crawler = aws.glue().get_crawler(Name=settings.crawler)["Crawler"]
    last = crawler.get("LastCrawl", {})
    # Glue tells when a crawl started in whole seconds; ours may start in the second of our asking.
    asked_at = datetime.fromisoformat(crawl["asked_at"]).replace(microsecond=0)
    # LastCrawl still describes the crawl before ours for a while.
    if crawler["State"] != "READY" or last.get("StartTime", asked_at) < asked_at or not last:
        return _waiting(polls, crawl["asked_at"])
    found: dict[str, Any] = {"state": last["Status"], "polls": polls}
    if last["Status"] == "SUCCEEDED":
        differing = _drift(settings)
        found["drift"] = {change: names[:MAX_NAMES] for change, names in differing.items()}
        found["fields"] = {change: len(names) for change, names in differing.items()}
    else:
        found["reason"] = last.get("ErrorMessage", "no reason given")
    return found


def _drift(settings: Settings) -> dict[str, list[str]]:
    """How the landed fields differ from the declared ones; not at all where none were seen."""
    seen = _candidate_fields(settings)
    if not seen:
        return {"new": [], "vanished": [], "changed": []}
    return drifting.drift(dataset.load(settings.data_set), seen)


def _candidate_fields(settings: Settings) -> dict[str, set[str]]:
    """The types of the fields that the crawler saw, by name; tables may differ in a type."""
    pages = aws.glue().get_paginator("get_tables")
    seen: dict[str, set[str]] = {}
    for page in pages.paginate(DatabaseName=settings.database, Expression="candidate_.*"):
        for table in page["TableList"]:
            if table["Name"].startswith("candidate_"):
                for column in table["StorageDescriptor"]["Columns"]:
                    seen.setdefault(column["Name"].lower(), set()).add(column["Type"])
    return seen


def _ask(settings: Settings, now: datetime, polls: int) -> dict[str, Any]:
    try:
        aws.glue().start_crawler(Name=settings.crawler)
    except ClientError as err:
        if err.response["Error"]["Code"] not in _BUSY:
            raise
        return _waiting(polls)
    return _waiting(polls, now.isoformat())


def _waiting(polls: int, asked_at: str | None = None) -> dict[str, Any]:
    state: dict[str, Any] = {"state": "RUNNING", "polls": polls, "wait_seconds": _WAIT_SECONDS}
    if asked_at is not None:
        state["asked_at"] = asked_at
    return state
