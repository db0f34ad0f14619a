"""What the handlers measure in two runs adds up to what the independent reference counts."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from springtide.aws.observability import FIELDS, NAMESPACE, UNITS
from springtide.dataset.declaration import REASONS
from springtide.model.lateness import AGES

from tests import cloudwatch, oracle
from tests.cloudwatch import Datapoint
from tests.cloudwatch import Measured as LoggedValues
from tests.pipeline.rig import Rig, event
from tests.pipeline.watching import Metric, alarms_of, dashboard_of, of_alarms, of_dashboard, unseen
from tests.project.pages import measures, table

TABLES = ("events", "quarantine", "traffic")


class Measured(NamedTuple):
    """Two runs over one landing: what they had to come to, and what was measured."""

    it: Rig
    expected: oracle.Expected
    points: list[Datapoint]
    logged: list[LoggedValues]
    partitions_flipped: int
    bytes_scanned: int
    stack: str

    def values(self, name: str) -> list[Any]:
        return [each.values[name] for each in self.logged if name in each.values]

    def sums(self, name: str) -> Counter[str]:
        """The sums of the fields below a field."""
        found: Counter[str] = Counter()
        for value in self.values(name):
            found.update(value)
        return found

    def sum(self, name: str) -> int:
        """The sum of a field; if it is a metric too, of the metric."""
        found = int(sum(self.values(name)))
        for point in self.points:
            assert dict(point.dimensions) == {"Stack": self.stack, "DataSet": "traffic"}
        if name in UNITS:
            assert found == int(sum(p.value for p in self.points if p.name == name))
        return found


def land_first(it: Rig) -> None:
    hours_late = {10: "12T23:10", 11: "12T19:10", 12: "12T05:10", 13: "06T23:10", 14: "01T00:10"}
    late = [event(n, f"2020-07-{at}:00Z") for n, at in hours_late.items()]
    it.land("2020/07/13/00/a.gz", event(1), event(1), "broken", event(2, temperature=20), *late)
    it.land("2020/07/13/01/a.gz", event(3, "2020-07-13T01:00:00Z"), event(unieke_id=None))
    it.land("2020/07/13/01/_hidden.gz", event(4))


def land_later(it: Rig) -> None:
    # The first hour is read again for this, and all that was in it must not count twice.
    it.land("2020/07/13/00/late.gz", event(5), "also broken", event(10, "2020-07-12T23:10:00Z"))
    it.land(
        "2020/07/13/02/b.gz",
        event(1),  # one hour late by now, and a copy
        event(6, "2020-07-13T02:59:59Z"),
        event(7, "2020-07-13T09:00:00Z"),
        event(8, "1999-07-13T09:00:00Z"),
        "[]",
    )


def flipped(it: Rig, before: dict[str, dict[tuple[str, ...], str]]) -> int:
    return sum(
        before.get(table, {}).get(partition) != location
        for table in TABLES
        for partition, location in it.partitions(table).items()
    )


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Measured]:
    with Rig(tmp_path_factory.mktemp("measured"), {"CreateDashboard": "true"}) as it:
        land_first(it)
        it.run()
        moved = flipped(it, {})
        before = {table: it.partitions(table) for table in TABLES}
        land_later(it)
        it.run()
        moved += flipped(it, before)
        it.run()  # finds nothing to do
        it.fail("InvalidInputError", {"bogus": 1})
        yield Measured(
            it,
            it.expect(),
            cloudwatch.metrics(it.machine),
            cloudwatch.measured(it.machine),
            moved,
            sum(query.scanned_bytes for query in it.machine.athena.history),
            it.settings.stack,
        )


def test_lines_are_counted_once_by_what_became_of_them(measured: Measured) -> None:
    expected = measured.expected
    assert expected.duplicates == 3
    assert measured.sum("Lines") == expected.lines
    assert measured.sum("Accepted") == expected.lines - len(expected.quarantine)
    assert measured.sum("Duplicates") == expected.duplicates
    assert measured.sum("Rejected") == len(expected.quarantine)
    assert measured.sums("RejectedByReason") == expected.rejected
    assert len(expected.rejected) == 4
    assert measured.sum("Unread") == len(expected.unread) == 1


def test_late_events_are_counted_by_age(measured: Measured) -> None:
    assert measured.sums("LateEventsByAge") == measured.expected.late
    assert set(measured.expected.late) == set(AGES)


def test_partitions_slices_and_scanned_bytes_are_those_of_the_runs(measured: Measured) -> None:
    assert measured.sum("PartitionsPublished") == measured.partitions_flipped
    assert measured.sum("Slices") == 2
    assert measured.sum("ScannedBytes") == measured.bytes_scanned > 0


def test_run_with_nothing_to_do_says_so(measured: Measured) -> None:
    last: dict[str, float] = {}
    for each in measured.logged:
        last |= each.values
    waiting = ("PendingHours", "HeldHours", "OldestPendingSeconds")
    assert {last[name] for name in (*waiting, "Slices", "PartitionsPublished")} == {0}
    runs = measured.values("RunSeconds")
    assert len(runs) == 4  # also the one that failed
    assert min(runs) >= 0


def test_crawl_reports_drift_and_that_it_succeeded(measured: Measured) -> None:
    assert measured.sum("SchemaDriftNew") == 1
    assert measured.sum("SchemaDriftVanished") > 0
    assert measured.sum("SchemaDriftChanged") == 0
    assert measured.values("CrawlsFailed") == [0]
    assert measured.sum("CrawlsFailed") == 0


def test_every_metric_has_the_namespace_and_unit_that_are_declared(measured: Measured) -> None:
    assert {point.namespace for point in measured.points} == {NAMESPACE}
    assert {point.name: point.unit for point in measured.points} == UNITS
    collected = {"PrefixesCondemned", "ObjectsTagged"}  # by a function beside the run
    logged = {name for each in measured.logged for name in each.values}
    assert logged == {*UNITS, *FIELDS} - collected


def test_metrics_come_from_the_functions_that_the_documentation_names(measured: Measured) -> None:
    documented = {row[0].strip("`"): set(re.findall(r"`(\w+)`", row[3])) for row in measures()}
    found: dict[str, set[str]] = {}
    for each in measured.logged:
        words = re.findall("[A-Z][a-z]+", each.function_name.split("-")[1].removesuffix("Function"))
        for name in each.values:
            found.setdefault(name, set()).add("_".join(words).lower())
    assert found == {name: documented[name] for name in found}


def test_alarms_and_dashboard_look_at_what_is_emitted(measured: Measured) -> None:
    it = measured.it
    alarms = alarms_of(it)
    looked_at = [*of_alarms(alarms.values()), *of_dashboard(dashboard_of(it))]
    assert len(looked_at) > len(alarms) > 0
    assert unseen(looked_at, cloudwatch.datapoints(it.machine), it) == []


def test_metric_that_is_never_emitted_would_be_found(measured: Measured) -> None:
    it = measured.it
    (held,) = of_alarms([alarms_of(it)["held-hours"]])
    (started,) = of_alarms(
        [{"Namespace": "AWS/States", "MetricName": "ExecutionsFailed", "Period": 60,
          "Statistic": "Sum", "Dimensions": [{"Name": "StateMachineArn", "Value": "of another"}]}]
    )  # fmt: skip
    wrong = [
        held._replace(name="HoursHeld"),
        held._replace(dimensions=frozenset({("Stack", "another"), ("DataSet", "traffic")})),
        started,
        Metric("Springtide", "Rejected", held.dimensions, "Cause"),
    ]
    assert unseen([held, *wrong], cloudwatch.datapoints(it.machine), it) == wrong


def test_dashboard_shows_every_alarm_and_the_errors_of_every_function(measured: Measured) -> None:
    it = measured.it
    body = dashboard_of(it)
    shown = [arn for w in body["widgets"] for arn in w["properties"].get("alarms", [])]
    assert sorted(shown) == sorted(alarm["AlarmArn"] for alarm in alarms_of(it).values())
    functions = it.client("lambda").list_functions()["Functions"]
    errors = {m for m in of_dashboard(body) if m.namespace == "AWS/Lambda"}
    assert {value for m in errors for _, value in m.dimensions} == {
        function["FunctionName"] for function in functions
    }
    queries = [w["properties"]["query"] for w in body["widgets"] if w["type"] == "log"]
    assert all(query.startswith(f"SOURCE '{it.function('FunctionLogs')}' |") for query in queries)
    fields = re.findall(r"measured\.(\w+)(?:\.(\w+))?", " ".join(queries))
    assert {name for name, _ in fields} <= set(FIELDS)
    ages = {below for name, below in fields if name == "LateEventsByAge"}
    assert ages == set(AGES)
    assert {below for name, below in fields if name == "RejectedByReason"} == set(REASONS)


def test_alarms_reach_the_topic_and_name_the_runbook(measured: Measured) -> None:
    it = measured.it
    (topic,) = (t["TopicArn"] for t in it.client("sns").list_topics()["Topics"])
    documented = {row[0].strip("`"): row for row in table("observability.md", "Alarms")}
    alarms = alarms_of(it)
    assert documented.keys() == alarms.keys()
    for name, alarm in alarms.items():
        assert alarm["AlarmActions"] == [topic]
        assert alarm["ActionsEnabled"]
        (line,) = re.findall(r"docs/reliability\.md#[a-z-]+", alarm["AlarmDescription"])
        assert line == f"docs/reliability.md#{name}"
        assert f"`{alarm['TreatMissingData']}`" in documented[name][3]
