import hashlib
import pickle
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from offline.clients import ACCOUNT
from offline.s3.objects import MissingObjectError, NoSuchBucketError, Objects
from tests.files import put


@pytest.fixture
def objects(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Objects]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        made = Objects(ACCOUNT, tmp_path / "objects")
        boto3.client("s3").create_bucket(
            Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield made


@pytest.fixture
def s3(objects: Objects) -> Any:
    return boto3.client("s3")


def md5(data: bytes) -> str:
    return hashlib.md5(data).hexdigest()


def test_listing_is_in_key_order_and_has_sizes_and_etags(objects: Objects) -> None:
    for key in ("p/b", "p/a", "q/c", "p/a/x"):
        objects.put("bucket", key, key.encode())

    listed = objects.list("bucket", "p/")

    assert [(o.key, o.size, o.etag) for o in listed] == [
        ("p/a", 3, md5(b"p/a")),
        ("p/a/x", 5, md5(b"p/a/x")),
        ("p/b", 3, md5(b"p/b")),
    ]


def test_unknown_bucket_and_key_are_errors(objects: Objects) -> None:
    with pytest.raises(NoSuchBucketError, match="nowhere"):
        objects.list("nowhere", "")
    with pytest.raises(MissingObjectError, match="s3://bucket/gone"):
        objects.path("bucket", "gone")


def test_adopted_file_is_an_object_of_the_api(objects: Objects, s3: Any, tmp_path: Path) -> None:
    data = bytes(range(256)) * 10
    file = put(tmp_path / "part.parquet", data)

    objects.adopt("bucket", "v/part.parquet", file)

    assert not file.exists()
    assert objects.path("bucket", "v/part.parquet").read_bytes() == data
    got = s3.get_object(Bucket="bucket", Key="v/part.parquet")
    assert got["Body"].read() == data
    assert got["ETag"] == f'"{md5(data)}"'
    ranged = s3.get_object(Bucket="bucket", Key="v/part.parquet", Range="bytes=10-19")
    assert ranged["Body"].read() == data[10:20]
    assert ranged["ContentRange"] == f"bytes 10-19/{len(data)}"
    assert s3.head_object(Bucket="bucket", Key="v/part.parquet")["ContentLength"] == len(data)
    s3.copy_object(
        Bucket="bucket", Key="copy", CopySource={"Bucket": "bucket", "Key": "v/part.parquet"}
    )
    assert objects.path("bucket", "copy").read_bytes() == data


def test_file_object_takes_tags_and_is_deleted_without_its_file(
    objects: Objects, s3: Any, tmp_path: Path
) -> None:
    objects.adopt("bucket", "k", put(tmp_path / "k", b"x"))
    file = objects.path("bucket", "k")

    s3.put_object_tagging(
        Bucket="bucket", Key="k", Tagging={"TagSet": [{"Key": "condemned", "Value": "yes"}]}
    )

    tags = s3.get_object_tagging(Bucket="bucket", Key="k")["TagSet"]
    assert tags == [{"Key": "condemned", "Value": "yes"}]
    s3.delete_object(Bucket="bucket", Key="k")
    assert objects.list("bucket", "") == []
    assert file.exists()


def test_same_key_adopted_twice_leaves_the_first_file_as_it_was(
    objects: Objects, tmp_path: Path
) -> None:
    objects.adopt("bucket", "k", put(tmp_path / "1", b"one"))
    first = objects.path("bucket", "k")

    objects.adopt("bucket", "k", put(tmp_path / "2", b"two"))

    assert first.read_bytes() == b"one"
    assert objects.path("bucket", "k").read_bytes() == b"two"


@pytest.mark.parametrize("keys", [("a", "a/b"), ("a/b", "a"), ("x/../y", "y"), ("x//y", "x/y")])
def test_keys_that_no_file_system_holds_side_by_side(
    objects: Objects, tmp_path: Path, keys: tuple[str, str]
) -> None:
    for key in keys:
        objects.adopt("bucket", key, put(tmp_path / "f", key.encode()))

    for key in keys:
        assert objects.path("bucket", key).read_bytes() == key.encode()
        assert objects.path("bucket", key).is_relative_to(objects.folder)


def test_object_in_memory_gets_one_file_with_its_ending(objects: Objects) -> None:
    objects.put("bucket", "p/x.json.gz", b"data")

    path = objects.path("bucket", "p/x.json.gz")

    assert path.read_bytes() == b"data"
    assert path.name.endswith("x.json.gz")
    assert objects.path("bucket", "p/x.json.gz") == path
    objects.put("bucket", "p/x.json.gz", b"other")
    assert objects.path("bucket", "p/x.json.gz").read_bytes() == b"other"


def test_mounted_folder_is_what_the_prefix_holds(objects: Objects, s3: Any, tmp_path: Path) -> None:
    folder = tmp_path / "landing"
    kept = put(folder / "2020/01/01/00/a.gz", b"aa")
    gone = put(folder / "2020/01/01/00/b.gz", b"bb")
    objects.put("bucket", "raw/own", b"put by someone")
    assert objects.mount("bucket", "raw/", folder) == 2
    s3.put_object_tagging(
        Bucket="bucket",
        Key="raw/2020/01/01/00/a.gz",
        Tagging={"TagSet": [{"Key": "seen", "Value": "1"}]},
    )

    gone.unlink()
    put(folder / "2020/01/01/01/c.gz", b"cc")
    assert objects.mount("bucket", "raw/", folder) == 2

    listed = [o.key for o in objects.list("bucket", "raw/")]
    assert listed == ["raw/2020/01/01/00/a.gz", "raw/2020/01/01/01/c.gz", "raw/own"]
    assert objects.path("bucket", "raw/2020/01/01/00/a.gz") == kept
    assert objects.list("bucket", "raw/2020/01/01/00/a")[0].etag == md5(b"aa")
    assert s3.get_object_tagging(Bucket="bucket", Key="raw/2020/01/01/00/a.gz")["TagSet"]


def test_folder_that_cannot_be_read_is_named(
    objects: Objects, tmp_path: Path, close: Callable[[Path], None]
) -> None:
    for name in ("a", "b"):
        put(tmp_path / name / "file")
    close(tmp_path / "b")

    with pytest.raises(PermissionError, match=re.escape(str(tmp_path / "b"))):
        objects.mount("bucket", "", tmp_path)


def test_file_that_changed_is_a_new_object_after_the_next_mount(
    objects: Objects, tmp_path: Path
) -> None:
    file = put(tmp_path / "landing" / "a", b"one")
    objects.mount("bucket", "", tmp_path / "landing")
    assert objects.list("bucket", "")[0].etag == md5(b"one")

    file.write_bytes(b"longer")
    objects.mount("bucket", "", tmp_path / "landing")

    assert objects.list("bucket", "")[0].etag == md5(b"longer")
    assert objects.list("bucket", "")[0].size == 6


def test_pages_of_a_listing_join_without_gap_or_overlap(objects: Objects, s3: Any) -> None:
    keys = sorted(f"p/{number:04}" for number in range(2500))
    for key in keys:
        objects.put("bucket", key, b"")

    pages = list(s3.get_paginator("list_objects_v2").paginate(Bucket="bucket", Prefix="p/"))

    assert [len(page["Contents"]) for page in pages] == [1000, 1000, 500]
    assert [item["Key"] for page in pages for item in page["Contents"]] == keys
    later = s3.list_objects_v2(Bucket="bucket", Prefix="p/", StartAfter="p/2497")
    assert [item["Key"] for item in later["Contents"]] == ["p/2498", "p/2499"]


def test_delimiter_folds_keys_into_folders_over_pages(objects: Objects, s3: Any) -> None:
    for key in ("a/1/x", "a/1/y", "a/2", "a/3/z", "a/4", "b/1"):
        objects.put("bucket", key, b"")

    seen = []
    arguments: dict[str, Any] = {"Bucket": "bucket", "Prefix": "a/", "Delimiter": "/", "MaxKeys": 1}
    while True:
        page = s3.list_objects_v2(**arguments)
        seen += [item["Key"] for item in page.get("Contents", [])]
        seen += [item["Prefix"] for item in page.get("CommonPrefixes", [])]
        if not page["IsTruncated"]:
            break
        arguments["ContinuationToken"] = page["NextContinuationToken"]

    assert seen == ["a/1/", "a/2", "a/3/", "a/4"]


def test_key_deleted_and_put_again_is_listed_once(objects: Objects, s3: Any) -> None:
    for _ in range(3):
        s3.put_object(Bucket="bucket", Key="k", Body=b"x")
        s3.delete_object(Bucket="bucket", Key="k")
    s3.delete_objects(Bucket="bucket", Delete={"Objects": [{"Key": "k"}]})
    s3.put_object(Bucket="bucket", Key="k", Body=b"x")

    assert [o.key for o in objects.list("bucket", "")] == ["k"]


def test_deleted_key_of_a_versioned_bucket_is_not_listed(objects: Objects, s3: Any) -> None:
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    objects.put("bucket", "k", b"1")
    objects.put("bucket", "kept", b"2")

    s3.delete_object(Bucket="bucket", Key="k")

    assert [o.key for o in objects.list("bucket", "")] == ["kept"]
    assert [o["Key"] for o in s3.list_objects_v2(Bucket="bucket")["Contents"]] == ["kept"]
    with pytest.raises(MissingObjectError):
        objects.path("bucket", "k")


def test_file_object_survives_a_copy_by_pickle(objects: Objects, tmp_path: Path) -> None:
    objects.adopt("bucket", "k", put(tmp_path / "k", b"bytes"))

    again = pickle.loads(pickle.dumps(objects.keys("bucket")[0]))

    assert again.value == b"bytes"
    assert again.size == 5
