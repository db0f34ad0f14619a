"""What `springtide new` chooses: key, revision, types and names, and of which objects."""

import json
import re
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from springtide.dataset import loading

from tests.commands import springtide
from tests.files import put
from tests.local.guessed import HOUR, documents, guessed, lines, new, on

START = 1_772_438_400  # 2026-03-02T08:00:00Z


@pytest.mark.parametrize(
    "time", [lambda n: f"2026-03-02T08:00:00.{n:06}Z", lambda n: f"{START}{n * 1000:09}"]
)
def test_guessed_key_tells_apart_times_within_a_millisecond(tmp_path: Path, time: Any) -> None:
    made = new(tmp_path, lines({"device_id": "d", "time": time(n), "n": n} for n in range(400)))

    ran = on(tmp_path, "run", "--out", str(tmp_path / "out"), "--json")

    assert made.exit_code == 0, made.output
    account = json.loads(ran.stdout)
    assert (account["distinct"], account["duplicates"]) == (400, 0)


@pytest.mark.parametrize(("digits", "revision"), [("00", "updated"), ("00000", None)])
def test_time_is_the_revision_if_it_differs_by_milliseconds(
    tmp_path: Path, digits: str, revision: str | None
) -> None:
    def order(n: int, paid: int) -> dict[str, Any]:
        updated = f"2026-03-02T08:30:00.{digits}{paid}Z"
        return {"id": f"A-{n}", "at": f"2026-03-02T08:{n:02}:00Z", "paid": paid, "updated": updated}

    made = new(tmp_path, lines([order(n, 0) for n in range(40)] + [order(n, 1) for n in (1, 2)]))

    assert guessed(tmp_path).revision == revision
    assert ("To decide: the revision: 2 keys" in made.output) == (not revision)


def test_copies_that_were_received_at_other_times_share_the_guessed_key(tmp_path: Path) -> None:
    def event(n: int, received: str) -> dict[str, Any]:
        time = f"2026-03-02T08:{n:02}:00Z"
        return {"eventTime": time, "eventReceivedTime": f"2026-03-02T{received}:00Z", "eventId": n}

    made = new(tmp_path, lines([event(n, "08:59") for n in range(12)] + [event(1, "09:30")]))

    assert guessed(tmp_path).key == ("event_id",)
    assert "To decide: the key: 7.7% of the documents share theirs" in made.output


@pytest.mark.parametrize("later", ["eventPublishedAt", "observedTimeUnixNano", "eventEnqueuedTime"])
def test_event_time_is_not_when_it_was_passed_on(tmp_path: Path, later: str) -> None:
    made = [{later: START + n + 5, "timeOfEvent": START + n, "id": n} for n in range(12)]

    new(tmp_path, lines(made))

    assert guessed(tmp_path).event_time == "time_of_event"


def test_event_time_is_the_time_with_the_plainer_name(tmp_path: Path) -> None:
    times = ("client_event_time", "event_time")

    new(tmp_path, lines({"id": n} | dict.fromkeys(times, START + n) for n in range(12)))

    declared = guessed(tmp_path)
    assert declared.field(declared.event_time).path == ("event_time",)


@pytest.mark.parametrize("texts", [["2.10", "2.9", "2.1"], ["2.50"], ["1", "1.5"], ["-3"]])
def test_numbers_written_as_text_keep_their_spelling(tmp_path: Path, texts: list[str]) -> None:
    new(tmp_path, documents(number=texts))

    assert guessed(tmp_path).field("number").type == "varchar"
    text = (tmp_path / "sets" / "d" / "dataset.toml").read_text()
    assert 'type = "varchar" # numbers written as text: decimal(p,s) reads them too' in text


@pytest.mark.parametrize(
    ("digits", "kind", "said"),
    [
        ("9" * 18, "bigint", None),
        ("9" * 19, "decimal(38,0)", "beyond 64 bits"),
        ("9" * 38, "decimal(38,0)", "beyond 64 bits"),
        ("9" * 39, "double", "beyond 38 digits: rounded"),
    ],
)
def test_type_that_is_named_for_whole_numbers_reads_them(
    tmp_path: Path, digits: str, kind: str, said: str | None
) -> None:
    new(tmp_path, documents(number=[int(digits)], text=[digits]))

    file = tmp_path / "sets" / "d" / "dataset.toml"
    found = file.read_text()
    assert f'type = "{kind}"' + (f" # {said}" if said else "") in found
    assert f"# whole numbers written as text: {kind} reads them too" in found
    assert "NULL in" not in on(tmp_path, "check").output
    file.write_text(found.replace('type = "varchar" # whole', f'type = "{kind}" # whole'))
    assert "NULL in" not in on(tmp_path, "check").output


def test_text_that_holds_json_is_opened_as_its_comment_says(tmp_path: Path) -> None:
    texts = [json.dumps({"kind": kind}) for kind in ("a", "b")]
    new(tmp_path, documents(sns=[{"Message": text} for text in texts]))
    file, out = tmp_path / "sets" / "d" / "dataset.toml", str(tmp_path / "out")
    (said,) = re.findall(r"# JSON in a text: (json_in = .*) and a path open it\n", file.read_text())
    with file.open("a") as declared:
        declared.write(f'[[fields]]\nname = "kind"\ntype = "varchar"\n{said}\n')

    ran = on(tmp_path, "run", "--out", out, "--quiet")

    assert ran.exit_code == 0, ran.output
    sql = "SELECT kind, count(*) AS n FROM events GROUP BY 1 ORDER BY 1"
    found = json.loads(springtide("query", sql, "--json", "--out", out).stdout)
    assert found == [{"kind": "a", "n": 6}, {"kind": "b", "n": 6}]


def test_attributes_of_dynamodb_are_named_without_their_types(tmp_path: Path) -> None:
    image = {"pk": {"S": "a"}, "count": {"N": "1"}, "tags": {"L": []}, "gone": {"NULL": True}}
    change = {"Keys": {"pk": {"S": "a"}}, "NewImage": image}

    new(tmp_path, documents(dynamodb=[change], S=["x"]))

    fields = {field.name: field.path for field in guessed(tmp_path).fields}
    below = ("dynamodb", "NewImage")
    assert fields == {
        "id": ("id",),
        "at": ("at",),
        "pk": ("dynamodb", "Keys", "pk", "S"),
        "new_image_pk": (*below, "pk", "S"),
        "count": (*below, "count", "N"),
        "tags": (*below, "tags", "L"),
        "gone": (*below, "gone", "NULL"),
        "s": ("S",),
    }


@mock_aws
def test_empty_object_of_a_bucket_holds_nothing(tmp_path: Path) -> None:
    s3 = boto3.client("s3", "us-east-1")
    s3.create_bucket(Bucket="landed")
    for name, data in (("a", b""), ("b.json", documents()), ("c.parquet", b"")):
        s3.put_object(Bucket="landed", Key=f"raw/{HOUR}/{name}", Body=data)

    made = springtide("new", "d", "--from", "s3://landed/raw", "--datasets", tmp_path)

    assert made.exit_code == 0, made.output
    assert "To decide" not in made.output
    assert [field.name for field in loading.load("d", tmp_path).fields] == ["id", "at"]


def test_sample_reaches_the_objects_at_the_end(tmp_path: Path) -> None:
    def land(count: int, member: str, first: int) -> None:
        for number in range(count):
            data = documents(**({member: [1]} if number >= first else {}))
            put(tmp_path / "landing" / HOUR / f"{number:02}.json", data)

    land(39, "late", first=31)
    declared = new(tmp_path, documents(), f"{HOUR}/00.json")
    checked = on(tmp_path, "check", "--json")
    land(79, "last", first=61)
    (tmp_path / "sets" / "d" / "dataset.toml").unlink()
    again = new(tmp_path, documents(), f"{HOUR}/00.json")

    assert declared.exit_code == again.exit_code == 0
    sample = json.loads(checked.stdout)["sample"]
    assert (sample["files"], sample["never"]) == (20, [])
    assert guessed(tmp_path).field("last").path == ("last",)
