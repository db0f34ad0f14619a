"""A client of Trino's protocol: one statement over HTTP, its result page by page."""

import base64
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, unquote, urlsplit

DEFAULT_CATALOG = "awsdatacatalog"
USER = "springtide"
_BUSY = frozenset({429, 502, 503, 504})  # trino.io/docs/current/develop/client-protocol.html
_BUSY_SECONDS = 0.1
_ATTEMPTS = 50
_TIMEOUT_SECONDS = 60  # Trino answers a poll within a second, whatever the statement does


class TrinoUnreachableError(Exception):
    """No Trino answers at a URL, or the answer is not a Trino's."""


class TrinoFailedError(Exception):
    """A statement failed: Trino's error, as in its protocol."""

    def __init__(self, error: Mapping[str, Any]) -> None:
        super().__init__(f"{error['errorName']}: {error.get('message', '')}")
        self.name: str = error["errorName"]
        self.type: str = error["errorType"]


@dataclass(frozen=True)
class Server:
    """The address of a Trino, and the catalog that holds the stack's tables."""

    url: str
    catalog: str = DEFAULT_CATALOG
    authorization: str | None = None

    @classmethod
    def at(cls, text: str) -> "Server":
        """Read `http://[user:password@]host:port[/catalog]`. Raises ValueError."""
        parts = urlsplit(text)
        try:
            number = parts.port
        except ValueError as error:
            raise ValueError(f"{text}: {error}") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{text}: write http://HOST:PORT, or http://HOST:PORT/CATALOG")
        named = parts.path.strip("/")
        if "/" in named or parts.query or parts.fragment:
            raise ValueError(f"{text}: nothing but a catalog's name may follow the port")
        login = None
        if parts.username is not None:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            login = "Basic " + base64.b64encode(pair.encode()).decode()
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        port = f":{number}" if number else ""
        return cls(f"{parts.scheme}://{host}{port}", named or DEFAULT_CATALOG, login)


@dataclass
class Answer:
    """A result: Trino's columns with their type signatures, and rows of JSON values.

    Timestamps, dates and decimals are text, as Trino writes them.
    """

    columns: list[dict[str, Any]] = field(default_factory=list)
    rows: list[list[Any]] = field(default_factory=list)
    update_count: int = 0


# Called with the bytes read so far between two pages; an error that it raises ends the statement.
Watch = Callable[[int], object]


def ask(
    server: Server,
    sql: str,
    *,
    schema: str | None = None,
    session: Mapping[str, str] | None = None,
    watch: Watch = lambda read: None,
    capabilities: str = "",
) -> Answer:
    """Run a statement to its end.

    Raises TrinoFailedError, TrinoUnreachableError and any error of `watch`; the statement is then
    cancelled.
    """
    headers = {"X-Trino-User": USER, "X-Trino-Time-Zone": "UTC", "X-Trino-Source": "springtide"}
    if schema is not None:
        headers |= {"X-Trino-Catalog": server.catalog, "X-Trino-Schema": schema}
    if session:
        headers["X-Trino-Session"] = ",".join(f"{k}={quote(v)}" for k, v in session.items())
    if server.authorization is not None:
        headers["Authorization"] = server.authorization
    if capabilities:
        headers["X-Trino-Client-Capabilities"] = capabilities
    answer = Answer()
    page = _request("POST", f"{server.url}/v1/statement", headers, sql.encode())
    while True:
        if "error" in page:
            raise TrinoFailedError(page["error"])
        answer.columns = page.get("columns") or answer.columns
        answer.rows += page.get("data") or ()
        answer.update_count = page.get("updateCount") or answer.update_count
        following = page.get("nextUri")
        try:
            watch(page["stats"]["physicalInputBytes"])
        except BaseException:
            if following is not None:
                _request("DELETE", following, headers)
            raise
        if following is None:
            return answer
        page = _request("GET", following, headers)


def _request(method: str, url: str, headers: Mapping[str, str], body: bytes | None = None) -> Any:
    request = urllib.request.Request(url, body, dict(headers), method=method)
    for _ in range(_ATTEMPTS):
        try:
            with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:
                text = answer.read()
            page = json.loads(text) if text else {}
            if method != "DELETE" and not isinstance(page.get("stats"), dict):
                raise TrinoUnreachableError(f"{url}: what answers there is no Trino")
            return page
        except urllib.error.HTTPError as error:
            if error.code not in _BUSY:
                said = error.read(200).decode("utf-8", "replace").strip()
                raise TrinoUnreachableError(f"{url}: HTTP {error.code} {said}") from error
            time.sleep(_BUSY_SECONDS)
        except (ValueError, AttributeError) as error:
            raise TrinoUnreachableError(f"{url}: what answers there is no Trino") from error
        except OSError as error:
            reason = getattr(error, "reason", error)
            raise TrinoUnreachableError(f"{url}: {reason}") from error
    raise TrinoUnreachableError(f"{url}: Trino is too busy to answer")
