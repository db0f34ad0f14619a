"""Refusals of AWS APIs as they come over the wire, so that botocore's own retries see them."""

import json
from functools import cache
from typing import Any

import botocore.session
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse

# What each service says when calls come too fast, with its HTTP status, from the services' API
# references; a service that is not named says ThrottlingException.
THROTTLED = {
    "dynamodb": (400, "ProvisionedThroughputExceededException"),
    "lambda": (429, "TooManyRequestsException"),
    "s3": (503, "SlowDown"),
    "sns": (400, "Throttling"),
}


class RefusedError(Exception):
    """When a service answers with an error instead of doing what it was asked."""

    def __init__(self, status: int, code: str, message: str = "refused by a test") -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


def throttled(service: str) -> RefusedError:
    """The refusal of a service to which calls come too fast."""
    return RefusedError(*THROTTLED.get(service, (400, "ThrottlingException")), "Rate exceeded")


def answer_of(refused: RefusedError, service: str, request: Any) -> AWSResponse:
    """The refusal as an answer in the service's protocol.

    Raises NotImplementedError for a protocol that nothing here speaks.
    """
    protocol = _protocol(service)
    headers = {"x-amzn-requestid": "offline"}
    if protocol in ("json", "rest-json"):
        headers |= {"x-amzn-errortype": refused.code, "content-type": "application/json"}
        body = json.dumps({"__type": refused.code, "message": refused.message})
    elif protocol in ("query", "rest-xml"):
        headers["content-type"] = "text/xml"
        error = f"<Error><Code>{refused.code}</Code><Message>{refused.message}</Message></Error>"
        body = f"<ErrorResponse>{error}</ErrorResponse>" if protocol == "query" else error
    else:
        raise NotImplementedError(f"no refusals in the protocol {protocol} of {service}")
    raw: Any = MockRawResponse(body.encode())
    http_headers: Any = headers
    return AWSResponse(request.url, refused.status, http_headers, raw)


@cache
def _protocol(service: str) -> str:
    model = botocore.session.get_session().get_service_model(service)
    protocol: str = model.resolved_protocol
    return protocol
