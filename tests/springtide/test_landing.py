import pytest
from hypothesis import given
from hypothesis import strategies as st
from springtide.arrivals.landing import LandedObject, Landing, fingerprint
from springtide.dataset.layout import Layout

objects = st.lists(
    st.builds(LandedObject, st.text(min_size=1), st.integers(0, 9), st.text("abc0", max_size=4)),
    unique_by=lambda o: o.key,
)


@given(objects, objects)
def test_fingerprints_differ_where_keys_or_etags_do(
    one: list[LandedObject], other: list[LandedObject]
) -> None:
    same = {(o.key, o.etag) for o in one} == {(o.key, o.etag) for o in other}
    assert (fingerprint(one)["digest"] == fingerprint(other)["digest"]) == same


@pytest.mark.parametrize(
    ("name", "starts"),
    [
        ("a.gz", None),
        ("a.json", None),
        ("a", None),
        ("sub/a.gz", None),
        ("_a.gz", "hidden"),
        (".a.gz", "hidden"),
        ("_temporary/a.gz", "hidden"),
        ("a.GZ", "extension"),
        ("a.Gz", "extension"),
        ("a.bz2", None),
        ("a.zst", None),
        ("a.deflate", None),
        ("a.BZ2", "extension"),
        ("a.gzip", "compression"),
        ("a.lzo_deflate", "compression"),
        ("a.Z", "compression"),
        ("a.zlib", "compression"),
        ("a.tar.bz2", "compression"),
        ("a.parquet", "format"),
        ("a.ORC", "format"),
        ("a.csv.gz", "format"),
        ("a.zip", "compression"),
        ("a.tar.gz", "compression"),
    ],
)
def test_objects_that_athena_would_not_read_as_lines_are_named(
    name: str, starts: str | None
) -> None:
    item = LandedObject("_raw/2020/07/01/00/" + name, 1, "e")
    reason = Landing("landing", "_raw/", Layout()).unreadable_reason(item)
    assert (reason or "").split(":")[0] == (starts or "")


def test_archived_object_is_named() -> None:
    item = LandedObject("2020/07/01/00/a.gz", 1, "e", "GLACIER")
    reason = Landing("landing", "", Layout()).unreadable_reason(item)
    assert (reason or "").startswith("archived")
