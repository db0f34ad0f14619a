"""Items of a DynamoDB table, read and written by kind."""

import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeAlias

from boto3.dynamodb.conditions import Attr, ConditionBase, Key

from springtide.aws import clients
from springtide.aws.batches import batched, until_done
from springtide.model.errors import LedgerBusyError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

# The module of an item's kind in springtide.ledger defines its members.
Item: TypeAlias = Any

# Items per call (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html).
BATCH_WRITE_LIMIT = 25

# docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
BATCH_GET_LIMIT = 100


class Items:
    """One data set's items in a table, by kind; items of one kind share a partition key."""

    def __init__(self, table: str, data_set: str) -> None:
        self._table_name = table
        self._data_set = data_set

    @property
    def table(self) -> "Table":
        """The DynamoDB table."""
        return clients.dynamodb_table(self._table_name)

    def key(self, kind: str, sort: str) -> dict[str, str]:
        """The primary key of an item."""
        return {"pk": f"{self._data_set}#{kind}", "sk": sort}

    def get(self, kind: str, sort: str) -> Item | None:
        """The item, None if there is none."""
        found = self.table.get_item(Key=self.key(kind, sort), ConsistentRead=True).get("Item")
        return None if found is None else plain(found)

    def put(self, kind: str, sort: str, item: Mapping[str, Any]) -> None:
        """Replaces the whole item."""
        self.table.put_item(Item={**item, **self.key(kind, sort)})

    def delete(self, kind: str, sort: str) -> None:
        """Removes the item; it need not be there."""
        self.table.delete_item(Key=self.key(kind, sort))

    def delete_unless(self, kind: str, sort: str, *, attribute: str) -> bool:
        """Removes the item unless it has the attribute; returns whether it did."""
        try:
            self.table.delete_item(
                Key=self.key(kind, sort), ConditionExpression=Attr(attribute).not_exists()
            )
        except self.table.meta.client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def put_all(self, kind: str, items: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Replaces many items; raises LedgerBusyError if DynamoDB leaves some unwritten."""
        self._write_all(
            kind, ({"PutRequest": {"Item": {**item, **self.key(kind, s)}}} for s, item in items)
        )

    def delete_all(self, kind: str, sorts: Iterable[str]) -> None:
        """Removes many items, there or not; raises LedgerBusyError if DynamoDB leaves some."""
        self._write_all(kind, ({"DeleteRequest": {"Key": self.key(kind, s)}} for s in sorts))

    def _write_all(self, kind: str, requests: Iterable[Any]) -> None:
        for batch in batched(requests, BATCH_WRITE_LIMIT):
            left = until_done(batch, self._write)
            if left:
                entries = [entry for request in left for entry in request.values()]
                sorts = [entry.get("Item", entry.get("Key"))["sk"] for entry in entries]
                raise LedgerBusyError(_left("unwritten", kind, sorts))

    def _write(self, requests: list[Any]) -> list[Any]:
        """Writes a batch of items; returns those that DynamoDB did not process."""
        answer = self.table.meta.client.batch_write_item(RequestItems={self._table_name: requests})
        return list(answer.get("UnprocessedItems", {}).get(self._table_name, []))

    def get_all(self, kind: str, sorts: Iterable[str]) -> dict[str, Item]:
        """Those of the items that exist, by sort key.

        Raises LedgerBusyError if DynamoDB leaves some unread, as it does when it throttles.
        """
        found: dict[str, Item] = {}

        def read(keys: list[Any]) -> list[Any]:
            answer = self.table.meta.client.batch_get_item(
                RequestItems={self._table_name: {"Keys": keys, "ConsistentRead": True}}
            )
            for item in answer["Responses"].get(self._table_name, []):
                found[str(item["sk"])] = plain(item)
            left: Any = answer.get("UnprocessedKeys", {})
            return list(left.get(self._table_name, {}).get("Keys", []))

        for chunk in batched(sorted(set(sorts)), BATCH_GET_LIMIT):
            left = until_done((self.key(kind, sort) for sort in chunk), read)
            if left:
                raise LedgerBusyError(_left("unread", kind, [key["sk"] for key in left]))
        return found

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
        """The items of a kind in sort order, from `first` to `last` inclusive if given.

        Reads pages of `limit` items, or else as much as DynamoDB returns at once.
        """
        condition: ConditionBase = Key("pk").eq(f"{self._data_set}#{kind}")
        if prefix is not None:
            condition = condition & Key("sk").begins_with(prefix)
        elif first is not None and last is not None:
            condition = condition & Key("sk").between(first, last)
        elif first is not None:
            condition = condition & Key("sk").gte(first)
        arguments: dict[str, Any] = {
            "KeyConditionExpression": condition,
            "ConsistentRead": True,
            "ScanIndexForward": not newest_first,
        }
        if limit is not None:
            arguments["Limit"] = limit
        while True:
            page = self.table.query(**arguments)
            for item in page["Items"]:
                yield plain(item)
            if "LastEvaluatedKey" not in page:
                return
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def set(
        self, kind: str, sort: str, /, *, if_there: bool = False, **members: Any
    ) -> Item | None:
        """Sets members of an item; with `if_there`, returns None if there is no such item."""
        return self.update(
            kind,
            sort,
            "SET " + ", ".join(f"#{name} = :{name}" for name in members),
            {f":{name}": value for name, value in members.items()},
            condition="attribute_exists(sk)" if if_there else None,
        )

    def update(
        self,
        kind: str,
        sort: str,
        expression: str,
        values: Mapping[str, Any],
        *,
        condition: str | None = None,
    ) -> Item | None:
        """Updates an item and returns it; None if the condition did not hold.

        A member whose name is a reserved word is written with a `#` before it.
        """
        arguments: dict[str, Any] = {
            "Key": self.key(kind, sort),
            "UpdateExpression": expression,
            "ExpressionAttributeValues": dict(values),
            "ReturnValues": "ALL_NEW",
        }
        if condition:
            arguments["ConditionExpression"] = condition
        if reserved := set(re.findall(r"#(\w+)", f"{expression} {condition}")):
            arguments["ExpressionAttributeNames"] = {f"#{name}": name for name in reserved}
        try:
            item: Item = plain(self.table.update_item(**arguments)["Attributes"])
        except self.table.meta.client.exceptions.ConditionalCheckFailedException:
            return None
        return item


def _left(how: str, kind: str, sorts: list[str]) -> str:
    return (
        f"DynamoDB left {len(sorts)} items of kind {kind} {how} after several tries, the first"
        f" {sorts[0]}; run again, with more capacity if the table's is bounded"
    )


def plain(value: Any) -> Any:
    """DynamoDB's numbers as int; the ledger has no fractions."""
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, dict):
        return {key: plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [plain(entry) for entry in value]
    return value
