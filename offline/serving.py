"""Serves the machine over HTTP, so that any AWS client can use it."""

import json
import re
import socket
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Self

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from werkzeug.exceptions import BadRequest, HTTPException, MethodNotAllowed, NotFound
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from offline import api_errors
from offline.api_errors import RefusedError
from offline.eventbridge import UnknownScheduleError
from offline.machine import Machine

# No bucket can have this name, so no S3 path begins with it.
OWN_PATH = "/_springtide/"
# Signatures name the service: Credential=KEY/20200713/eu-west-1/glue/aws4_request.
_SCOPE = re.compile(r"Credential=[^/]+/[0-9]+/[^/]+/([^/]+)/aws4_request")
_START_EXECUTION = "AWSStepFunctions.StartExecution"

StartResponse = Callable[..., Any]


class Server:
    """Serves the AWS APIs of a machine on a listening socket while entered.

    `before_run` is called before an execution is started over HTTP.
    """

    def __init__(
        self,
        machine: Machine,
        listening: socket.socket,
        before_run: Callable[[], object] = lambda: None,
    ) -> None:
        host, self.port = listening.getsockname()[:2]
        # It is given the socket, since werkzeug would end the process if the port is taken.
        self._server: Any = make_server(
            host,
            self.port,
            _Front(machine, before_run),
            threaded=True,
            request_handler=_QuietHandler,
            fd=listening.fileno(),
        )
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """The URL at which this machine's clients reach it, whatever address it listens on."""
        return url_for("127.0.0.1", self.port)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def url_for(host: str, port: int) -> str:
    """The endpoint URL under a host's name."""
    return f"http://{host}:{port}"


class _QuietHandler(MotoRequestHandler):
    """Handles requests without a line on standard error for each."""

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Log nothing."""


class _Front:
    """The WSGI application: answers Springtide's own paths, and passes the others to moto."""

    def __init__(self, machine: Machine, before_run: Callable[[], object]) -> None:
        self._machine = machine
        self._before_run = before_run
        self._moto: Any = DomainDispatcherApplication(create_backend_app)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(OWN_PATH):
            return self._own(Request(environ))(environ, start_response)
        try:
            if environ.get("HTTP_X_AMZ_TARGET") == _START_EXECUTION:
                self._before_run()
            application = self._moto.get_application(environ)
            answer: Iterable[bytes] = application(environ, start_response)
        # moto would answer its own faults with a page of HTML and a traceback.
        except Exception as err:
            return _refusal(environ, err)(environ, start_response)
        return answer

    def _own(self, request: Request) -> Response:
        try:
            return Response(json.dumps(self._fire(request)), mimetype="application/json")
        except HTTPException as err:
            status, said = err.code, err.description
        except Exception as err:
            status, said = 500, f"{request.path} failed offline: {type(err).__name__}: {err}"
        return Response(json.dumps({"message": said}), status, mimetype="application/json")

    def _fire(self, request: Request) -> dict[str, Any]:
        """Answer POST schedules/NAME with an optional time `at`."""
        kind, _, name = request.path.removeprefix(OWN_PATH).partition("/")
        if kind != "schedules":
            raise NotFound(f"{request.path}: there is only {OWN_PATH}schedules/NAME")
        if request.method != "POST":
            raise MethodNotAllowed(["POST"], f"{request.path}: POST fires the schedule")
        at = _moment(request.args.get("at"))
        self._before_run()
        try:
            return {"schedule": name, "execution": self._machine.fire(name, at)}
        except UnknownScheduleError as err:
            raise NotFound(str(err)) from err


def _refusal(environ: dict[str, Any], err: Exception) -> Response:
    """Answer like AWS that there is no such call; clients do not retry that."""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    service = scope[1] if scope else "an unknown service"
    name = target.rpartition(".")[2] or f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
    if isinstance(err, NotImplementedError):
        said = str(err) if not target else f"{name} of {service} is not offered offline"
        refused = RefusedError(400, "UnknownOperationException", said)
    else:
        said = f"{name} of {service} failed offline: {type(err).__name__}: {err}"
        refused = RefusedError(501, "InternalFailure", said)
    print(f"Refused: {' '.join(said.split())}", file=sys.stderr, flush=True)
    form = environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded")
    protocol = "query" if form else "rest-xml" if service == "s3" else "json"
    headers, body = api_errors.said(refused, protocol)
    return Response(body, refused.status, headers)


def _moment(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as err:
        raise BadRequest(f"--at {text}: is not a time like 2020-07-14T12:25:00Z") from err
