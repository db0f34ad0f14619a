"""A ledger without DynamoDB, for properties of what only reads it."""

from collections.abc import Iterable, Iterator, Mapping

from springtide.aws.dynamodb import Item, Items
from springtide.ledger.table import Ledger


class Memory(Ledger):
    """A ledger of these items, by kind and sort key."""

    def __init__(self, kept: Mapping[str, Mapping[str, Item]]) -> None:
        super().__init__("ledger", "traffic")
        self.items: MemoryItems = MemoryItems(kept)


class MemoryItems(Items):
    """Items in memory; they are read as DynamoDB's would be."""

    def __init__(self, kept: Mapping[str, Mapping[str, Item]]) -> None:
        super().__init__("ledger", "traffic")
        self.kept: dict[str, dict[str, Item]] = {kind: dict(of) for kind, of in kept.items()}

    def of(self, kind: str) -> dict[str, Item]:
        """The items of a kind, to be changed by tests."""
        return self.kept.setdefault(kind, {})

    def get(self, kind: str, sort: str) -> Item | None:
        return self.of(kind).get(sort)

    def get_all(self, kind: str, sorts: Iterable[str]) -> dict[str, Item]:
        return {sort: item for sort in sorts if (item := self.get(kind, sort)) is not None}

    def query(
        self,
        kind: str,
        *,
        first: str | None = None,
        last: str | None = None,
        prefix: str | None = None,
        newest_first: bool = False,
        limit: int | None = None,
    ) -> Iterator[Item]:
        # As one page, so that changes meanwhile are not seen; a limit is only that of a page.
        return iter(
            [
                {**item, "sk": sort}
                for sort, item in sorted(self.of(kind).items(), reverse=newest_first)
                if sort.startswith(prefix or "") and sort >= (first or "")
                if last is None or sort <= last
            ]
        )
