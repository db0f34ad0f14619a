"""Installs Athena in moto: from then on its API runs statements."""

import threading

from offline.athena.catalog.catalog import Catalog
from offline.athena.engine import DuckDBEngine
from offline.athena.interface import EngineMaker
from offline.athena.service.api import AthenaApi
from offline.athena.service.executor import AthenaService
from offline.s3.objects import Objects

__all__ = ["AthenaService", "install"]

# moto's handlers are patched for the whole process, so there is one service at a time.
_lock = threading.Lock()
_installed: list[AthenaService] = []


def install(
    objects: Objects, *, region: str, account: str, engine: EngineMaker | None = None
) -> AthenaService:
    """Start the service and let moto's Athena API answer from it, until the service is closed.

    While one is installed, the same one is returned.
    """
    with _lock:
        if _installed:
            return _installed[0]
        catalog = Catalog(account, region)
        service = AthenaService(
            objects,
            catalog,
            (engine or DuckDBEngine)(objects, catalog),
            region=region,
            account=account,
        )
        api = AthenaApi(service)
        api.patch()
        service.when_closed(_installed.clear)
        service.when_closed(api.unpatch)
        _installed.append(service)
        return service
