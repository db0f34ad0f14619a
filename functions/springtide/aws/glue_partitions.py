"""Glue's batch calls on partitions: checks each entry's error, and retries transient ones."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from botocore.exceptions import ClientError

from springtide.aws import clients, glue_retries
from springtide.aws.batches import batched, until_done
from springtide.model.errors import CatalogError
from springtide.model.partitions import Partition

# Entries per call, from the Glue API reference; botocore does not check them.
GET_LIMIT = 1000
CREATE_LIMIT = 100
UPDATE_LIMIT = 100

_EXISTS = "AlreadyExistsException"

T = TypeVar("T")
Entry = Mapping[str, Any]


def get(database: str, table: str, partitions: Sequence[Partition]) -> dict[Partition, Entry]:
    """Those of the partitions that exist; empty if the table is gone.

    Raises CatalogError if Glue does not return them all.
    """
    found: dict[Partition, Entry] = {}

    def read(wanted: list[Partition]) -> list[Partition]:
        try:
            answer = clients.glue().batch_get_partition(
                DatabaseName=database,
                TableName=table,
                PartitionsToGet=[{"Values": list(values)} for values in wanted],
            )
        except clients.glue().exceptions.EntityNotFoundException:
            return []
        found.update((tuple(each["Values"]), each) for each in answer.get("Partitions", []))
        return [tuple(key["Values"]) for key in answer.get("UnprocessedKeys", [])]

    for left in _called(table, partitions, GET_LIMIT, read):
        raise CatalogError(
            f"Glue left {len(left)} partitions of {table} unread after several tries, the first"
            f" {'/'.join(left[0])}; run again"
        )
    return found


def create(database: str, table: str, inputs: Sequence[Entry]) -> list[Partition]:
    """Creates partitions; returns those that already exist."""
    changes = _Changes(table, "PartitionValues")

    def change(wanted: list[Entry]) -> list[Entry]:
        answer = clients.glue().batch_create_partition(
            DatabaseName=database,
            TableName=table,
            PartitionInputList=wanted,  # type: ignore[arg-type]
        )
        return changes.left(answer, wanted)

    for left in _called(table, inputs, CREATE_LIMIT, change):
        raise changes.refusal(left)
    return changes.existing


def update(database: str, table: str, inputs: Sequence[Entry]) -> None:
    """Updates partitions."""
    changes = _Changes(table, "PartitionValueList")

    def change(wanted: list[Entry]) -> list[Entry]:
        entries = [{"PartitionValueList": e["Values"], "PartitionInput": e} for e in wanted]
        answer = clients.glue().batch_update_partition(
            DatabaseName=database,
            TableName=table,
            Entries=entries,  # type: ignore[arg-type]
        )
        return changes.left(answer, wanted)

    for left in _called(table, inputs, UPDATE_LIMIT, change):
        raise changes.refusal(left)


def _called(
    table: str, entries: Sequence[T], limit: int, call: Callable[[list[T]], list[T]]
) -> Iterator[list[T]]:
    """Calls with at most `limit` entries each; yields the entries left after all tries, if any.

    `call` returns the entries to retry: all of them if the whole call failed for a transient
    reason.
    """

    def once(wanted: list[T]) -> list[T]:
        try:
            return call(wanted)
        except ClientError as err:
            glue_retries.check(err, f"partitions of {table}")
            return wanted

    for batch in batched(entries, limit):
        left = until_done(batch, once)
        if left:
            yield left


class _Changes:
    """Reads the errors of calls that change partitions: Glue answers 200 and lists what failed.

    Raises CatalogError for an entry that Glue refuses for good, or keeps refusing; the entries
    before it have taken effect.
    """

    def __init__(self, table: str, values: str) -> None:
        self._table = table
        self._values = values
        self._reasons: dict[Partition, str] = {}
        self.existing: list[Partition] = []

    def left(self, answer: Mapping[str, Any], wanted: Sequence[Entry]) -> list[Entry]:
        """The entries to retry."""
        again = set()
        for error in answer.get("Errors", []):
            partition = tuple(error.get(self._values, ()))
            detail = error.get("ErrorDetail", {})
            code = detail.get("ErrorCode", "")
            self._reasons[partition] = f"{code}: {detail.get('ErrorMessage', '')}"
            if code == _EXISTS:
                self.existing.append(partition)
            elif code in glue_retries.CODES:
                again.add(partition)
            else:
                raise CatalogError(self._refused(partition))
        return [entry for entry in wanted if tuple(entry["Values"]) in again]

    def refusal(self, left: Sequence[Entry]) -> CatalogError:
        """The error for entries that are left after all tries."""
        return CatalogError(f"{self._refused(tuple(left[0]['Values']))}; also after several tries")

    def _refused(self, partition: Partition) -> str:
        reason = self._reasons.get(partition, "the whole call failed")
        return f"{self._table} partition {'/'.join(partition)}: {reason}"
