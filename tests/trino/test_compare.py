"""`springtide compare`, as a person runs it before deploying SQL of their own."""

import json
import socket
from collections.abc import Callable
from pathlib import Path

from tests.commands import shown
from tests.pipeline.rig import event


def test_compare_prints_each_statement_and_its_rows(
    tmp_path: Path, catalog: Callable[[str], str]
) -> None:
    hour = tmp_path / "landing/2020/07/13/00"
    hour.mkdir(parents=True)
    (hour / "a").write_text("".join(json.dumps(event(n)) + "\n" for n in range(5)) + "broken\n")
    with socket.create_server(("127.0.0.1", 0)) as free:
        served = f"127.0.0.1:{free.getsockname()[1]}"

    folders = ("--landing", tmp_path / "landing", "--served", served)
    compared = shown("compare", *folders, "--trino", catalog(f"http://{served}"))

    found = {each["kind"]: each for each in compared}
    assert {"extract", "merge", "audit", "derive"} <= found.keys()
    assert found["extract"]["rows"] == 6
    assert not any(e["only_embedded"] or e["only_trino"] or e["problem"] for e in found.values())
