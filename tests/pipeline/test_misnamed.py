"""Objects that hold no text, though their names say so, are named as unread; the rest goes on."""

import bz2
import gzip
import json

import pyarrow as pa
from springtide.dataset import loading
from springtide.dataset.tables import table_inputs

from tests.pipeline.rig import Rig, event
from tests.pipeline.starts import Start, shared

HOUR, NEXT = "2020/07/13/00/", "2020/07/13/01/"
PACKED = gzip.compress(json.dumps(event(1)).encode() + b"\n", mtime=0)
MISNAMED = {
    "gzip.json": (PACKED, "ends in .gz"),
    "twice.gz": (gzip.compress(PACKED, mtime=0), "within .gz"),
    "parquet": (b"PAR1" + bytes(range(200)) + b"PAR1", "Parquet"),
    "avro.log": (b"Obj\x01\x04\x14avro.codec\x08null\n\x00\xff", "Avro"),
    "zip.txt": (b"PK\x03\x04\x14\x00\x00\n\x00\xff\xfe", "zip"),
    "zstd.json": (pa.compress(b"{}\n", codec="zstd", asbytes=True), "ends in .zst"),
    "bzip2.json": (bz2.compress(b"{}\n"), "ends in .bz2"),
}


def land_all(it: Rig) -> None:
    """Lands an hour of misnamed objects and two of text, and one of objects packed in any way."""
    it.land(HOUR + "good.gz", event(2), "ORCHESTRA")
    it.land(HOUR + "text.log", "ORC is what this line begins with", "and it is text")
    for name, (data, _) in MISNAMED.items():
        it.land_bytes(HOUR + name, data)
    text = [json.dumps(event(number)).encode() + b"\n" for number in (3, 4)]
    it.land_bytes(NEXT + "a.bz2", bz2.compress(text[0]))
    it.land_bytes(NEXT + "b.zst", pa.compress(text[1], codec="zstd", asbytes=True))
    it.land_bytes(NEXT + "nothing.bz2", bz2.compress(b""))
    it.land_bytes(NEXT + "nothing.zst", bytes.fromhex("28b52ffd2000010000"))
    it.run()


start = shared(land_all)


def unread(it: Rig) -> dict[str, str]:
    """Why objects were not read, by their names without the misnamed ones' hour."""
    return {entry["object"].removeprefix(HOUR): entry["reason"] for entry in it.account().unread}


def published(it: Rig) -> dict[int, str]:
    """Which object each event is of."""
    return {number: row["source_path"] for (number, _), row in it.events().items()}


def test_objects_that_hold_no_text_are_named_and_everything_else_published(
    start: Start[None],
) -> None:
    it = start.again()
    reasons, account = unread(it), it.account()
    assert reasons.keys() == MISNAMED.keys()
    for name, (_, told) in MISNAMED.items():
        assert told in reasons[name]
    assert (account.lines, account.distinct, account.held) == (6, 3, [])
    assert account.rejected == {"malformed": 3}


def test_packed_objects_are_read_by_their_names(start: Start[None]) -> None:
    it = start.again()
    assert published(it) == {2: HOUR + "good.gz", 3: NEXT + "a.bz2", 4: NEXT + "b.zst"}


def test_object_under_its_right_name_is_read_by_the_next_run(start: Start[None]) -> None:
    it = start.again()
    (it.landing / HOUR / "gzip.json").rename(it.landing / HOUR / "gzip.json.gz")

    it.run()

    assert published(it)[1] == HOUR + "gzip.json.gz"
    assert unread(it).keys() == MISNAMED.keys() - {"gzip.json"}
    assert it.account().rejected == {"malformed": 3}


def test_landing_table_of_an_earlier_version_gets_what_keeps_lines_whole(
    start: Start[None],
) -> None:
    it = start.again()
    glue, database = it.client("glue"), it.database
    (landing, *_) = table_inputs(loading.load("traffic"), "s3://x/", "s3://y/")
    found = it.table("landing")
    kept = {name: found[name] for name in landing}
    earlier = json.loads(json.dumps(kept))
    del earlier["StorageDescriptor"]["SerdeInfo"]["Parameters"]["field.delim"]
    glue.update_table(DatabaseName=database, TableInput=earlier)
    it.land("2020/07/13/02/b.json", "a\x01b")

    it.run()

    now = it.table("landing")
    assert now["StorageDescriptor"] == kept["StorageDescriptor"]
    lines = [row["line"] for (hour,), row in it.rows("quarantine") if hour == "2020-07-13T02"]
    assert lines == ["a\x01b"]
