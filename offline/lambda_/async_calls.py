"""Asynchronous calls: retried after errors like Lambda does, then given up."""

import json
from datetime import UTC, datetime
from typing import Any

from moto.awslambda_simple.models import lambda_simple_backends

from offline.clients import ACCOUNT, REGION, shared_client

# Lambda's default, unless a function's EventInvokeConfig sets another
# (docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html).
RETRIES = 2


def call(function: str, message: str) -> str | None:
    """Call a function by its ARN until it succeeds or its tries are used up.

    Returns None; or, if every try has failed and the function has a destination for that, the
    record to send there. On AWS there are minutes between the tries.
    """
    configuration = _configuration(function)
    retries = int(configuration.get("MaximumRetryAttempts", RETRIES))
    answer: dict[str, Any] = {}
    for _ in range(1 + retries):
        answer = shared_client("lambda").invoke(FunctionName=function, Payload=message)
        if "FunctionError" not in answer:
            return None
    return json.dumps(
        {
            "version": "1.0",
            "timestamp": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S.000Z}",
            "requestContext": {
                "functionArn": f"{function}:$LATEST",
                "condition": "RetriesExhausted",
                "approximateInvokeCount": 1 + retries,
            },
            "requestPayload": json.loads(message),
            "responseContext": {
                "statusCode": 200,
                "executedVersion": "$LATEST",
                "functionError": answer["FunctionError"],
            },
            "responsePayload": json.loads(answer["Payload"].read()),
        }
    )


def failure_destination(function: str) -> str | None:
    """The ARN that is notified of a call that failed for good."""
    configuration = _configuration(function)
    found: str | None = (
        configuration.get("DestinationConfig", {}).get("OnFailure", {}).get("Destination")
    )
    return found


def _configuration(function: str) -> dict[str, Any]:
    configured = lambda_simple_backends[ACCOUNT][REGION].get_function(function).event_invoke_config
    return configured[0].response() if configured else {}
