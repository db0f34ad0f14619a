"""A line is published or rejected with its reason, whatever it holds; no statement fails."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from springtide.dataset import loading
from springtide.dataset.tables import table_inputs

from tests.golden import asking
from tests.hostile import corpus
from tests.local.athena.conftest import Warehouse, warehouse_below
from tests.pipeline.declares import use
from tests.pipeline.rig import Rig

ROOT = "s3://landing/raw/"


def test_only_rejects_come_of_any_value_in_any_field(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = use(monkeypatch, "odd", asking.FOLDER)
    landed = [line for line in corpus.lines() if line]
    with Rig(tmp_path, {}) as it:
        it.land_bytes(f"{asking.LINES_HOUR}/a.json", b"\n".join(landed))
        it.run()
        account = it.account()
        kept = [row for _, row in it.rows("quarantine")]
        failed = [run.reason for run in it.machine.athena.history if run.state != "SUCCEEDED"]

    assert failed == []
    assert account.held == [] and account.unread == []
    assert account.lines == len(landed)
    assert account.lines == account.distinct + account.duplicates + len(kept)
    raw = [r["line"].encode() if r["line_bytes"] is None else r["line_bytes"] for r in kept]
    assert set(raw) <= set(landed)
    assert all(row["reject_detail"] for row in kept)
    assert account.distinct > len(landed) // 2
    declared = {field.name for field in odd.fields}
    assert account.misfits.keys() == declared - {"id", "at"} - NEVER_MISFITS


# JSON takes anything; no line of the corpus has a member for the others.
NEVER_MISFITS = {"j", "deep", "sku", "any_name", "told", "told_json"}


@pytest.fixture(scope="module")
def landing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Warehouse]:
    with warehouse_below(tmp_path_factory.mktemp("lines")) as made:
        (table, *_) = table_inputs(loading.load("odd", asking.FOLDER), ROOT, "s3://lake/")
        made.glue.create_table(DatabaseName="db", TableInput=table)
        yield made


# A query takes most of the time, whatever the number of lines: few of them, over many lines each.
@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(corpus.ANY_LINE, min_size=20, max_size=200))
def test_every_line_of_any_bytes_has_one_row(landing: Warehouse, lines: list[bytes]) -> None:
    body = b"".join(line + b"\n" for line in lines)
    key = f"raw/{asking.LINES_HOUR}/a.json"
    landing.s3.put_object(Bucket="landing", Key=key, Body=body)

    assert len(landing.rows(asking.of_lines())) == len(lines)
