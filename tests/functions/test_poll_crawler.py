from datetime import UTC, datetime

from tests import cloudwatch
from tests.functions.conftest import crawl
from tests.pipeline.rig import Bring, event


def test_fields_that_are_new_or_gone_are_reported(rig: Bring) -> None:
    it = rig()
    measured = event(1, temperature=20)
    del measured["geldig"]
    it.land("2020/07/13/00/a.gz", measured)

    found = crawl(it, datetime.now(UTC))

    assert found["state"] == "SUCCEEDED"
    drift = found["drift"]
    assert drift["new"] == ["temperature"]
    assert "geldig" in drift["vanished"]
    (logged,) = cloudwatch.measured(it.machine)
    assert logged.values == {
        "CrawlsFailed": 0,
        "SchemaDriftNew": 1,
        "SchemaDriftVanished": len(drift["vanished"]),
        "SchemaDriftChanged": 0,
    }


def test_field_of_another_type_is_reported(rig: Bring) -> None:
    it = rig()
    it.land("2020/07/13/00/a.gz", event(1, geldig=True, defect="1", beschikbaar={"ja": 1}))

    found = crawl(it, datetime.now(UTC))

    assert found["drift"]["changed"] == [
        "beschikbaar: struct where beschikbaar is declared bigint",
        "geldig: boolean where geldig is declared bigint",
    ]
    assert cloudwatch.measured(it.machine)[-1].values["SchemaDriftChanged"] == 2
