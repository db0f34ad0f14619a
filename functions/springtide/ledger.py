"""The ledger's items: arrival hours, slices, queries, flips, requests and the mark."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.conditions import ConditionBase, Key
from botocore.exceptions import ClientError

from springtide import aws
from springtide.arrival import ArrivalHour
from springtide.batches import batched, until_done
from springtide.errors import LedgerBusyError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

Item = dict[str, Any]

# Items per call (docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html).
BATCH_WRITE_LIMIT = 25

# docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
BATCH_GET_LIMIT = 100


class Ledger:
    """One data set's items in the ledger table, by kind; every method is one small access pattern.

    Items of a kind share a partition key, so that what a run reads follows what is open or asked
    for and never the length of history.
    """

    def __init__(self, table: str, data_set: str) -> None:
        self._table_name = table
        self._data_set = data_set

    @property
    def table(self) -> Table:
        """The DynamoDB table."""
        return aws.dynamodb_table(self._table_name)

    def key(self, kind: str, sort: str) -> dict[str, str]:
        """The primary key of an item."""
        return {"pk": f"{self._data_set}#{kind}", "sk": sort}

    def get(self, kind: str, sort: str) -> Item | None:
        """The item as last written, None if there is none."""
        found = self.table.get_item(Key=self.key(kind, sort), ConsistentRead=True).get("Item")
        return None if found is None else _plain(found)

    def put(self, kind: str, sort: str, item: Mapping[str, Any]) -> None:
        """Writes the item whole."""
        self.table.put_item(Item={**self.key(kind, sort), **item})

    def delete(self, kind: str, sort: str) -> None:
        """Removes the item; it need not be there."""
        self.table.delete_item(Key=self.key(kind, sort))

    def put_all(self, kind: str, items: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Writes many items, each whole; raises LedgerBusyError if DynamoDB leaves some undone."""
        requests = ({"PutRequest": {"Item": {**self.key(kind, s), **item}}} for s, item in items)
        for batch in batched(requests, BATCH_WRITE_LIMIT):
            left = until_done(batch, self._write)
            if left:
                sorts = [request["PutRequest"]["Item"]["sk"] for request in left]
                raise LedgerBusyError(_left("unwritten", kind, sorts))

    def _write(self, requests: list[Any]) -> list[Any]:
        """Writes items of a batch; returns what DynamoDB left of it."""
        answer = self.table.meta.client.batch_write_item(RequestItems={self._table_name: requests})
        return list(answer.get("UnprocessedItems", {}).get(self._table_name, []))

    def get_all(self, kind: str, sorts: Iterable[str]) -> dict[str, Item]:
        """Those of the items that exist, by sort key.

        Raises LedgerBusyError if DynamoDB leaves some unread, as it does if it is throttled.
        """
        found: dict[str, Item] = {}

        def read(keys: list[Any]) -> list[Any]:
            answer = self.table.meta.client.batch_get_item(
                RequestItems={self._table_name: {"Keys": keys, "ConsistentRead": True}}
            )
            for item in answer["Responses"].get(self._table_name, []):
                found[str(item["sk"])] = _plain(item)
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

        Reads pages of `limit` items, else of as much as DynamoDB gives at once.
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
                yield _plain(item)
            if "LastEvaluatedKey" not in page:
                return
            arguments["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def update(
        self,
        kind: str,
        sort: str,
        expression: str,
        values: Mapping[str, Any],
        *,
        names: Mapping[str, str] | None = None,
        condition: str | None = None,
    ) -> Item | None:
        """Updates an item and gives it back as it is now; None if the condition did not hold."""
        arguments: dict[str, Any] = {
            "Key": self.key(kind, sort),
            "UpdateExpression": expression,
            "ExpressionAttributeValues": dict(values),
            "ReturnValues": "ALL_NEW",
        }
        if names:
            arguments["ExpressionAttributeNames"] = dict(names)
        if condition:
            arguments["ConditionExpression"] = condition
        try:
            item: Item = _plain(self.table.update_item(**arguments)["Attributes"])
        except ClientError as err:
            if err.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return None
            raise
        return item

    # ------------------------------------------------------------- arrival hours

    def open_hours(self) -> dict[ArrivalHour, Item]:
        """Hours that are pending or held, oldest first."""
        return {ArrivalHour.parse(item["sk"]): item for item in self.query("open")}

    def taken_hours(self, first: ArrivalHour, last: ArrivalHour) -> dict[ArrivalHour, Item]:
        """What was recorded of the hours from `first` to `last` when they were last taken in."""
        items = self.query("hour", first=str(first), last=str(last))
        return {ArrivalHour.parse(item["sk"]): item for item in items}

    def mark(self) -> ArrivalHour | None:
        """The high-water mark: the newest taken hour with nothing pending at or before it."""
        item = self.get("mark", "mark")
        return None if item is None or "hour" not in item else ArrivalHour.parse(item["hour"])

    def next_slice_number(self) -> int:
        """A number no slice has had."""
        item = self.update("mark", "mark", "ADD slices :one", {":one": 1})
        assert item is not None
        return int(item["slices"])

    def free_hour(self, hour: ArrivalHour) -> bool:
        """Makes a held hour pending, nothing left of its failures; False if it is not held."""
        freed = self.update(
            "open",
            str(hour),
            "SET #state = :pending REMOVE reason, held_at, held_by, rolled_back, max_hours, stale,"
            " transient, pending_since",
            {":pending": "pending", ":held": "held"},
            names={"#state": "state"},
            condition="#state = :held",
        )
        return freed is not None

    def keep_open(self, hour: ArrivalHour) -> bool:
        """Has an open hour stay open whatever slice may be reading it; False if it is not open.

        Planning the hour once more takes this back.
        """
        kept = self.update(
            "open",
            str(hour),
            "SET again = :again",
            {":again": True},
            condition="attribute_exists(sk)",
        )
        return kept is not None

    def close_hour(self, hour: str) -> bool:
        """Takes an hour that was read off what is open; False if it was asked to stay so."""
        try:
            self.table.delete_item(
                Key=self.key("open", hour), ConditionExpression="attribute_not_exists(again)"
            )
        except ClientError as err:
            if err.response["Error"]["Code"] == "ConditionalCheckFailedException":
                return False
            raise
        return True

    def start_over(self, hour: str) -> None:
        """Has an open hour read from its beginning, nothing left of its failures."""
        self.update(
            "open",
            hour,
            "SET again = :again REMOVE progress, max_hours, stale, transient",
            {":again": True},
            condition="attribute_exists(sk)",
        )

    # ------------------------------------------------------------- objects

    def unreadable(self) -> dict[str, Item]:
        """Objects that were set aside as unreadable, by key.

        By key and not by URI: both a key and what an item is sorted by may have 1,024 bytes.
        """
        return {item["sk"]: item for item in self.query("unreadable")}

    # ------------------------------------------------------------- slices and their queries

    def newest_slice(self) -> Item | None:
        """The slice that was planned last, or the rollback if one was made since."""
        return next(self.query("slice", newest_first=True, limit=1), None)

    def unfinished_slice(self) -> Item | None:
        """The newest slice if it was planned and never recorded nor given up."""
        newest = self.newest_slice()
        return newest if newest is not None and newest["state"] == "planned" else None

    def attempts(self, slice_id: str, step: str, chunk: int) -> list[Item]:
        """The attempts made at one query of a slice, first to last."""
        return list(self.query(f"query#{slice_id}", prefix=f"{step}#{chunk:05d}#"))

    def running_queries(self, slice_id: str) -> list[Item]:
        """The attempts at the slice's queries that were started and not seen to end."""
        return [
            item
            for item in self.query(f"query#{slice_id}")
            if item["state"] == "started" and "query_id" in item
        ]

    def unnamed_attempts(self, slice_id: str) -> list[Item]:
        """The attempts at the slice's queries that were begun and whose query's id is not known."""
        return [
            item
            for item in self.query(f"query#{slice_id}")
            if item["state"] == "started" and "query_id" not in item
        ]


def _left(how: str, kind: str, sorts: list[str]) -> str:
    return (
        f"DynamoDB left {len(sorts)} items of kind {kind} {how} after several tries, the first"
        f" {sorts[0]}; run again, with more capacity if the table's is bounded"
    )


def attempt_sort(step: str, chunk: int, attempt: int) -> str:
    """The sort key of an attempt's item."""
    return f"{step}#{chunk:05d}#{attempt:03d}"


def _plain(value: Any) -> Any:
    """DynamoDB's numbers as int; nothing in the ledger has a fraction."""
    if isinstance(value, Decimal):
        return int(value)
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    return value
