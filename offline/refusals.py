"""Errors of AWS that moto lacks: for too many entries in a call, and old versions of a table."""

from functools import cache, partial
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.responses import DynamoHandler
from moto.glue.responses import GlueResponse

from offline.patching import around

# Entries per call, from the API references.
GLUE = {
    "batch_get_partition": ("PartitionsToGet", 1000),
    "batch_create_partition": ("PartitionInputList", 100),
    "batch_update_partition": ("Entries", 100),
    "batch_delete_partition": ("PartitionsToDelete", 25),
}
DYNAMODB_WRITES = 25


@cache
def install() -> None:
    """Make moto refuse what AWS refuses."""
    for name, (field, most) in GLUE.items():
        around(GlueResponse, **{name: partial(_bounded, field, most)})
    around(DynamoHandler, batch_write_item=_few_writes)
    around(GlueResponse, update_table=_of_this_version)


def _bounded(field: str, most: int, action: Any, response: Any) -> Any:
    if len(response.parameters.get(field) or []) > most:
        raise JsonRESTError(
            "ValidationException",
            f"1 validation error detected: Value at '{field[0].lower() + field[1:]}' failed to"
            f" satisfy constraint: Member must have length less than or equal to {most}",
        )
    return action(response)


def _few_writes(action: Any, response: Any) -> Any:
    if sum(map(len, response.body["RequestItems"].values())) > DYNAMODB_WRITES:
        raise MockValidationException("Too many items requested for the BatchWriteItem call")
    return action(response)


def _of_this_version(action: Any, response: Any) -> Any:
    """Refuse UpdateTable with a VersionId that is no longer the table's."""
    seen = response.parameters.get("VersionId")
    name = response.parameters["TableInput"]["Name"]
    table = response.glue_backend.get_table(response.parameters["DatabaseName"], name)
    if seen is not None and seen != table.as_dict()["VersionId"]:
        raise JsonRESTError(
            "ConcurrentModificationException",
            f"Update table failed due to concurrent modifications of {name}.",
        )
    return action(response)
