"""Glue's batch calls on partitions, each entry's own refusal read, what passes asked again."""

from collections.abc import Mapping, Sequence
from typing import Any

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

Entry = Mapping[str, Any]


def get(database: str, table: str, partitions: Sequence[Partition]) -> list[Entry]:
    """Those of the partitions that exist; raises CatalogError if Glue does not read them all."""
    found: list[Entry] = []

    def ask(wanted: list[Partition]) -> list[Partition]:
        try:
            answer = clients.glue().batch_get_partition(
                DatabaseName=database,
                TableName=table,
                PartitionsToGet=[{"Values": list(values)} for values in wanted],
            )
        except ClientError as err:
            glue_retries.check(err, f"partitions of {table}")
            return wanted
        found.extend(answer.get("Partitions", []))
        return [tuple(key["Values"]) for key in answer.get("UnprocessedKeys", [])]

    for chunk in batched(partitions, GET_LIMIT):
        left = until_done(chunk, ask)
        if left:
            raise CatalogError(
                f"Glue left {len(left)} partitions of {table} unread after several tries, the first"
                f" {'/'.join(left[0])}; run again"
            )
    return found


def create(database: str, table: str, inputs: Sequence[Entry]) -> list[Partition]:
    """Creates partitions of the PartitionInputs; returns those that exist already."""
    call = _Changes(table, "PartitionValues")

    def ask(wanted: list[Entry]) -> list[Entry]:
        try:
            answer = clients.glue().batch_create_partition(
                DatabaseName=database,
                TableName=table,
                PartitionInputList=wanted,  # type: ignore[arg-type]
            )
        except ClientError as err:
            glue_retries.check(err, f"partitions of {table}")
            return wanted
        return call.left(answer, wanted)

    for chunk in batched(inputs, CREATE_LIMIT):
        call.check(until_done(chunk, ask))
    return call.existing


def update(database: str, table: str, inputs: Sequence[Entry]) -> None:
    """Updates partitions to the PartitionInputs."""
    call = _Changes(table, "PartitionValueList")

    def ask(wanted: list[Entry]) -> list[Entry]:
        entries = [{"PartitionValueList": e["Values"], "PartitionInput": e} for e in wanted]
        try:
            answer = clients.glue().batch_update_partition(
                DatabaseName=database,
                TableName=table,
                Entries=entries,  # type: ignore[arg-type]
            )
        except ClientError as err:
            glue_retries.check(err, f"partitions of {table}")
            return wanted
        return call.left(answer, wanted)

    for chunk in batched(inputs, UPDATE_LIMIT):
        call.check(until_done(chunk, ask))


class _Changes:
    """What calls that change partitions refused: they answer 200 and list what failed.

    Raises CatalogError for an entry that Glue refuses for good, or keeps refusing; those before it
    have taken effect.
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

    def check(self, left: Sequence[Entry]) -> None:
        """Raises CatalogError if something is left after all tries."""
        if left:
            partition = tuple(left[0]["Values"])
            raise CatalogError(f"{self._refused(partition)}; also after several tries")

    def _refused(self, partition: Partition) -> str:
        reason = self._reasons.get(partition, "the whole call failed")
        return f"{self._table} partition {'/'.join(partition)}: {reason}"
