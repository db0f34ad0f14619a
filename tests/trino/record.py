"""Asks a real Trino for the answer to each listed expression and keeps them with its version.

    TRINO_URL=http://127.0.0.1:8080 python -m tests.trino.record [--all]

Asks for what is new in `expressions.sql`, with --all for everything again.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from offline.athena.trino.client import Server, TrinoFailedError, ask
from tests.trino.comparing import recorded
from tests.trino.expressions import RECORDED, statements

_AT_ONCE = 3


def main() -> None:
    """Record."""
    server = Server.at(os.environ["TRINO_URL"])
    version = _answer(server, "SELECT node_version FROM system.runtime.nodes")["rows"][0][0]
    again = "--all" in sys.argv or not RECORDED.exists()
    known = {} if again else {case["sql"]: case for case in recorded()}
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        cases = list(workers.map(lambda sql: known.get(sql) or _answer(server, sql), statements()))
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    RECORDED.write_text(f'{{"version": "{version}", "cases": [\n{lines}\n]}}\n')
    print(f"{len(cases)} answers of Trino {version}")


def _answer(server: Server, sql: str) -> dict[str, Any]:
    try:
        found = ask(server, sql, capabilities="PARAMETRIC_DATETIME")
    except TrinoFailedError as failed:
        return {"sql": sql, "error": str(failed).split("\n")[0][:160]}
    return {"sql": sql, "types": [item["type"] for item in found.columns], "rows": found.rows}


if __name__ == "__main__":
    main()
