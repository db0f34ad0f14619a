"""Leaves the columns out of partitions where a caller asks for that: moto gives them always."""

from functools import cache
from typing import Any

from moto.glue.responses import GlueResponse

from offline.patching import around


@cache
def install() -> None:
    """Make moto's GetPartitions heed ExcludeColumnSchema."""
    around(GlueResponse, get_partitions=_listed)


def _listed(get_partitions: Any, response: Any) -> Any:
    answer = get_partitions(response)
    if response.parameters.get("ExcludeColumnSchema"):
        for partition in answer.result["Partitions"]:
            descriptor = partition.get("StorageDescriptor", {})
            kept = {name: value for name, value in descriptor.items() if name != "Columns"}
            partition["StorageDescriptor"] = kept
    return answer
