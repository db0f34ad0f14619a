"""Answers Glue calls that moto lacks like a catalog that has no such thing.

Trino asks for statistics before it reads, sends some after it wrote, and lists functions.
"""

import json
from functools import cache
from typing import Any

from moto.glue.responses import GlueResponse

_STATISTICS: dict[str, dict[str, Any]] = {
    "get": {"ColumnStatisticsList": [], "Errors": []},
    "update": {"Errors": []},
    "delete": {},
}
_ANSWERS: dict[str, dict[str, Any]] = {
    **{
        f"{verb}_column_statistics_for_{what}": answer
        for verb, answer in _STATISTICS.items()
        for what in ("table", "partition")
    },
    "get_user_defined_functions": {"UserDefinedFunctions": []},
    "get_catalogs": {"CatalogList": []},
}


@cache
def install() -> None:
    """Make moto's Glue answer them."""
    for name, answer in _ANSWERS.items():
        assert not hasattr(GlueResponse, name), f"moto has {name} of its own by now"
        setattr(GlueResponse, name, _answering(answer))


def _answering(answer: dict[str, Any]) -> Any:
    def handle(response: GlueResponse) -> str:
        return json.dumps(answer)

    return handle
