"""Looks how a query is doing, keeps the lease alive meanwhile, and checks what it wrote."""

from __future__ import annotations

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide import queries
from springtide.observability import logger
from springtide.settings import Settings


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the attempt and its query's id; returns RUNNING or SUCCEEDED, raises otherwise."""
    call = queries.Call(
        event["execution"], event["slice"], event["step"], event["chunk"], event["attempt"]
    )
    return queries.poll(Settings.from_env(), call, event["query_id"], event["polls"])
