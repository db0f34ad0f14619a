"""Saves moto and botocore work that they repeat for each call although its result is known."""

import gzip
import json
import sys
import uuid
from functools import cache, partial
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import botocore.auth
import botocore.endpoint
import botocore.loaders
import botocore.session
import botocore.useragent
import moto.backend_index
import moto.cloudformation.parsing
import moto.core.responses
import moto.core.utils
import moto.kms.models
import moto.s3.models
import moto.s3.urls
import moto.stepfunctions.parser.asl.component.common.string.string_expression as texts
import moto.stepfunctions.parser.asl.eval.states as states
from moto.core.request import (
    PRESERVED_HEADER_NAMES_ENVIRON_KEY,
    Request,
    environ_key_for_header,
)
from moto.core.serialize import AttributePickerContext, JSONSerializer, ResponseSerializer
from moto.core.utils import get_value
from werkzeug.datastructures import ImmutableMultiDict

from offline import plain_copies
from offline.patching import around, replace

_MISSING = object()
_NO_FORM: Any = ImmutableMultiDict()
_request_numbers = count(1)
_POST = {
    "REQUEST_METHOD": "POST", "SCRIPT_NAME": "", "PATH_INFO": "/", "QUERY_STRING": "",
    "REQUEST_URI": "/", "RAW_URI": "/", "SERVER_PORT": "443", "SERVER_PROTOCOL": "HTTP/1.1",
    "wsgi.version": (1, 0), "wsgi.url_scheme": "https", "wsgi.multithread": False,
    "wsgi.multiprocess": False, "wsgi.run_once": False,
}  # fmt: skip
# Structures of which responses hold thousands, and their members that are written as they are.
_AS_KEPT = {
    "AttributeValue": {"S", "N", "BOOL", "NULL"},  # of DynamoDB
    "Column": {"Name", "Type", "Comment"},  # of Glue
}
_MOST_CALLED = {"athena", "cloudwatch", "dynamodb", "glue", "lambda", "s3", "stepfunctions"}


@cache
def install() -> None:
    """Have moto remember which actions a service has, and how a response's members are named.

    Every session of botocore reads the services' models from files, and so does moto for each
    service; here all have one reader, to which the order of members is nothing but a dict's.
    A call's user agent, which botocore builds twice a call, and its number are never read here.
    S3's addresses, which moto loads again for each bucket, do not change; one key pair does for all
    keys of KMS; calls that stay in the process are not signed; requests are counted, which needs
    no random numbers, and most are made without werkzeug's client for tests; moto compares an
    address with the services that are used here first; items' attributes and tables' columns are
    written as they are; and what is JSON is copied as such.
    """
    for owner, name in (
        (moto.core.responses, "method_names_from_class"),
        (botocore.session, "create_loader"),
        (moto.kms.models, "generate_private_key"),
    ):
        replace(owner, **{name: cache(getattr(owner, name))})
    replace(moto.core.utils, create_loader=partial(botocore.session.create_loader, None))
    around(ResponseSerializer, get_value=_value)
    around(JSONSerializer, _serialize_type_structure=_structure)
    replace(botocore.loaders.JSONFileLoader, _load_file=_loaded)
    replace(botocore.useragent.UserAgentString, to_string=_user_agent)
    replace(moto.s3.models.S3Backend, _url_module=moto.s3.urls)
    replace(moto.core.responses, gen_amzn_requestid_long=_request_id)
    for module in (states, texts, moto.cloudformation.parsing):
        replace(module, copy=plain_copies)
    around(botocore.auth.SigV4Auth, add_auth=_signed)
    around(botocore.endpoint.Endpoint, _update_retries_context=_with_number)
    around(Request, from_primitives=_posted)
    moto.backend_index.backend_url_patterns.sort(key=lambda each: each[0] not in _MOST_CALLED)


def _loaded(self: Any, path: str, opened_by: Any) -> Any:
    """The JSON of a file, which may be packed; None if it does not exist."""
    try:
        data = Path(path).read_bytes()
    except FileNotFoundError:
        return None
    return json.loads(gzip.decompress(data) if path.endswith(".gz") else data)


def _user_agent(self: Any) -> str:
    return "offline"


def _request_id(headers: dict[str, Any] | None = None) -> str:
    found = str(uuid.UUID(int=next(_request_numbers)))
    if headers is not None:
        headers["x-amzn-requestid"] = found
    return found


def _posted(make: Any, cls: Any, method: str, url: str, headers: Any, body: Any = None) -> Any:
    """The request of a call; most are a POST of JSON to a service's address itself."""
    host = url.removeprefix("https://").removesuffix("/")
    if method != "POST" or "/" in host or not isinstance(body, str | bytes):
        return make(cls, method, url, headers, body)
    data = body.encode() if isinstance(body, str) else body
    named = {
        environ_key_for_header(name): value.decode() if isinstance(value, bytes) else value
        for name, value in headers.items()
    }
    request = cls(_POST | named | {
        "SERVER_NAME": host, "HTTP_HOST": host, "CONTENT_LENGTH": str(len(data)),
        "wsgi.input": BytesIO(data), "wsgi.errors": sys.stderr,
        PRESERVED_HEADER_NAMES_ENVIRON_KEY: {},
    })  # fmt: skip
    if named.get("CONTENT_TYPE", "").startswith("application/x-amz-json"):
        # So that werkzeug looks for no form in it.
        request.__dict__ |= {
            "_cached_data": data,
            "data": data,
            "form": _NO_FORM,
            "files": _NO_FORM,
        }
    return request


def _with_number(update: Any, self: Any, context: dict[str, Any], *rest: Any) -> None:
    context.setdefault("retries", {"invocation-id": "offline"})
    update(self, context, *rest)


def _signed(sign: Any, self: Any, request: Any) -> None:
    """Says who calls, as a signature does; those of S3 and of URLs say more, and are as ever."""
    says_more = type(self) is not botocore.auth.SigV4Auth
    if says_more:
        sign(self, request)
        return
    scope = f"20000101/{self._region_name}/{self._service_name}/aws4_request"
    request.headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={self.credentials.access_key}/{scope},"
        " SignedHeaders=host, Signature=0"
    )


def _structure(
    serialize: Any, self: Any, serialized: Any, value: Any, shape: Any, key: str
) -> None:
    """A response's structure; a plain one is not looked through for all members of its shape."""
    kept = _AS_KEPT.get(shape.name)
    if kept and isinstance(value, dict) and value.keys() <= kept:
        self._default_serialize(serialized, value, shape, key)
    else:
        serialize(self, serialized, value, shape, key)


def _value(get: Any, self: Any, value: Any, key: str, shape: Any) -> Any:
    """The value of a response's member: of a dict, by names that only its shape decides."""
    if type(value) is not dict or self._value_picker.response_transformers:
        return get(self, value, key, shape)
    known = shape.__dict__.setdefault("_names_in_dicts", {})
    names = known.get((type(self._value_picker), key))
    if names is None:
        context = AttributePickerContext(obj=value, key=key, shape=shape)
        names = tuple(dict.fromkeys(self._value_picker.get_possible_keys(context)))
        known[type(self._value_picker), key] = names
    for name in names:
        found = get_value(value, name, _MISSING) if "." in name else value.get(name, _MISSING)
        if found is not _MISSING:
            return found
    return None
