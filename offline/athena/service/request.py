"""A request to Athena's API, and what several of its calls ask of one."""

from dataclasses import dataclass
from typing import Any

from moto.athena.models import AthenaBackend, athena_backends
from moto.athena.responses import AthenaResponse
from moto.core.exceptions import JsonRESTError

from offline.athena.service.executor import AthenaService

PAGE_LISTED = 50


class InvalidRequestError(JsonRESTError):
    """A request is refused before anything starts."""

    def __init__(self, message: str) -> None:
        super().__init__("InvalidRequestException", message)


@dataclass(frozen=True)
class Request:
    """A request as moto has parsed it, and the service that answers it."""

    service: AthenaService
    response: AthenaResponse

    def get(self, name: str) -> Any:
        """Return a member of the request, None if it is not given."""
        return self.response._get_param(name)

    @property
    def moto(self) -> AthenaBackend:
        """What moto keeps of workgroups, named queries and catalogs."""
        return athena_backends[self.response.current_account][self.response.region]

    @property
    def workgroup(self) -> str:
        """The name of the workgroup, given or not."""
        return self.get("WorkGroup") or "primary"

    def configuration(self) -> dict[str, Any]:
        """Return the workgroup's configuration. Raises InvalidRequestError if there is no such."""
        group = self.moto.work_groups.get(self.workgroup)
        if group is None:
            raise InvalidRequestError(f"WorkGroup {self.workgroup} is not found.")
        configuration: dict[str, Any] = group.configuration or {}
        return configuration

    def page(self, keys: list[str]) -> tuple[list[str], dict[str, str]]:
        """Return a page of a list, and the token of the next one: the last key of this one.

        Raises InvalidRequestError for a page that is too long, and for a token of another list.
        """
        size = int(self.get("MaxResults") or PAGE_LISTED)
        if size > PAGE_LISTED:
            raise InvalidRequestError(
                f"MaxResults is more than maximum allowed length {PAGE_LISTED}."
            )
        token = self.get("NextToken")
        if token is not None and token not in keys:
            raise InvalidRequestError(f"NextToken {token} is not one that this list gave")
        start = 0 if token is None else keys.index(token) + 1
        page = keys[start : start + size]
        return page, {"NextToken": page[-1]} if start + size < len(keys) else {}
