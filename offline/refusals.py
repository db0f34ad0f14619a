"""What AWS refuses and moto does not: calls of too many entries, and old versions of a table."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.dynamodb.exceptions import MockValidationException
from moto.dynamodb.responses import DynamoHandler
from moto.glue.responses import GlueResponse

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
    """Have moto refuse what AWS refuses."""
    for name, (field, most) in GLUE.items():
        setattr(GlueResponse, name, _bounded(getattr(GlueResponse, name), field, most))
    handler: Any = DynamoHandler
    handler.batch_write_item = _few_writes(handler.batch_write_item)
    glue: Any = GlueResponse
    glue.update_table = _of_this_version(glue.update_table)


def _bounded(action: Callable[[Any], Any], field: str, most: int) -> Callable[[Any], Any]:
    @wraps(action)
    def bounded(response: Any) -> Any:
        if len(response.parameters.get(field) or []) > most:
            name = field[0].lower() + field[1:]
            raise JsonRESTError("ValidationException", _too_long(name, most))
        return action(response)

    return bounded


def _few_writes(action: Callable[[Any], Any]) -> Callable[[Any], Any]:
    @wraps(action)
    def few(response: Any) -> Any:
        if sum(map(len, response.body["RequestItems"].values())) > DYNAMODB_WRITES:
            raise MockValidationException("Too many items requested for the BatchWriteItem call")
        return action(response)

    return few


def _of_this_version(action: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Refuses UpdateTable with a VersionId that is no longer the table's."""

    @wraps(action)
    def update(response: Any) -> Any:
        seen = response.parameters.get("VersionId")
        name = response.parameters["TableInput"]["Name"]
        table = response.glue_backend.get_table(response.parameters["DatabaseName"], name)
        if seen is not None and seen != table.as_dict()["VersionId"]:
            raise JsonRESTError(
                "ConcurrentModificationException",
                f"Update table failed due to concurrent modifications of {name}.",
            )
        return action(response)

    return update


def _too_long(name: str, most: int) -> str:
    return (
        f"1 validation error detected: Value at '{name}' failed to satisfy constraint: Member must"
        f" have length less than or equal to {most}"
    )
