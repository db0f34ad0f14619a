"""Connects moto's Athena API to the service."""

import json
import threading
from typing import Any
from unittest.mock import patch

from moto.athena.responses import AthenaResponse
from moto.core.exceptions import JsonRESTError

from offline.athena.catalog.catalog import Catalog
from offline.athena.engine import DuckDBEngine
from offline.athena.errors import QueryFailed
from offline.athena.interface import EngineMaker
from offline.athena.service import catalog_calls, prepared_calls, query_calls, workgroup_calls
from offline.athena.service.executor import AthenaService
from offline.athena.service.request import Request
from offline.s3.objects import Objects

# The calls that are answered here and not by moto, by moto's names.
_CALLS = {
    call.__name__: call
    for module in (query_calls, prepared_calls, workgroup_calls, catalog_calls)
    for call in module.CALLS
}
# moto's handlers are replaced for the whole process, so there is one service at a time.
_lock = threading.Lock()
_installed: list[AthenaService] = []


def install(
    objects: Objects, *, region: str, account: str, engine: EngineMaker | None = None
) -> AthenaService:
    """Start the service and make moto's Athena API use it, until the service is closed.

    While one is installed, it is returned.
    """
    with _lock:
        if _installed:
            return _installed[0]
        catalog = Catalog(account, region)
        made = (engine or DuckDBEngine)(objects, catalog)
        service = AthenaService(objects, catalog, made)
        service.exits.callback(_installed.clear)
        handlers: dict[str, Any] = {name: _handler(service, name) for name in _CALLS}
        service.exits.enter_context(patch.multiple(AthenaResponse, create=True, **handlers))
        _installed.append(service)
        return service


def _handler(service: AthenaService, name: str) -> Any:
    def handle(response: AthenaResponse) -> str:
        try:
            return json.dumps(_CALLS[name](Request(service, response)))
        except QueryFailed as error:
            raise JsonRESTError("MetadataException", error.reason) from error

    return handle
