"""Refuses UpdateTable with a version that is no longer the table's, as Glue does."""

from collections.abc import Callable
from functools import cache, wraps
from typing import Any

from moto.core.exceptions import JsonRESTError
from moto.glue.responses import GlueResponse


@cache
def install() -> None:
    """Have moto look at the VersionId of an UpdateTable."""
    response: Any = GlueResponse
    response.update_table = _checked(response.update_table)


def _checked(action: Callable[[Any], Any]) -> Callable[[Any], Any]:
    @wraps(action)
    def checked(response: Any) -> Any:
        seen = response.parameters.get("VersionId")
        name = response.parameters["TableInput"]["Name"]
        table = response.glue_backend.get_table(response.parameters["DatabaseName"], name)
        if seen is not None and seen != table.as_dict()["VersionId"]:
            raise JsonRESTError(
                "ConcurrentModificationException",
                f"Update table failed due to concurrent modifications of {name}.",
            )
        return action(response)

    return checked
