"""Glue's answers where moto has none, like a catalog without such things, or says too much.

Trino asks for statistics before it reads, sends some after it wrote, and lists functions.
"""

import json
from functools import cache
from typing import Any

from moto.glue.responses import GlueResponse

from offline.patching import around

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
    """Make moto's Glue answer them, and GetPartitions heed ExcludeColumnSchema."""
    for name, answer in _ANSWERS.items():
        assert not hasattr(GlueResponse, name), f"moto has {name} of its own by now"
        said = json.dumps(answer)
        setattr(GlueResponse, name, lambda response, said=said: said)
    around(GlueResponse, get_partitions=_listed)


def _listed(get_partitions: Any, response: Any) -> Any:
    answer = get_partitions(response)
    if response.parameters.get("ExcludeColumnSchema"):
        for partition in answer.result["Partitions"]:
            descriptor = partition.get("StorageDescriptor", {})
            kept = {name: value for name, value in descriptor.items() if name != "Columns"}
            partition["StorageDescriptor"] = kept
    return answer
