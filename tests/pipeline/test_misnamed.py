"""Objects that hold no text, though their names say so, are named as unread; the rest goes on."""

import bz2
import gzip
import json

import pyarrow as pa
from springtide.dataset import loading
from springtide.dataset.tables import table_inputs

from tests.pipeline.rig import Bring, event

HOUR = "2020/07/13/00/"
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


def test_objects_that_hold_no_text_are_named_and_everything_else_published(rig: Bring) -> None:
    it = rig()
    it.land(HOUR + "good.gz", event(2), "ORCHESTRA")
    it.land(HOUR + "text.log", "ORC is what this line begins with", "and it is text")
    for name, (data, _) in MISNAMED.items():
        it.land_bytes(HOUR + name, data)

    it.run()

    account = it.account()
    reasons = {entry["object"].rsplit("/", 1)[-1]: entry["reason"] for entry in account.unread}
    assert reasons.keys() == MISNAMED.keys()
    for name, (_, told) in MISNAMED.items():
        assert told in reasons[name]
    assert (account.lines, account.distinct, account.held) == (4, 1, [])
    assert account.rejected == {"malformed": 3}


def test_object_under_its_right_name_is_read_by_the_next_run(rig: Bring) -> None:
    it = rig()
    it.land_bytes(HOUR + "a.json", PACKED)
    it.run()
    (it.landing / HOUR / "a.json").rename(it.landing / HOUR / "a.json.gz")

    it.run()

    account = it.account()
    assert (account.distinct, account.unread, account.rejected) == (1, [], {})


def test_packed_objects_are_read_by_their_names(rig: Bring) -> None:
    it = rig()
    text = [json.dumps(event(number)).encode() + b"\n" for number in range(2)]
    it.land_bytes(HOUR + "a.bz2", bz2.compress(text[0]))
    it.land_bytes(HOUR + "b.zst", pa.compress(text[1], codec="zstd", asbytes=True))
    it.land_bytes(HOUR + "nothing.bz2", bz2.compress(b""))
    it.land_bytes(HOUR + "nothing.zst", bytes.fromhex("28b52ffd2000010000"))

    it.run()

    assert it.account().distinct == 2
    assert it.account().unread == []


def test_landing_table_of_an_earlier_version_gets_what_keeps_lines_whole(rig: Bring) -> None:
    it = rig()
    it.land(HOUR + "a.json", event(1))
    it.run()
    glue, database = it.client("glue"), it.machine.outputs["DatabaseName"]
    (landing, *_) = table_inputs(loading.load("traffic"), "s3://x/", "s3://y/")
    found = glue.get_table(DatabaseName=database, Name="landing")["Table"]
    kept = {name: found[name] for name in landing}
    earlier = json.loads(json.dumps(kept))
    del earlier["StorageDescriptor"]["SerdeInfo"]["Parameters"]["field.delim"]
    glue.update_table(DatabaseName=database, TableInput=earlier)
    it.land(HOUR + "b.json", "a\x01b")

    it.run()

    now = glue.get_table(DatabaseName=database, Name="landing")["Table"]
    assert now["StorageDescriptor"] == kept["StorageDescriptor"]
    assert [row["line"] for _, row in it.rows("quarantine")] == ["a\x01b"]
