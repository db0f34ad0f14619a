"""Starts one attempt at a query of a slice."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from springtide.aws.handler import handler
from springtide.model.arrival import parse_moment
from springtide.model.settings import Settings
from springtide.steps import run_query


@handler
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Takes the slice, step, chunk and attempt; returns the query's id and when to poll it."""
    call = run_query.Call(*(event[name] for name in run_query.Call._fields))
    return run_query.start(Settings.from_env(), call, parse_moment(event["now"]))
