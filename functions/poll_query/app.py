"""Polls a query, renews the lease meanwhile, and checks what the query wrote."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.handler import handler
from springtide.model.settings import Settings
from springtide.steps import run_query


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the attempt and its query's id; returns RUNNING or SUCCEEDED, raises otherwise."""
    call = run_query.Call(*(event[name] for name in run_query.Call._fields))
    return run_query.poll(Settings.from_env(), call, event["query_id"], event["polls"])
