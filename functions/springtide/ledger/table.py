"""The ledger's items: arrival hours, slices, queries, flips, requests and the mark."""

from __future__ import annotations

from springtide.aws.dynamodb import Item, Items
from springtide.aws.observability import logger
from springtide.model.arrival import ArrivalHour
from springtide.model.errors import DataSetError, SpringtideError


class Ledger(Items):
    """One data set's items in the ledger table; every method is one small access pattern.

    Items of a kind share a partition key, so that a run reads only what is open or
    requested and never the length of history.
    """

    def check_data_set(self) -> None:
        """Makes the table this data set's, if it is no other one's yet.

        Raises DataSetError, and writes nothing, if runs of another one have used it.
        """
        answer = self.table.update_item(
            Key={"pk": "data_set", "sk": "data_set"},
            UpdateExpression="SET data_set = if_not_exists(data_set, :mine)",
            ExpressionAttributeValues={":mine": self._data_set},
            ReturnValues="ALL_NEW",
        )
        owner = str(answer["Attributes"]["data_set"])
        if owner != self._data_set:
            raise DataSetError(
                f"this stack has run with the data set {owner}, and DataSet is now"
                f" {self._data_set}: a stack serves one. Set DataSet back, and deploy the other one"
                " under a stack name of its own (sam deploy --stack-name). Nothing was written"
            )

    # ------------------------------------------------------------- arrival hours

    def open_hours(self) -> dict[ArrivalHour, Item]:
        """Hours that are pending or held, oldest first; one whose item does not say is pending."""
        found = {}
        for item in self.query("open"):
            if "state" not in item:
                logger.warning("open arrival hour without a state", extra={"hour": item["sk"]})
            found[ArrivalHour.parse(item["sk"])] = {"state": "pending", **item}
        return found

    def taken_hours(self, first: ArrivalHour, last: ArrivalHour) -> dict[ArrivalHour, Item]:
        """What was recorded of the hours from `first` to `last` when they were last ingested."""
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
            " transient, pending_since, declaration",
            {":pending": "pending", ":held": "held"},
            names={"#state": "state"},
            condition="#state = :held",
        )
        return freed is not None

    def keep_open(self, hour: ArrivalHour) -> bool:
        """Has an open hour stay open whatever slice may be reading it; False if it is not open.

        Planning the hour again reverts this.
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
        return self.delete_unless("open", hour, attribute="again")

    def read_again(self, hour: str) -> None:
        """Has an open hour that was taken stay open, nothing left of its failures."""
        self.update(
            "open",
            hour,
            "SET again = :again REMOVE max_hours, stale, transient",
            {":again": True},
            condition="attribute_exists(sk)",
        )

    # ------------------------------------------------------------- objects

    def unreadable(self) -> dict[str, Item]:
        """Objects that were skipped as unreadable, by key.

        By key and not by URI: both a key and what an item is sorted by may have 1,024 bytes.
        """
        return {item["sk"]: item for item in self.query("unreadable")}

    def outside(self) -> Item:
        """What the last run has seen outside the layout: `objects`, and `names` of some."""
        item = self.get("outside", "outside") or {"objects": 0, "names": []}
        return {name: item[name] for name in ("objects", "names")}

    # ------------------------------------------------------------- slices and their queries

    def newest_slice(self) -> Item | None:
        """The slice that was planned last, or the rollback if one was made since."""
        return next(self.query("slice", newest_first=True, limit=1), None)

    def unfinished_slice(self) -> Item | None:
        """The newest slice if it was planned and never recorded nor given up."""
        newest = self.newest_slice()
        return newest if newest is not None and newest["state"] == "planned" else None

    def unrecorded_slice(self) -> Item | None:
        """The newest slice if it was never recorded, given up or not."""
        newest = self.newest_slice()
        return newest if newest is not None and newest["state"] in ("planned", "failed") else None

    def attempts(self, slice_id: str, step: str, chunk: int) -> list[Item]:
        """The attempts made at one query of a slice, first to last."""
        return list(self.query(f"query#{slice_id}", prefix=f"{step}#{chunk:05d}#"))

    def succeeded(self, slice_id: str, step: str, chunk: int = 0) -> Item:
        """The attempt at a query that succeeded; raises SpringtideError if none has."""
        for item in reversed(self.attempts(slice_id, step, chunk)):
            if item["state"] == "succeeded":
                return item
        raise SpringtideError(f"slice {slice_id}: no attempt at {step} {chunk} has succeeded")

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


def attempt_sort(step: str, chunk: int, attempt: int) -> str:
    """The sort key of an attempt's item."""
    return f"{step}#{chunk:05d}#{attempt:03d}"
