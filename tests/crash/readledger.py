"""The ledger as it is, read from the fake's memory: no API call, and far faster than one."""

from typing import Any

from boto3.dynamodb.types import TypeDeserializer
from moto.dynamodb.models import dynamodb_backends
from springtide.aws.dynamodb import Item, plain

from offline.clients import ACCOUNT, REGION
from tests.properties.memory import Memory

_read = TypeDeserializer().deserialize


def raw_items(table: str) -> list[dict[str, Any]]:
    """A table's items by attribute, as DynamoDB writes values."""
    found = dynamodb_backends[ACCOUNT][REGION].tables[table].all_items()
    return [item.to_json()["Attributes"] for item in found]


class ReadLedger(Memory):
    """A ledger at a moment, to read only."""

    def __init__(self, table: str, data_set: str) -> None:
        kept: dict[str, dict[str, Item]] = {}
        for raw in raw_items(table):
            item = plain({name: _read(value) for name, value in raw.items()})
            of, _, kind = item["pk"].partition("#")
            if of == data_set:
                kept.setdefault(kind, {})[item["sk"]] = item
        super().__init__(kept)
