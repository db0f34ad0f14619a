"""Asks a real Trino for the answer to each listed expression and keeps them with its version.

    TRINO_URL=http://127.0.0.1:8080 python -m tests.trino.record [--all]

Asks for what is new in `expressions.sql`, with --all for everything again; writes also the list of
what the embedded engine refuses, and docs/offline.md's table of what it offers.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from offline.athena.trino.client import Server, TrinoFailedError, ask
from tests.trino.comparing import Embedded, compare, recorded
from tests.trino.expressions import RECORDED, REFUSALS, statements
from tests.trino.offered_table import PAGE, written

_AT_ONCE = 3


def main() -> None:
    """Record."""
    server = Server.at(os.environ["TRINO_URL"])
    version = _answer(server, "SELECT node_version FROM system.runtime.nodes")["rows"][0][0]
    again = "--all" in sys.argv or not RECORDED.exists()
    known = {} if again else {case["sql"]: case for case in recorded()}
    with ThreadPoolExecutor(_AT_ONCE) as workers:
        cases = list(workers.map(lambda sql: known.get(sql) or _answer(server, sql), statements()))
    listed = sorted(
        {row[0] for row in _answer(server, "SHOW FUNCTIONS")["rows"] if row[3] != "table"}
    )
    head = f'"version": "{version}", "functions": {json.dumps(listed)}'
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    RECORDED.write_text(f'{{{head}, "cases": [\n{lines}\n]}}\n')
    embedded = Embedded()
    refused = [case["sql"] for case in cases if compare(case, embedded)[0] == "refused"]
    embedded.close()
    REFUSALS.write_text("\n".join(refused) + "\n")
    PAGE.write_text(written())
    print(
        f"{len(cases)} answers of Trino {version}; {len(refused)} are refused by the embedded one"
    )


def _answer(server: Server, sql: str) -> dict[str, Any]:
    try:
        found = ask(server, sql, capabilities="PARAMETRIC_DATETIME")
    except TrinoFailedError as failed:
        return {"sql": sql, "error": str(failed).split("\n")[0][:160]}
    return {"sql": sql, "types": [item["type"] for item in found.columns], "rows": found.rows}


if __name__ == "__main__":
    main()
