"""How large the items are that functions write to the ledger."""

import json
from typing import Any

from offline.api_calls import ApiCall, Watcher


class Sizes(Watcher):
    """The size of the largest item that was written to the ledger, as JSON."""

    def __init__(self) -> None:
        self.largest = 0

    def before(self, call: ApiCall) -> None:
        for item in _items(call):
            self.largest = max(self.largest, len(json.dumps(item, default=str)))


def _items(call: ApiCall) -> list[Any]:
    if call.operation == "PutItem":
        return [call.parameters["Item"]]
    if call.operation == "UpdateItem":
        return [call.parameters.get("ExpressionAttributeValues")]
    if call.operation == "BatchWriteItem":
        return [request for batch in call.parameters["RequestItems"].values() for request in batch]
    return []
