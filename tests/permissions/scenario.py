"""A stack's life in which every function makes every kind of call that it ever makes."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from moto.glue.models import FakeCrawl, glue_backends
from springtide.ledger.lease import FUNCTION_TIMEOUT_SECONDS, LEASE_SECONDS
from springtide.steps import plan_slice

from offline import clock
from offline.api_calls import ApiCall, Watcher
from offline.athena.service.runs import QueryRun
from offline.clients import ACCOUNT, REGION
from tests.athena_faults import Fault
from tests.pipeline.holding import start_and_hold, started_queries
from tests.pipeline.rig import Rig, event
from tests.waiting import until
from tests.watchers import Refuses

PARAMETERS = {"ScheduleState": "ENABLED", "CollectScheduleState": "ENABLED", "RetainDays": "1"}
DAY_SECONDS = 86_400
# Later than a function of a dead holder can still run, and before its lease expires.
AFTER_DEATH_SECONDS = (FUNCTION_TIMEOUT_SECONDS + LEASE_SECONDS) / 2


def live(it: Rig) -> None:
    """Runs, late data, objects without lines, failures, dead holders, a rebuild, clean-up."""
    it.land("2020/07/13/00/a.gz", event(1), event(2), "broken")
    it.land_bytes("2020/07/13/00/empty.gz", gzip.compress(b""))
    it.run({"from": "2020-07-13T00", "to": "2020-07-14T00"})
    it.land("2020/07/13/01/late.gz", event(3), event(1, geldig=1))
    it.mount()
    for schedule in ("springtide-run", "springtide-collect"):
        if arn := it.machine.fire(schedule, clock.now()):
            it.follow(arn)
    failing(it)
    rebuilt(it)
    cut_off(it)
    changed_from_outside(it)
    handed_over(it)
    cleaned_up(it)


def failing(it: Rig) -> None:
    """An object is skipped, an hour held, and both retried; one object goes while it is read."""
    bad = f"s3://{it.machine.outputs['LandingBucketName']}/2020/07/13/03/bad.gz"
    it.land("2020/07/13/03/bad.gz", event(1, "2020-07-13T03:10:00+00:00"))
    it.land("2020/07/13/04/c.gz", event(1, "2020-07-13T04:10:00+00:00"))
    it.land("2020/07/13/04/d.gz", event(2, "2020-07-13T04:10:00+00:00"))

    def judge(sql: str) -> Fault | None:
        if _reads(sql, "03") and "NOT IN" not in sql:
            return Fault.permanent(f"HIVE_BAD_DATA: {bad}")
        return Fault.permanent("SYNTAX_ERROR: no") if _reads(sql, "04") else None

    with faults(it, judge):
        it.run({})
    gone = iter([it.landing / "2020/07/13/04/d.gz"])

    def remove(sql: str) -> None:
        if _reads(sql, "04") and (file := next(gone, None)):
            file.unlink()
            it.mount()

    with faults(it, remove):
        it.run({"retry": ["2020-07-13T03", "2020-07-13T04"]})
    it.run({"retry": True})


def rebuilt(it: Rig) -> None:
    """A rebuild fails while another query of it runs, and is given up; the next one is made."""
    asked = {"rebuild": {"from": "2020-07-13T00", "to": "2020-07-13T02"}}

    def judge(sql: str) -> Fault | None:
        if "/tables/quarantine/" in sql and "UNLOAD" in sql:
            until(lambda: len(started_queries(it)) > 1)
            return Fault.permanent("SYNTAX_ERROR: no")
        if "/tables/events/" in sql and "UNLOAD" in sql:
            return Fault.requeued(0.01)
        return None

    with faults(it, judge):
        it.mount()
        assert it.machine.run(asked).status == "FAILED"
    it.run(asked)


def cut_off(it: Rig) -> None:
    """Runs are aborted at a query: one is reported, two are not, and others take over."""
    unknown = "QueryExecution was not found"
    forgets = Refuses("StopQueryExecution", "InvalidRequestException", unknown, times=1)
    it.machine.calls.watchers.append(forgets)
    rules = it.client("events")
    it.land("2020/07/13/05/e.gz", event(1, "2020-07-13T05:10:00+00:00"))
    _abort_at_extract(it)
    clock.advance(3600)
    names = [rule["Name"] for rule in rules.list_rules()["Rules"]]
    for name in names:
        rules.disable_rule(Name=name)
    _abort_at_extract(it)
    clock.advance(AFTER_DEATH_SECONDS)
    collect(it)
    _abort_at_extract(it)
    clock.advance(AFTER_DEATH_SECONDS)
    for name in names:
        rules.enable_rule(Name=name)
    it.run({})


class EndsAtTheSecondStart(Watcher):
    """Ends a crawl when it has been in the way of another for the second time."""

    def __init__(self, crawl: FakeCrawl) -> None:
        self._crawl = crawl
        self._starts = 0

    def before(self, call: ApiCall) -> None:
        self._starts += call.operation == "StartCrawler"
        if self._starts == 2:
            self._crawl.status = "COMPLETED"


def changed_from_outside(it: Rig) -> None:
    """A column of a table is missing, and the crawler is at work when the next run wants it."""
    table = it.table("events")
    table["StorageDescriptor"]["Columns"].pop()
    kept = ("Name", "TableType", "Parameters", "StorageDescriptor", "PartitionKeys")
    changed = {name: table[name] for name in kept}
    it.client("glue").update_table(DatabaseName=it.database, TableInput=changed)
    clock.advance(2 * DAY_SECONDS)
    crawler = glue_backends[ACCOUNT][REGION].crawlers[it.function("LandingCrawler")]
    for crawl in crawler.crawls:
        crawl.start_time -= timedelta(days=8)
    somebodys = FakeCrawl(crawler.name)
    somebodys.status = "RUNNING"
    crawler.crawls.append(somebodys)
    it.machine.calls.watchers.append(EndsAtTheSecondStart(somebodys))
    it.run({})


def handed_over(it: Rig) -> None:
    """A run whose turns are used up starts its successor."""
    it.land("2020/07/13/06/e.gz", event(1, "2020-07-13T06:10:00+00:00"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plan_slice, "MAX_TURNS", 1)
        it.run({})


def cleaned_up(it: Rig) -> None:
    """Versions are condemned, tagged, and gone after what the lifecycle rule does."""
    for _ in range(2):
        clock.advance(4 * DAY_SECONDS)
        collect(it)
    bucket = it.lake
    s3 = it.client("s3")
    for item in it.machine.objects.list(bucket, "tables/"):
        if s3.get_object_tagging(Bucket=bucket, Key=item.key)["TagSet"]:
            it.machine.objects.remove(bucket, item.key)
    clock.advance(2 * DAY_SECONDS)
    collect(it)


def collect(it: Rig) -> None:
    assert not it.invoke("collect_garbage", {})["skipped"]


def _reads(sql: str, hour: str) -> bool:
    return "FROM landing" in sql and f"2020/07/13/{hour}" in sql


@contextmanager
def faults(it: Rig, judge: Callable[[str], Fault | None]) -> Iterator[None]:
    """Has Athena fail the statements that are judged so."""

    def hook(run: QueryRun) -> Fault | None:
        return judge(run.sql)

    it.machine.athena.faults.append(hook)
    try:
        yield
    finally:
        it.machine.athena.faults.remove(hook)


def _abort_at_extract(it: Rig) -> None:
    arn = start_and_hold(it, {})
    it.machine.athena.faults.clear()
    it.machine.stop(arn)
    assert it.machine.wait(arn).status == "ABORTED"
