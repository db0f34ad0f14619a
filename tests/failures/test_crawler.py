"""The run continues whatever happens to a crawl; it waits for its own and believes no other."""

import threading
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from moto.glue.models import FakeCrawl, FakeCrawler, glue_backends
from springtide.steps import poll_crawler

from offline.api_calls import ApiCall, Watcher
from offline.athena.errors import QueryFailed
from offline.clients import ACCOUNT, REGION
from offline.glue import crawler
from offline.lambda_.service import Call, Observer
from offline.machine import Execution
from offline.stepfunctions import waits
from tests import cloudwatch
from tests.pipeline.rig import Rig, event, path_of

# Events first, then what is derived of them.
PUBLISHES = ["Plan Slice", "Extract", "Publish", "Publish", "Record Slice"]


class Seen(Watcher, Observer):
    """What the crawler's functions returned, and what happens at a call of Glue's."""

    def __init__(self) -> None:
        self.results: list[dict[str, Any]] = []
        self.happens: dict[str, list[Callable[[], object]]] = {}

    def after_call(self, call: Call, result: Any) -> None:
        if "CrawlerFunction" in call.function_name:
            self.results.append(result)

    def before(self, call: ApiCall) -> None:
        waiting = self.happens.get(call.operation, [])
        if waiting:
            waiting.pop(0)()


class Stage:
    """A machine whose last crawl is old."""

    def __init__(self, it: Rig, number: int) -> None:
        self.it = it
        self._hour = f"2020-07-13T{number:02d}"
        self.crawler = crawlers()[it.settings.crawler]
        for crawl in self.crawler.crawls:
            crawl.start_time -= timedelta(days=8)
        self.before = len(self.crawler.crawls)
        self._measured = len(cloudwatch.metrics(it.machine))
        self.seen = Seen()
        it.machine.runner.observers.append(self.seen)
        it.machine.calls.watchers.append(self.seen)

    def run(self) -> Execution:
        """A run, which ends normally whatever the crawler does."""
        self.it.mount()
        execution = self.it.machine.run({})
        assert (execution.status, execution.cause) == ("SUCCEEDED", None)
        assert execution.states[-1] == "Up To Date"
        return execution

    def publish(self, **fields: object) -> Execution:
        """A run that has something to ingest and publishes what it should."""
        self.it.land(f"{path_of(self._hour)}/a.gz", event(1, f"{self._hour}:30:00Z", **fields))
        execution = self.run()
        assert [state for state in execution.states if state in PUBLISHES][:5] == PUBLISHES
        self.it.expect()
        return execution

    def crawls_failed(self) -> float:
        """What the alarm counts, since this stage began."""
        since = cloudwatch.metrics(self.it.machine)[self._measured :]
        return sum(point.value for point in since if point.name == "CrawlsFailed")

    def foreign(self, status: str) -> FakeCrawl:
        """A crawl that another writer has started, long ago."""
        crawl = FakeCrawl(self.crawler.name)
        crawl.status = status
        crawl.start_time -= timedelta(days=8)
        self.crawler.crawls.append(crawl)
        return crawl


def crawlers() -> dict[str, FakeCrawler]:
    found: dict[str, FakeCrawler] = glue_backends[ACCOUNT][REGION].crawlers
    return found


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with Rig(tmp_path_factory.mktemp("crawler"), {"StartFrom": "2020-07-13T00"}) as it:
        yield it


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return iter(range(24))


@pytest.fixture
def stage(machine: Rig, numbers: Iterator[int]) -> Iterator[Stage]:
    stage = Stage(machine, next(numbers))
    yield stage
    crawlers()[stage.crawler.name] = stage.crawler  # some tests delete it
    machine.machine.runner.observers.clear()
    machine.machine.calls.watchers.clear()


@pytest.fixture
def held_by_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """The crawl does not go on while a run waits, so that waiting for it would be in vain."""
    monkeypatch.setattr(waits, "STAND_BY_SHARE", 0)


@pytest.mark.parametrize(
    ("status", "ends"), [("RUNNING", "COMPLETED"), ("RUNNING", "FAILED"), ("STOPPING", "STOPPED")]
)
@pytest.mark.usefixtures("held_by_the_test")
def test_foreign_crawl_is_waited_for_and_then_ours_started(
    stage: Stage, status: str, ends: str
) -> None:
    foreign = stage.foreign(status)

    def end() -> None:
        foreign.status = ends

    stage.seen.happens["StartCrawler"] = [lambda: None, lambda: None, end]

    execution = stage.run()

    assert execution.states.count("Poll Crawler") >= 2
    assert stage.crawler.crawls[-2] is foreign
    assert len(stage.crawler.crawls) == stage.before + 2
    assert stage.seen.results[-1]["state"] == "SUCCEEDED"
    assert [r["state"] for r in stage.seen.results[:2]] == ["RUNNING", "RUNNING"]
    assert "asked_at" not in stage.seen.results[1]


def test_crawl_that_fails_is_reported_with_glues_reason(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise QueryFailed("Insufficient Lake Formation permission(s) on candidate_")

    monkeypatch.setattr(crawler, "_crawl_target", fail)

    stage.run()

    assert stage.seen.results[-1]["state"] == "FAILED"
    assert stage.crawls_failed() == 1
    assert "Lake Formation" in stage.seen.results[-1]["reason"]


def test_crawl_that_is_stopped_by_hand_is_reported_as_cancelled(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crawler, "_crawl_target", lambda one, *_: one.stop_crawler())

    stage.run()

    assert stage.seen.results[-1]["state"] == "CANCELLED"
    assert stage.crawls_failed() == 1
    assert stage.seen.results[-1]["reason"] == "no reason given"


def test_last_crawl_that_is_still_the_previous_one_is_not_taken_for_ours(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = stage.foreign("FAILED")
    described, stale = FakeCrawler.as_dict, [1, 2]

    def late(one: FakeCrawler) -> dict[str, Any]:
        if one.crawls[-1] is foreign or not stale:
            return described(one)
        stale.pop()
        ours = one.crawls.pop()
        try:
            return described(one)
        finally:
            one.crawls.append(ours)

    monkeypatch.setattr(FakeCrawler, "as_dict", late)

    stage.run()

    assert stale == []
    assert [result["state"] for result in stage.seen.results[:3]] == ["RUNNING"] * 3
    assert stage.seen.results[-1]["state"] == "SUCCEEDED"


def test_run_without_a_crawler_continues(stage: Stage) -> None:
    del crawlers()[stage.crawler.name]

    execution = stage.publish()

    assert "Wait For Crawler" not in execution.states
    assert stage.seen.results == []


@pytest.mark.usefixtures("held_by_the_test")
def test_crawler_that_is_deleted_while_it_runs_is_not_waited_for(stage: Stage) -> None:
    gone = stage.crawler
    stage.foreign("RUNNING").start_time += timedelta(days=3)
    stage.seen.happens["StartCrawler"] = [lambda: None, lambda: crawlers().pop(gone.name)]

    execution = stage.run()

    gone.crawls.pop()
    assert execution.states.count("Poll Crawler") == 1
    assert [result["state"] for result in stage.seen.results] == ["RUNNING"]


def test_crawler_that_is_deleted_once_our_crawl_has_begun_is_not_waited_for(stage: Stage) -> None:
    gone = stage.crawler
    stage.seen.happens["GetCrawler"] = [lambda: None, lambda: crawlers().pop(gone.name)]

    execution = stage.publish()

    assert execution.states.count("Poll Crawler") == 1
    assert [("asked_at" in result, result["state"]) for result in stage.seen.results] == [
        (True, "RUNNING")
    ]


@pytest.mark.usefixtures("held_by_the_test")
def test_crawl_that_never_ends_is_given_up_on(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr(crawler, "_crawl_target", lambda *_: over.wait(60))
    monkeypatch.setattr(poll_crawler, "MAX_POLLS", 4)

    execution = stage.publish()

    over.set()
    assert execution.states.count("Poll Crawler") == 4
    assert stage.seen.results[-1] == {"state": "GIVEN_UP", "polls": 4}
    assert stage.crawls_failed() == 1
    while stage.crawler.status != "READY":
        over.wait(0.01)


@pytest.mark.parametrize(("later", "state"), [(0.9, "SUCCEEDED"), (1.1, "RUNNING")])
def test_crawl_that_started_in_the_second_of_its_request_is_ours(
    stage: Stage, later: float, state: str
) -> None:
    stage.run()
    started = stage.crawler.crawls[-1].start_time.isoformat() + "+00:00"
    asked_at = datetime.fromisoformat(started) + timedelta(seconds=later)
    crawl = {"state": "RUNNING", "polls": 0, "asked_at": asked_at.isoformat()}

    found = stage.it.invoke("poll_crawler", {"crawl": crawl, "now": asked_at.isoformat()})

    assert found["state"] == state


def test_more_new_fields_than_a_state_may_return_are_counted_and_a_few_named(stage: Stage) -> None:
    many = {f"{'field' * 20}{number}": number for number in range(3000)}

    stage.publish(**many)

    found = stage.seen.results[-1]
    assert found["state"] == "SUCCEEDED"
    assert found["fields"]["new"] == 3000
    assert len(found["drift"]["new"]) == poll_crawler.MAX_NAMES
