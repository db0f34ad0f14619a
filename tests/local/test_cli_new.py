"""A declaration that is guessed from a landing."""

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from springtide.dataset.declaration import DataSet

from tests.commands import springtide
from tests.files import put, put_lines
from tests.local.guessed import HOUR, documents, guess, guessed, new, on
from tests.local.orders import landing as landing
from tests.local.orders import order


def test_guessed_declaration_can_be_run_as_it_is(landing: Path, tmp_path: Path) -> None:
    made = guess(tmp_path, "orders")
    assert made.exit_code == 0, made.output
    assert "lines that are no JSON object" in made.output
    # What is printed to be pasted finds the data set.
    assert f"check --dataset orders --landing {landing} --datasets {tmp_path}/sets" in made.output

    found = guessed(tmp_path, "orders")
    assert found.landing.template == "shop={shop}/dt={yyyy}-{MM}-{dd}/hour={HH}"
    assert found.landing.folders == (("shop", ("a", "b")),)
    assert (found.event_time, found.key, found.revision) == ("placed_at", ("order_id",), "revision")
    assert {(field.name, field.type, field.path) for field in found.fields} == {
        ("order_id", "varchar", ("orderId",)),
        ("placed_at", "timestamp", ("placedAt",)),
        ("country", "varchar", ("customer", "address", "country")),
        ("amount", "double", ("amount",)),
        ("paid", "boolean", ("paid",)),
        ("items", "json", ("items",)),
        ("source", "varchar", ("@source",)),
        ("revision", "bigint", ("revision",)),
    }

    again = guess(tmp_path, "orders")
    assert again.exit_code == 1
    assert "is there already" in again.output

    checked = on(tmp_path, "check", name="orders")
    assert checked.exit_code == 0, checked.output
    assert "132 lines of 6 files, of 6. Accepted: 126" in checked.output
    assert "duplicates and older revisions: 6 of the accepted" in checked.output
    assert "rejected, malformed: 6 lines" in checked.output
    assert "not a JSON object: broken" in checked.output


@pytest.mark.parametrize(
    ("folder", "template"),
    [
        ("dt=2026030208", "dt={yyyy}{MM}{dd}{HH}"),
        ("dt=20260302/08", "dt={yyyy}{MM}{dd}/{HH}"),
        ("2026-03-02-08", "{yyyy}-{MM}-{dd}-{HH}"),
        ("2026.03.02T08", "{yyyy}.{MM}.{dd}T{HH}"),
        ("p1-20260302", "p1-{yyyy}{MM}{dd}"),
        ("2026/m03/d02/hour-08", "{yyyy}/m{MM}/d{dd}/hour-{HH}"),
        # One of the day.
        ("dt=2026-03-02/hour=8", "dt={yyyy}-{MM}-{dd}"),
    ],
)
def test_layout_is_guessed_of_any_spelling_that_can_be_declared(
    tmp_path: Path, folder: str, template: str
) -> None:
    made = new(tmp_path, documents(), f"{folder}/a.json")

    assert guessed(tmp_path).landing.template == template
    assert "the layout" not in made.output
    assert "Accepted: 12." in on(tmp_path, "check").output


def test_folders_of_any_script_with_spaces_and_percent_signs_are_guessed_and_run(
    tmp_path: Path,
) -> None:
    shops = ("50%2F + x", "b  corp", "café", "日本🙂")
    for number, shop in enumerate(shops):
        document = {"id": number, "at": "2026-03-02T08:00:00Z"}
        put_lines(tmp_path / f"landing/shop={shop}/my till/{'ab'[number % 2]}/{HOUR}/a", document)
    out = tmp_path / "out"

    made = new(tmp_path, documents(), f"shop=b  corp/my till/a/{HOUR}/b.json")
    ran = on(tmp_path, "run", "--quiet", "--out", str(out))

    assert made.exit_code == ran.exit_code == 0, made.output + ran.output
    assert dict(guessed(tmp_path).landing.folders)["shop"] == shops
    sql = "SELECT source_path FROM events WHERE length(id) = 1 ORDER BY id"
    found = json.loads(springtide("query", sql, "--json", "--out", out).stdout)
    assert [row["source_path"].split("/")[3] for row in found] == [f"shop={s}" for s in shops]


ERRORS = b"".join(
    json.dumps({"attemptsMade": 4, "arrivalTimestamp": 1772438400001, "rawData": "eA=="}).encode()
    + b"\n"
    for _ in range(9)
)


@pytest.mark.parametrize(
    ("usual", "of_errors", "template"),
    [
        ("", f"errors/processing-failed/{HOUR}", "{yyyy}/{MM}/{dd}/{HH}"),
        ("d/shop=a/", f"failed/processing-failed/{HOUR}", "shop={shop}/{yyyy}/{MM}/{dd}/{HH}"),
        ("data/", f"errors/{HOUR}/processing-failed", "{yyyy}/{MM}/{dd}/{HH}"),
        ("data/", "errors/without/a/time", "{yyyy}/{MM}/{dd}/{HH}"),
    ],
)
def test_errors_of_firehose_and_what_else_lies_outside_the_layout_are_no_events(
    tmp_path: Path, usual: str, of_errors: str, template: str
) -> None:
    put(tmp_path / "landing" / of_errors / "x", ERRORS)
    if "shop" in usual:
        put(tmp_path / f"landing/d/shop=b/{HOUR}/a.json", documents())

    made = new(tmp_path, documents(), f"{usual}{HOUR}/a.json")

    found = guessed(tmp_path)
    assert (found.landing.template, found.key) == (template, ("id",))
    assert [field.name for field in found.fields] == ["id", "at"]
    assert f"objects lie outside the layout, where nothing is read (for example {of_errors}" in (
        made.output
    )
    if "processing-failed/2026" in of_errors:  # else `check` has to be given the folder of the data
        assert "not declared" not in on(tmp_path, "check").output


def test_wrong_declaration_is_one_error_and_binds_no_out_folder(
    landing: Path, tmp_path: Path
) -> None:
    put(tmp_path / "sets" / "orders" / "dataset.toml", 'name = "orders"\n')
    out = tmp_path / "out"
    run = on(tmp_path, "run", "--out", out, name="orders")
    assert run.exit_code == 1
    assert "dataset.toml:1: key: is missing" in run.output
    assert not out.exists()


def test_folders_of_another_zone_and_a_member_that_ends_in_id_are_told_apart(
    tmp_path: Path,
) -> None:
    new_york = timezone(timedelta(hours=-5))
    for day in (6, 7):
        start = datetime(2026, 3, day, tzinfo=new_york)
        documents = [
            {
                "order": f"O-{day}-{number // 2}",
                "line": f"L{number % 5}",
                "at": (start + timedelta(minutes=7 * number)).isoformat(),
                "version": 1,
                "paid": "YN"[number % 2],
            }
            for number in range(200)
        ]
        revised = [{**document, "version": 2, "paid": "Y"} for document in documents[:20]]
        put_lines(tmp_path / f"landing/dt=2026-03-{day:02}/a.json", *documents, *revised)

    made = guess(tmp_path, "shop")

    assert made.exit_code == 0, made.output
    found = guessed(tmp_path, "shop")
    assert (found.key, found.revision) == (("order",), "version")
    assert found.field("line").path == ("line",)
    said = " ".join(made.output.split())
    assert "time_zone: events lie up to 4.1 h behind the end of their folders" in said


def test_landing_without_documents_says_what_it_holds(tmp_path: Path) -> None:
    put(tmp_path / "landing/a.parquet", "PAR1....")
    made = guess(tmp_path, "orders")
    assert made.exit_code == 1
    assert (
        "no event in 1 objects: Parquet that cannot be read (for example a.parquet)" in made.output
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ('{"id": 1}\n{"id": 2}\n'.encode("utf-16"), "UTF-16: write UTF-8 (for"),
        ('{"id": "é"}\n'.encode("latin-1"), "bytes that are not UTF-8 (for"),
    ],
)
def test_landing_in_another_encoding_is_named_so_and_not_as_csv(
    tmp_path: Path, data: bytes, said: str
) -> None:
    put(tmp_path / "landing/a.json", data)
    made = guess(tmp_path, "orders")
    assert made.exit_code == 1
    assert said in made.output and "CSV" not in made.output


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("s3://", "names no bucket; write s3://BUCKET/PREFIX"),
        ("nowhere", "no such folder, nor an s3:// prefix"),
        ("empty", "holds no objects to look at"),
    ],
)
def test_place_without_a_landing_is_named_with_its_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").mkdir()
    made = springtide("new", "orders", "--from", place, "--datasets", tmp_path)
    assert made.exit_code == 1
    assert made.stderr == f"Error: --from {place}: {said}\n"


def test_events_in_the_list_of_a_document_are_what_is_guessed(tmp_path: Path) -> None:
    records = [
        {"eventID": f"e{number}", "eventTime": f"2026-03-02T00:{number:02d}:00Z"}
        for number in range(20)
    ]
    put_lines(tmp_path / "landing/AWSLogs/1/2026/03/02/a.json", {"Records": records})

    made = guess(tmp_path, "trail")

    assert made.exit_code == 0, made.output
    found = guessed(tmp_path, "trail")
    assert found.records == ("Records",)
    assert (found.event_time, found.key) == ("event_time", ("event_id",))


def test_list_with_times_of_its_own_holds_the_events_if_nearly_all_documents_have_it(
    tmp_path: Path,
) -> None:
    def found(name: str, *documents: Any) -> DataSet:
        put_lines(tmp_path / name / "landing" / HOUR / "a.json", *documents)
        made = guess(tmp_path / name)
        assert made.exit_code == 0, made.output
        return guessed(tmp_path / name)

    sent = [{"id": n, "at": f"2026-03-02T08:{n:02}:00Z"} for n in range(20)]
    parts = [{"sku": "a", "n": 1}, {"sku": "b", "n": 2}]
    plain = [each | {"user": "u", "page": "/"} for each in sent]

    assert found("batches", *[{"n": n, "sent": sent[n : n + 2]} for n in range(19)]).records
    assert not found("orders", *[each | {"parts": parts} for each in sent]).records
    assert not found("clicks", {"id": 20, "sent": sent, "at": sent[0]["at"]}, *plain).records


def test_events_in_lists_within_lists_are_what_is_guessed(tmp_path: Path) -> None:
    start = int(datetime(2026, 3, 2, 8, tzinfo=UTC).timestamp())

    def log(number: int) -> dict[str, Any]:
        attributes = [{"key": "status", "value": {"intValue": "200"}}]
        nanos = f"{start + number}000000001"
        span = {"spanId": f"s{number}", "timeUnixNano": nanos, "attributes": attributes}
        return {**span, "Größe": number, "dépôtCode": "GNT"}

    resource = {"service": "shop", "pod": None}
    documents = [
        {
            "tenant": "t1",
            "resourceLogs": [
                {"resource": resource, "scopeLogs": [{"logRecords": [log(n), log(n + 100)]}]},
                {},
            ],
        }
        for n in range(20)
    ]
    put_lines(tmp_path / "landing/2026/03/02/08/a.json", *documents)

    made = guess(tmp_path, "logs")

    assert made.exit_code == 0, made.output
    found = guessed(tmp_path, "logs")
    assert found.records == ("resourceLogs", "scopeLogs", "logRecords")
    assert found.field(found.event_time).path == ("timeUnixNano",)
    assert found.field(found.event_time).formats == ("epoch_ns",)
    assert found.key == ("span_id",)
    assert {"grosse", "depot_code"} <= {field.name for field in found.fields}
    assert found.field("tenant").path == ("$", "tenant")
    assert found.field("service").path == ("resourceLogs", "resource", "service")
    file = tmp_path / "sets" / "logs" / "dataset.toml"
    text = file.read_text()
    assert 'a list; of one entry: path = ["attributes", { key = "…" }, "…"]' in text

    text = text.replace('path = ["dépôtCode"]', 'path = "depot"')
    file.write_text(text.replace('path = ["$", "tenant"]', 'path = ["$", "customer"]'))
    sample = json.loads(on(tmp_path, "check", "--json", name="logs").stdout)["sample"]
    assert sample["never"] == ["tenant", "depot_code"]
    assert sample["undeclared"] == ["$.tenant (100.0%)", "dépôtCode (100.0%)"]


def test_landing_of_parquet_is_guessed_with_its_columns_and_checked(tmp_path: Path) -> None:
    start = datetime(2026, 3, 1, 10, tzinfo=UTC)
    for hour in range(3):
        at = start + timedelta(hours=hour, minutes=20)
        rows = [order(n, at + timedelta(seconds=n)) for n in range(40 * hour, 40 * hour + 40)]
        table = pa.table(
            {
                "orderId": [row["orderId"] for row in rows],
                "placedAt": pa.array([at + timedelta(seconds=n) for n in range(40)]),
                "customer": [row["customer"] for row in rows],
                "amount": pa.array([Decimal("19.90")] * 40, pa.decimal128(9, 2)),
                "items": [row["items"] for row in rows],
                "raw": [b"raw"] * 40,
                "large": pa.array([b"raw"] * 40, pa.large_binary()),
                "bytes": [b"\xff"] * 40,
                "hash": pa.array([b"\xff"] * 40, pa.binary(1)),
                "a b": ["x"] * 40,
            }
        )
        folder = tmp_path / "landing" / f"{at:%Y/%m/%d/%H}"
        folder.mkdir(parents=True)
        pq.write_table(table, folder / "stream-1.parquet")
    made = guess(tmp_path, "orders")

    assert made.exit_code == 0, made.output
    for column in ("bytes", "hash", "a b"):
        assert f"column {column} cannot be declared, and is left out" in made.output
    found = guessed(tmp_path, "orders")
    assert {name: str(kind) for name, kind in found.columns} == {
        "orderid": "string",
        "placedat": "timestamp",
        "customer": "struct<address:struct<country:string>>",
        "amount": "decimal(9,2)",
        "items": "array<struct<sku:string>>",
        "raw": "string",
        "large": "string",
    }
    assert found.field("amount").type == "decimal(9,2)"
    assert (found.event_time, found.key) == ("placedat", ("orderid",))
    checked = on(tmp_path, "check", name="orders")
    assert checked.exit_code == 0, checked.output
    assert "Sample: 120 lines of 3 files, of 3. Accepted: 120." in checked.output
    assert "in no line" not in checked.output


def test_documents_without_line_feeds_between_them_are_what_is_guessed(
    landing: Path, tmp_path: Path
) -> None:
    for file in landing.rglob("*.json"):
        file.write_text(file.read_text().replace("\nbroken\n", "").replace("\n", ""))

    written = guess(tmp_path, "orders")
    ran = on(tmp_path, "run", "--out", tmp_path / "out", "--quiet", name="orders")

    assert written.exit_code == 0, written.output
    assert guessed(tmp_path, "orders").concatenated
    assert ran.exit_code == 0, ran.output
    account = json.loads((tmp_path / "out" / "run.json").read_text())
    assert (account["distinct"], account["rejected"]) == (120, {})


def test_out_folder_knows_where_its_data_set_is(landing: Path, tmp_path: Path) -> None:
    """A package's data set of the same name does not take its place."""
    out = ("--out", tmp_path / "out")
    guess(tmp_path, "clicks")
    run = ("run", "--landing", landing, "--quiet", *out)
    first = springtide(*run, "--dataset", "clicks", "--datasets", tmp_path / "sets")
    assert first.exit_code == 0, first.output
    orders = springtide("query", "SELECT min(order_id) AS id FROM events", "--json", *out)
    (found,) = json.loads(orders.stdout)

    again = springtide(*run)
    planned = springtide("plan", "--landing", landing, "--json", *out)
    erased = springtide("erase", "--key", found["id"], "--landing", landing, *out)
    status = springtide("status", *out)

    assert again.exit_code == 0, again.output
    assert planned.exit_code == 0, planned.output
    assert json.loads(planned.stdout)["recent"]["slices"] == 1
    assert erased.exit_code == 0, erased.output
    assert "1 value of order_id" in erased.output
    assert "sessions" not in status.output  # which the package's derives
