"""Calls a function in a process of its own, through the Lambda Runtime API.

https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from uuid import uuid4

from offline.invoke import Answer

_INVOCATION = "/2018-06-01/runtime/invocation/"
_INIT_ERROR = "/2018-06-01/runtime/init/error"
_LOOK_SECONDS = 0.05
_SHOWN_CHARACTERS = 2000


class NoAnswerError(RuntimeError):
    """When the process ends, or its time does, before the function has answered."""


@dataclass(frozen=True)
class Function:
    """A function as Lambda would run it: its code's folder, its handler and its environment."""

    folder: Path
    handler: str
    environment: Mapping[str, str]
    timeout_seconds: float


def call(client: Sequence[str], function: Function, event: Any) -> Answer:
    """Start a runtime interface client, such as `python -m awslambdaric`, for one call.

    It gets the function's environment and nothing of this process's. Raises NoAnswerError.
    """
    exchange = _Exchange(event, function.timeout_seconds)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(exchange))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environment = {
        **function.environment,
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
        "AWS_LAMBDA_FUNCTION_NAME": function.handler.partition(".")[0],
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "LAMBDA_TASK_ROOT": str(function.folder),
        "PYTHONPATH": str(function.folder),
        "_HANDLER": function.handler,
    }
    try:
        with subprocess.Popen(
            [*client, function.handler],
            cwd=function.folder,
            env=environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process:
            return _answer(exchange, process)
    finally:
        server.shutdown()
        server.server_close()


class _Exchange:
    """One event and what comes back for it."""

    def __init__(self, event: Any, timeout_seconds: float) -> None:
        self.body = json.dumps(event).encode()
        self.timeout_seconds = timeout_seconds
        self.request_id = str(uuid4())
        self.taken = threading.Event()
        self.over = threading.Event()
        self.answer: Answer | None = None

    def headers(self) -> dict[str, str]:
        """What goes with the event."""
        return {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": self.request_id,
            "Lambda-Runtime-Deadline-Ms": str(int((time.time() + self.timeout_seconds) * 1000)),
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function",
        }


def _answer(exchange: _Exchange, process: "subprocess.Popen[str]") -> Answer:
    said: list[str] = []
    assert process.stdout is not None
    # Read all the while, since a full pipe would hold the function up.
    reader = threading.Thread(target=lambda out: said.extend(out), args=(process.stdout,))
    reader.start()
    end = time.monotonic() + exchange.timeout_seconds
    while exchange.answer is None and process.poll() is None and time.monotonic() < end:
        exchange.over.wait(_LOOK_SECONDS)
    ended = process.poll()
    process.kill()
    reader.join()
    exchange.over.set()
    if exchange.answer is not None:
        return exchange.answer
    why = f"ended with {ended}" if ended is not None else f"took {exchange.timeout_seconds:g} s"
    raise NoAnswerError(f"the process {why}, without an answer:\n{_end_of(said)}")


def _end_of(lines: list[str]) -> str:
    return "".join(lines)[-_SHOWN_CHARACTERS:]


def _handler(exchange: _Exchange) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != f"{_INVOCATION}next":
                self._send(404, b"{}", {})
            elif exchange.taken.is_set():
                exchange.over.wait()  # there is no second event; the process is about to be ended
            else:
                exchange.taken.set()
                self._send(200, exchange.body, exchange.headers())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            own = f"{_INVOCATION}{exchange.request_id}/"
            known = self.path in (f"{own}response", f"{own}error", _INIT_ERROR)
            self._send(202 if known else 404, b"{}", {})
            if known and exchange.answer is None:
                exchange.answer = Answer(json.loads(body), not self.path.endswith("/response"))
                exchange.over.set()

        def log_message(self, format: str, *args: Any) -> None:
            """Log nothing."""

        def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

    return Handler
