"""Checks whether the crawl has ended, and how the landed fields differ from the declared."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from springtide.aws import clients, crawler
from springtide.dataset import drift, loading
from springtide.model.settings import Settings

# The run continues without a crawl that takes longer than half an hour.
MAX_POLLS = 60
# A bound on the fields named: a state's result is 256 KiB at most, and one landed line can hold any
# number of field names (docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
MAX_NAMES = 50


def poll_crawler(settings: Settings, crawl: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Checks whether the crawl that the run started has ended, and what it found.

    At its end `drift` names fields that differ, MAX_NAMES of each kind, and `fields` counts them.
    """
    polls = int(crawl["polls"]) + 1
    if polls >= MAX_POLLS:
        return {"state": "GIVEN_UP", "polls": polls}
    if "asked_at" not in crawl:
        return crawler.ask(settings.crawler, now, polls)
    seen = clients.glue().get_crawler(Name=settings.crawler)["Crawler"]
    last = seen.get("LastCrawl", {})
    # Glue gives a crawl's start in whole seconds, and ours may start in the second of this request.
    asked_at = datetime.fromisoformat(crawl["asked_at"]).replace(microsecond=0)
    # For a while LastCrawl still describes the crawl before ours.
    if seen["State"] != "READY" or last.get("StartTime", asked_at) < asked_at or not last:
        return crawler.waiting(polls, crawl["asked_at"])
    found: dict[str, Any] = {"state": last["Status"], "polls": polls}
    if last["Status"] == "SUCCEEDED":
        differing = _drift(settings)
        found["drift"] = {change: names[:MAX_NAMES] for change, names in differing.items()}
        found["fields"] = {change: len(names) for change, names in differing.items()}
    else:
        found["reason"] = last.get("ErrorMessage", "no reason given")
    return found


def _drift(settings: Settings) -> dict[str, list[str]]:
    """How the landed fields differ from the declared ones; empty if the crawler has seen none."""
    seen = _candidate_fields(settings)
    if not seen:
        return {"new": [], "vanished": [], "changed": []}
    return drift.drift(loading.load(settings.data_set), seen)


def _candidate_fields(settings: Settings) -> dict[str, set[str]]:
    """The types of each field that the crawler saw, by name; its tables may differ in one."""
    pages = clients.glue().get_paginator("get_tables")
    fields: dict[str, set[str]] = {}
    for page in pages.paginate(DatabaseName=settings.database, Expression="candidate_.*"):
        for table in page["TableList"]:
            if table["Name"].startswith("candidate_"):
                for column in table["StorageDescriptor"]["Columns"]:
                    fields.setdefault(column["Name"].lower(), set()).add(column["Type"])
    return fields
