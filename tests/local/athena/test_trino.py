"""The engine that is a Trino, beside a server that speaks its protocol by heart."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from offline.athena.catalog.catalog import Catalog
from offline.athena.errors import (
    INTERNAL_ERROR,
    OUT_OF_RESOURCES,
    SYSTEM,
    USER,
    QueryCancelled,
    QueryFailed,
)
from offline.athena.sql.statements import Explain, Query, parse
from offline.athena.trino.client import Server
from offline.athena.trino.engine import TrinoEngine
from offline.athena.trino.values import as_python
from offline.clients import ACCOUNT, REGION
from offline.s3.objects import Objects


class Scripted:
    """Answers each request with the next of its pages; an int is an HTTP status."""

    def __init__(self) -> None:
        self.pages: list[Any] = []
        self.asked: list[tuple[str, str]] = []
        self.headers: dict[str, str] = {}
        script = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                script.asked.append((self.command, self.rfile.read(length).decode()))
                script.headers = dict(self.headers)
                page = {} if self.command == "DELETE" else script.pages.pop(0)
                self.send_response(page if isinstance(page, int) else 200)
                self.end_headers()
                if isinstance(page, dict):
                    self.wfile.write(json.dumps(page).encode())

            do_POST = do_GET = do_DELETE = answer

            def log_message(self, *_: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"

    def page(self, *, last: bool = False, read: int = 0, **more: Any) -> None:
        following = {} if last else {"nextUri": f"{self.url}/next"}
        self.pages.append({"stats": {"physicalInputBytes": read}, **following, **more})


@pytest.fixture
def script() -> Iterator[Scripted]:
    made = Scripted()
    threading.Thread(target=made.http.serve_forever, daemon=True).start()
    yield made
    made.http.shutdown()
    made.http.server_close()


@pytest.fixture
def engine(script: Scripted, tmp_path: Path) -> Iterator[TrinoEngine]:
    with mock_aws():
        objects = Objects(ACCOUNT, tmp_path)
        server = Server.at(script.url.replace("://", "://me:p%40ss@") + "/mine")
        yield TrinoEngine(server, "s3://x/", objects, Catalog(ACCOUNT, REGION))


def test_rows_come_page_by_page_and_busy_servers_are_retried(
    script: Scripted, engine: TrinoEngine
) -> None:
    column = {"name": "n", "typeSignature": {"rawType": "bigint", "arguments": []}}
    script.page()
    script.pages.append(503)
    script.page(columns=[column], data=[[1]], read=10)
    script.page(columns=[column], data=[[2], [None]], read=30, last=True)
    session = engine.session("db")

    found = session.select(Query("SELECT n FROM t"))

    assert (found.columns, found.rows) == ([("n", "bigint")], [(1,), (2,), (None,)])
    assert session.readings.scanned_bytes == 30
    assert script.asked[0] == ("POST", "SELECT n FROM t")
    assert script.headers["X-Trino-Catalog"] == "mine"
    assert script.headers["X-Trino-Schema"] == "db"
    assert script.headers["Authorization"] == "Basic bWU6cEBzcw=="


def test_plan_is_trinos(script: Scripted, engine: TrinoEngine) -> None:
    column = {"name": "Query Plan", "typeSignature": {"rawType": "varchar", "arguments": []}}
    script.page(columns=[column], data=[["Fragment 0"]], last=True)
    statement = parse("EXPLAIN ANALYZE SELECT 1")

    assert isinstance(statement, Explain)
    assert engine.session("db").explain(statement).rows == [("Fragment 0",)]
    assert script.asked == [("POST", "EXPLAIN ANALYZE SELECT 1")]


@pytest.mark.parametrize(
    ("name", "kind", "reason", "category", "error_type"),
    [
        ("TYPE_MISMATCH", "USER_ERROR", "TYPE_MISMATCH: line 1:8: no", USER, 1006),
        ("INVALID_CAST_ARGUMENT", "USER_ERROR", "INVALID_CAST_ARGUMENT: line 1:8: no", USER, 1007),
        ("HIVE_CURSOR_ERROR", "EXTERNAL", "HIVE_CURSOR_ERROR: line 1:8: no", USER, 1007),
        (
            "COMPILER_ERROR",
            "INTERNAL_ERROR",
            "COMPILER_ERROR: line 1:8: no",
            SYSTEM,
            INTERNAL_ERROR,
        ),
        (
            "EXCEEDED_LOCAL_MEMORY_LIMIT",
            "INSUFFICIENT_RESOURCES",
            "Query exhausted resources at this scale factor",
            SYSTEM,
            OUT_OF_RESOURCES,
        ),
    ],
)
def test_errors_of_trino_are_athenas(
    script: Scripted,
    engine: TrinoEngine,
    name: str,
    kind: str,
    reason: str,
    category: int,
    error_type: int,
) -> None:
    script.page()
    script.page(last=True, error={"errorName": name, "errorType": kind, "message": "line 1:8: no"})

    with pytest.raises(QueryFailed) as failed:
        engine.session("db").select(Query("SELECT 1"))

    assert failed.value.reason.startswith(reason)
    assert (failed.value.category, failed.value.error_type) == (category, error_type)
    assert not failed.value.retryable


def test_trino_that_disappears_is_worth_a_retry(script: Scripted, engine: TrinoEngine) -> None:
    script.page()
    script.pages.append(404)

    with pytest.raises(QueryFailed, match=r"GENERIC_INTERNAL_ERROR: .*HTTP 404") as failed:
        engine.session("db").select(Query("SELECT 1"))

    assert (failed.value.category, failed.value.retryable) == (SYSTEM, True)


def test_interrupted_statement_is_cancelled_at_the_server(
    script: Scripted, engine: TrinoEngine
) -> None:
    script.page()
    session = engine.session("db")
    session.interrupt()

    with pytest.raises(QueryCancelled, match="cancelled by user"):
        session.select(Query("SELECT 1"))

    assert [method for method, _ in script.asked] == ["POST", "DELETE"]


def test_statement_beyond_the_limit_is_cancelled_at_the_server(
    script: Scripted, engine: TrinoEngine
) -> None:
    script.page(read=5)
    script.page(read=11)

    with pytest.raises(QueryCancelled, match="Bytes scanned limit was exceeded"):
        engine.session("db", scan_limit=10).select(Query("SELECT 1"))

    assert [method for method, _ in script.asked] == ["POST", "GET", "DELETE"]


def _signature(kind: str, *arguments: Any) -> dict[str, Any]:
    return {"rawType": kind, "arguments": [{"value": argument} for argument in arguments]}


@pytest.mark.parametrize(
    ("value", "signature", "expected"),
    [
        ("NaN", _signature("double"), "nan"),
        ("1.50", _signature("decimal"), "Decimal('1.50')"),
        ("0000-12-31", _signature("date"), "'0000-12-31'"),
        ("+10000-01-01 00:00:00.000", _signature("timestamp"), "'+10000-01-01 00:00:00.000'"),
        ("2020-07-13 00:00:00.000", _signature("timestamp"), "datetime(2020, 7, 13, 0, 0)"),
        (
            "2020-07-13 00:00:00.000 Europe/Amsterdam",
            _signature("timestamp with time zone"),
            "'2020-07-13 00:00:00.000 Europe/Amsterdam'",
        ),
        (
            {"1": [True]},
            _signature("map", _signature("bigint"), _signature("array", _signature("boolean"))),
            "{1: [True]}",
        ),
        (
            [1, None],
            _signature(
                "row",
                {"fieldName": {"name": "a"}, "typeSignature": _signature("integer")},
                {"typeSignature": _signature("varchar")},
            ),
            "{'a': 1, 'field1': None}",
        ),
    ],
)
def test_values_of_the_protocol_become_pythons(
    value: Any, signature: dict[str, Any], expected: str
) -> None:
    assert repr(as_python(value, signature)).replace("datetime.", "") == expected
