"""Properties of the chunks that derived tables are built in after Athena had too much of them."""

from hypothesis import given
from hypothesis import strategies as st
from springtide.ledger.chunks import MAX_SMALL_CHUNKS, chunk_document, smaller_chunks
from springtide.model.documents import Chunk
from springtide.model.partitions import MAX_CHUNK_PARTITIONS, Touched, cut

HOURS = [
    (f"2020-{month:02}-{day:02}", f"{hour:02}")
    for month in range(1, 13)
    for day in range(1, 29)
    for hour in range(24)
]


def chunks(count: int, hours: int) -> list[Chunk]:
    cut_so = cut((Touched(hour, 1) for hour in HOURS[:count]), hours)
    return [chunk_document("traffic", chunk, {}) for chunk in cut_so]


def sizes(made: list[Chunk]) -> list[int]:
    return [len(chunk["partitions"]) for chunk in made]


@given(count=st.integers(1, len(HOURS)), hours=st.integers(1, MAX_CHUNK_PARTITIONS))
def test_chunks_become_smaller_down_to_one_hour_or_as_many_as_there_may_be(
    count: int, hours: int
) -> None:
    before = chunks(count, hours)
    fewer = smaller_chunks(before)
    if fewer is None:
        assert max(sizes(before)) == 1 or max(sizes(before)) <= -(-count // MAX_SMALL_CHUNKS)
        return
    assert 1 <= fewer < max(sizes(before))
    after = chunks(count, fewer)
    assert len(after) <= MAX_SMALL_CHUNKS
    assert sum(sizes(after)) == count
