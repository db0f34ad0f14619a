"""Errors of AWS APIs as they arrive over HTTP, so that botocore's own retries see them."""

import json
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

import botocore.session
from botocore.awsrequest import AWSResponse
from moto.core.botocore_stubber import MockRawResponse


class RefusedError(Exception):
    """A service answers a request with an error."""

    def __init__(self, status: int, code: str, message: str = "refused by a test") -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message


def answer_of(refused: RefusedError, service: str, request: Any) -> AWSResponse:
    """The error as a response in the service's protocol.

    Raises NotImplementedError for a protocol that is not supported here.
    """
    headers, body = said(refused, _protocol(service))
    raw: Any = MockRawResponse(body.encode())
    http_headers: Any = headers
    return AWSResponse(request.url, refused.status, http_headers, raw)


def said(refused: RefusedError, protocol: str) -> tuple[dict[str, str], str]:
    """Headers and body of an error in one of botocore's protocols.

    Raises NotImplementedError for another one.
    """
    headers = {"x-amzn-requestid": "offline"}
    if protocol in ("json", "rest-json"):
        headers |= {"x-amzn-errortype": refused.code, "content-type": "application/json"}
        return headers, json.dumps({"__type": refused.code, "message": refused.message})
    if protocol not in ("query", "rest-xml"):
        raise NotImplementedError(f"no refusals in the protocol {protocol}")
    headers["content-type"] = "text/xml"
    code, message = escape(refused.code), escape(refused.message)
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    whole = f"<ErrorResponse>{error}<RequestId>offline</RequestId></ErrorResponse>"
    return headers, whole if protocol == "query" else error


@cache
def _protocol(service: str) -> str:
    model = botocore.session.get_session().get_service_model(service)
    protocol: str = model.resolved_protocol
    return protocol
