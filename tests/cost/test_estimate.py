from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from springtide.requests.run_input import Hours, parse

from cli.pricing import prices
from cli.pricing.estimate import Estimate, estimate
from tests.pipeline.rig import Bring, Rig, event

NOW = datetime(2026, 11, 23, 1, 24, 53, tzinfo=UTC)


def planned(it: Rig, asked: Any = None, **changed: Any) -> Estimate:
    settings = replace(it.settings, **changed)
    request = parse(asked or {}, settings.start_from, NOW)
    assert request is None or isinstance(request, Hours)
    return estimate(settings, request, NOW)


def test_a_service_is_billed_for_all_that_it_charges() -> None:
    bill = prices.bill({"athena_terabytes": 1, "function_calls": 1e6, "gb_seconds": 1000})
    assert bill == {"Athena": 5.0, "Lambda": pytest.approx(0.20 + 0.0133334)}


def test_a_name_without_a_price_is_refused() -> None:
    with pytest.raises(KeyError, match="athena_gigabytes"):
        prices.bill({"athena_gigabytes": 1})


def test_dry_run_estimates_the_first_run(rig: Bring) -> None:
    it = rig()
    for hour in range(3):
        it.land(f"2020/07/13/0{hour}/a.gz", event(hour), "broken")
    it.land("2020/07/13/00/_SUCCESS")
    it.mount()

    found = planned(it)

    assert (found.pending, found.changed, found.new, found.arrival_hours) == (0, 0, 3, 3)
    assert (found.objects, found.unread) == (4, 1)
    (slice_,) = found.slices
    assert (slice_["first_hour"], slice_["last_hour"]) == ("2020-07-13T00", "2020-07-13T02")
    assert found.bytes == slice_["bytes"] > 0
    assert found.recent.slices == 0
    # Athena bills at least 10 MB a query.
    assert found.price["Athena"] == found.quantities.queries * 10 * 1024**2 / 1024**4 * 5 > 0
    assert found.price["Step Functions"] > 0


def test_dry_run_cuts_the_slices_that_turns_then_take(rig: Bring) -> None:
    it = rig(MaxSliceBytes="400")
    for hour in range(3):
        it.land(f"2020/07/13/0{hour}/a.gz", event(hour))
        it.land(f"2020/07/13/0{hour}/b.gz", event(hour + 10))
    it.mount()
    found = planned(it)

    execution = it.run({})

    assert len(found.slices) == execution.states.count("Record Slice")


def test_dry_run_writes_nothing(rig: Bring) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1))
    it.mount()
    table = it.machine.outputs["LedgerTableName"]

    planned(it, {"all": True})

    assert it.client("dynamodb").scan(TableName=table)["Count"] == 0
    assert not list(it.machine.objects.list(it.lake, ""))
    database = it.database
    assert it.client("glue").get_tables(DatabaseName=database)["TableList"] == []


def test_range_is_looked_at_beside_what_arrived(rig: Bring) -> None:
    it = rig(StartFrom="2020-07-10T00")
    for day in ("01", "02", "11"):
        it.land(f"2020/07/{day}/00/a.gz", event(1, f"2020-07-{day}T00:10:00Z"))
    it.mount()

    found = planned(it, {"from": "2020-07-02T00", "to": "2020-07-03T00"})

    assert found.arrival_hours == 2
    assert planned(it).arrival_hours == 1


def test_dry_run_learns_from_the_slices_before_it(rig: Bring) -> None:
    it = rig()
    late = (event(1, f"2020-07-12T{h:02d}:00:00Z") for h in range(8))
    it.land("2020/07/13/00/a.gz", *late)
    it.run({})
    nothing = planned(it)
    assert (nothing.arrival_hours, nothing.slices, nothing.quantities.queries) == (0, [], 0)
    # Looking costs ten states and no query.
    assert nothing.price["Athena"] == 0
    assert nothing.price["Step Functions"] == pytest.approx(10 * 0.025 / 1000)

    it.land("2020/07/13/00/b.gz", event(2))
    it.land("2020/07/13/01/a.gz", event(3))
    it.mount()
    found = planned(it)

    assert (found.changed, found.new) == (1, 1)
    assert found.recent.slices == 1
    assert found.event_hours == 16  # eight for each arrival hour, as the slice before had
    assert found.quantities.scanned_bytes > 0
