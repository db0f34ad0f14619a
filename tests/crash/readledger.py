"""The ledger as it is, read from the fake's memory: no API call, and far faster than one."""

from collections.abc import Iterator
from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from moto.dynamodb.models import dynamodb_backends
from springtide.aws.dynamodb import Item, Items, plain
from springtide.ledger.table import Ledger

from offline.clients import ACCOUNT, REGION

_read = TypeDeserializer().deserialize


def raw_items(table: str) -> list[dict[str, Any]]:
    """A table's items by attribute, as DynamoDB writes values."""
    found = dynamodb_backends[ACCOUNT][REGION].tables[table].all_items()
    return [item.to_json()["Attributes"] for item in found]


class ReadLedger(Ledger):
    """A ledger at a moment, to read only."""

    def __init__(self, table: str, data_set: str) -> None:
        super().__init__(table, data_set)
        self.items = ReadItems(table, data_set)


class ReadItems(Items):
    """A ledger's items at a moment."""

    def __init__(self, table: str, data_set: str) -> None:
        super().__init__(table, data_set)
        self._items: dict[str, dict[str, Item]] = {}
        for raw in raw_items(table):
            item = plain({name: _read(value) for name, value in raw.items()})
            self._items.setdefault(item["pk"], {})[item["sk"]] = item

    def get(self, kind: str, sort: str) -> Item | None:
        return self._of(kind).get(sort)

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
        for sort, item in sorted(self._of(kind).items(), reverse=newest_first):
            if not sort.startswith(prefix or ""):
                continue
            if (first is None or sort >= first) and (last is None or sort <= last):
                yield item

    def _of(self, kind: str) -> dict[str, Item]:
        return self._items.get(self.key(kind, "")["pk"], {})
