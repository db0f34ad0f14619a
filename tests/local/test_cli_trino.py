"""`--trino` and `trino-catalog` where no Trino is: what is printed, and what is refused."""

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import done, springtide

NOWHERE = "http://127.0.0.1:1"


@pytest.fixture
def no_trino() -> Iterator[str]:
    """A web server that is no Trino; its URL."""

    class Page(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def refused_in_a_line(message: str, *words: object) -> None:
    result = springtide(*words)
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    (line,) = result.stderr.strip().splitlines()
    assert message in line


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--trino", NOWHERE), f"--trino: {NOWHERE}/v1/statement: "),
        (("--trino", "127.0.0.1:8080"), "write http://HOST:PORT"),
        (("--trino", "http://x:1/a/b"), "nothing but a catalog's name may follow the port"),
        (("--trino", "http://x:99999"), "--trino http://x:99999: Port out of range"),
        (("--trino", NOWHERE, "--served", "5005"), "--served 5005: write HOST:PORT"),
    ],
)
def test_trino_that_cannot_be_reached_is_reported_in_a_line(
    landing: Path, tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    out = tmp_path / "out"
    refused_in_a_line(message, "run", "--landing", landing, "--out", out, *options)
    compare = ("compare", "--landing", landing, *options)
    refused_in_a_line(message, *compare, "--dataset", "traffic")
    assert "taken for those of data set traffic" in springtide(*compare).stderr
    refused_in_a_line(message, "demo", "--out", out, *options)
    assert not out.exists()


def test_serve_names_the_trino_that_does_not_answer(no_trino: str) -> None:
    refused_in_a_line("what answers there is no Trino", "serve", "--port", "0", "--trino", no_trino)
    refused_in_a_line("Connection refused", "serve", "--port", "0", "--trino", NOWHERE)


def test_catalog_is_printed_as_a_properties_file() -> None:
    printed = done("trino-catalog", "--endpoint", "http://host.docker.internal:5005")
    lines = dict(line.split("=", 1) for line in printed.splitlines())
    assert lines["connector.name"] == "hive"
    assert lines["s3.endpoint"] == lines["hive.metastore.glue.endpoint-url"]
    assert lines["s3.endpoint"] == "http://host.docker.internal:5005"


@pytest.mark.parametrize("endpoint", ["127.0.0.1:5005", "http://x:y"])
def test_catalog_over_an_endpoint_that_is_none_is_refused(endpoint: str) -> None:
    message = f"--endpoint {endpoint}: write http://HOST:PORT"
    refused_in_a_line(message, "trino-catalog", "--endpoint", endpoint)
