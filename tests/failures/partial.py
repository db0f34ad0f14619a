"""Batch calls that AWS does only in part: it answers 200 and says what it left or refused."""

import json
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from moto.dynamodb.responses import DynamoHandler
from moto.glue.responses import GlueResponse

FIELDS = {
    "batch_create_partition": ("PartitionInputList", "Values", "PartitionValues"),
    "batch_update_partition": ("Entries", "PartitionValueList", "PartitionValueList"),
}
Values = tuple[str, ...]


def refuse(
    patch: pytest.MonkeyPatch,
    action: str,
    code: str,
    which: Callable[[list[Values]], Iterable[Values]],
    *,
    times: int = 1,
) -> list[Values]:
    """Has Glue refuse entries of the first calls with the code; returns those refused so far."""
    field, values, named = FIELDS[action]
    original, refused = getattr(GlueResponse, action), list[Values]()
    left = [None] * times

    def partly(response: Any) -> Any:
        entries = response.parameters[field]
        out = set(which([tuple(e[values]) for e in entries])) if left else set()
        if out:
            left.pop()
        others = [e for e in entries if tuple(e[values]) not in out]
        response.body = json.dumps({**response.parameters, field: others})
        answer: Any = original(response)
        detail = {"ErrorCode": code, "ErrorMessage": f"refused as {code}"}
        errors = [{named: list(each), "ErrorDetail": detail} for each in sorted(out)]
        refused.extend(sorted(out))
        if errors:
            answer.result["Errors"] = [*answer.result.get("Errors", []), *errors]
        return answer

    patch.setattr(GlueResponse, action, partly)
    return refused


def leave_keys(patch: pytest.MonkeyPatch, at_most: int) -> list[int]:
    """Limits the partitions that Glue reads in a call; returns how many each call requested."""
    original, asked = GlueResponse.batch_get_partition, list[int]()

    def partly(response: Any) -> Any:
        wanted = response.parameters["PartitionsToGet"]
        asked.append(len(wanted))
        response.body = json.dumps({**response.parameters, "PartitionsToGet": wanted[:at_most]})
        answer: Any = original(response)
        answer.result["UnprocessedKeys"] = wanted[at_most:]
        return answer

    patch.setattr(GlueResponse, "batch_get_partition", partly)
    return asked


def leave_items(patch: pytest.MonkeyPatch, at_most: int) -> list[int]:
    """Limits the items that DynamoDB writes in a call; returns how many each call had."""
    original, asked = DynamoHandler.batch_write_item, list[int]()

    def partly(response: Any) -> Any:
        ((table, wanted),) = response.body["RequestItems"].items()
        asked.append(len(wanted))
        response.body["RequestItems"] = {table: wanted[:at_most]}
        answer: Any = original(response)
        if wanted[at_most:]:
            answer.result["UnprocessedItems"] = {table: wanted[at_most:]}
        return answer

    patch.setattr(DynamoHandler, "batch_write_item", partly)
    return asked


def leave_unread(patch: pytest.MonkeyPatch, at_most: int) -> list[int]:
    """Limits the items that DynamoDB reads in a batch call; returns how many each requested."""
    original, asked = DynamoHandler.batch_get_item, list[int]()

    def partly(response: Any) -> Any:
        ((table, request),) = response.body["RequestItems"].items()
        keys = request["Keys"]
        asked.append(len(keys))
        response.body["RequestItems"] = {table: {**request, "Keys": keys[:at_most]}}
        answer: Any = original(response)
        if keys[at_most:]:
            answer.result["UnprocessedKeys"] = {table: {**request, "Keys": keys[at_most:]}}
        return answer

    patch.setattr(DynamoHandler, "batch_get_item", partly)
    return asked
