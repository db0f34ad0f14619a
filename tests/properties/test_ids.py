"""Ids and prefixes: what is made of parts, and what is read out of it again."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from springtide.aws.batches import batched
from springtide.ledger import attempts
from springtide.model.locations import overlap, split
from springtide.model.partitions import EVENTS, MAX_CHUNK_PARTITIONS, Touched, cut, folder_of
from springtide.model.versions import delta_location, slice_id, table_location, version_id
from springtide.sql.quoting import location

moments = st.datetimes(datetime(2000, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))
slices = st.builds(slice_id, st.integers(1, 999_999), moments)
steps = st.sampled_from(["extract", "merge", "derive"])
versions = st.tuples(slices, steps, st.integers(0, 99_999), st.integers(1, 3))
buckets = st.from_regex(r"[a-z0-9][a-z0-9-]{1,30}[a-z0-9]", fullmatch=True)


@given(st.integers(1, 999_998), moments, moments)
def test_slice_ids_sort_by_their_numbers(number: int, one: datetime, other: datetime) -> None:
    assert slice_id(number, one) < slice_id(number + 1, other)


@given(versions, versions, buckets)
def test_no_two_attempts_share_a_prefix(
    one: tuple[str, str, int, int], other: tuple[str, str, int, int], bucket: str
) -> None:
    # Only merge and derive have chunks.
    meant = [(s, step, 0 if step == "extract" else c, a) for s, step, c, a in (one, other)]
    first, second = (table_location(bucket, "events", version_id(*v)) for v in meant)
    assert overlap(first, second) == (meant[0] == meant[1])
    for prefix in (first, delta_location(bucket, version_id(*one))):
        assert location(prefix) == f"'{prefix}'"


@given(versions, buckets)
def test_location_is_taken_apart_into_what_it_was_made_of(
    version: tuple[str, str, int, int], bucket: str
) -> None:
    whole = table_location(bucket, "events", version_id(*version))
    found, prefix = split(whole)
    assert (found, f"s3://{found}/{prefix}") == (bucket, whole)
    assert split(whole.rstrip("/")) == (bucket, prefix)
    assert split(f"s3://{bucket}") == (bucket, "")


names = st.text("ab/", min_size=1, max_size=6)


@given(names, names)
def test_overlap_is_of_folders_and_works_both_ways(one: str, other: str) -> None:
    first, second = f"s3://b/{one}", f"s3://b/{other}"
    assert overlap(first, second) == overlap(second, first)
    assert overlap(first, first)
    assert not overlap(first.rstrip("/") + "/x", first.rstrip("/") + "_x")


@given(st.lists(st.integers()), st.integers(1, 10))
def test_batches_hold_every_item_in_order_and_all_but_one_are_full(
    items: list[int], size: int
) -> None:
    batches = list(batched(items, size))
    assert [item for batch in batches for item in batch] == items
    assert all(len(batch) == size for batch in batches[:-1])
    assert all(0 < len(batch) <= size for batch in batches)


@given(st.integers(0, 99_998), st.integers(1, 998))
def test_attempts_sort_by_chunk_and_number(chunk: int, attempt: int) -> None:
    assert attempts.sort_of("merge", chunk, attempt) < attempts.sort_of("merge", chunk, attempt + 1)
    assert attempts.sort_of("merge", chunk, 999) < attempts.sort_of("merge", chunk + 1, 1)


@given(st.sets(st.integers(0, 400)), st.integers(0, 50))
def test_chunks_do_not_depend_on_the_order_in_which_partitions_are_found(
    numbers: set[int], rows: int
) -> None:
    touched = [Touched((f"2020-01-{n // 24 + 1:02d}", f"{n % 24:02d}"), rows) for n in numbers]
    chunks = cut(touched)
    assert chunks == cut(reversed(touched))
    assert len(chunks) == -(-len(touched) // MAX_CHUNK_PARTITIONS)
    folders = {folder_of(EVENTS.table, partition) for chunk in chunks for partition in chunk}
    assert len(folders) == len(touched)
