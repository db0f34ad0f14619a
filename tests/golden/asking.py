"""What the recorded values are values of: Extract over landed lines, and lines of objects.

The same statements go to a real Trino (tests/golden/record.py) and to the embedded engine
(tests/local/athena/test_golden.py).
"""

import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from springtide.dataset import loading
from springtide.dataset.tables import table_inputs
from springtide.model.arrival import ArrivalHour
from springtide.sql.extract import extract

from tests.local.athena.conftest import Warehouse

FOLDER = Path(__file__).parent
LINES, OBJECTS = FOLDER / "lines.json", FOLDER / "objects.json"
ROOT = "s3://landing/raw/"
LINES_HOUR, OBJECTS_HOUR = "2020/07/13/00", "2020/07/13/01"
_COLUMNS = (
    "id", "at", "s", "n", "d", "b", "t", "ms", "pq", "pn", "pd", "deep", "j",
    "CAST(dec AS varchar) AS dec", "CAST(widest AS varchar) AS widest", "i",
    "CAST(r AS double) AS r", "CAST(day AS varchar) AS day", "yes", "local", "us", "sku",
    "any_name", "CAST(told AS varchar) AS told", "told_json", "event_time",
    "springtide_misfits AS misfits",
    "springtide_reject_reason AS reject_reason",
    "springtide_reject_detail AS reject_detail", "springtide_line AS line",
    "to_hex(springtide_line_bytes) AS line_bytes",
)  # fmt: skip
NAMES = tuple(column.split(" AS ")[-1] for column in _COLUMNS)


def recorded(file: Path) -> dict[str, Any]:
    """The file: the version of Trino, and the cases with what it gave for each."""
    document: dict[str, Any] = json.loads(file.read_text())
    return document


def write(file: Path, document: dict[str, Any]) -> None:
    """Write a file of values."""
    file.write_text(json.dumps(document, indent=1, ensure_ascii=True) + "\n")


def landed(case: dict[str, Any]) -> bytes:
    """A case's line as it is landed."""
    line: str = case["line"]
    return line.encode(case.get("encoding", "utf-8"))


def named(lines: Iterable[bytes]) -> dict[str, bytes]:
    """Objects of LINES_HOUR that hold a line each, by their keys below the landing."""
    return {f"{LINES_HOUR}/{name_of(n)}": line + b"\n" for n, line in enumerate(lines)}


def land(warehouse: Warehouse, objects: Mapping[str, bytes]) -> None:
    """Puts objects under the landing table that a run makes."""
    (table, *_) = table_inputs(loading.load("odd", FOLDER), ROOT, "s3://lake/")
    warehouse.glue.create_table(DatabaseName="db", TableInput=table)
    for name, body in objects.items():
        warehouse.s3.put_object(Bucket="landing", Key=f"raw/{name}", Body=body)


def name_of(number: int) -> str:
    """The object that holds the line of that number."""
    return f"{number:04d}.json"


def of_lines() -> str:
    """Extract's rows of LINES_HOUR, the object's name first."""
    data_set = loading.load("odd", FOLDER)
    hour = ArrivalHour.parse(LINES_HOUR.replace("/", "-", 2).replace("/", "T"))
    unload = extract(data_set, [hour], [], "s3://golden-lines/delta/", fresh_hours=1)
    found = re.fullmatch(r"UNLOAD \((.*)\)\s*TO .*", unload, re.DOTALL)
    assert found is not None
    return (
        f"SELECT regexp_extract(source_path, '[^/]+$') AS name, {', '.join(_COLUMNS)}"
        f" FROM ({found[1]}) ORDER BY 1, line"
    )


def by_line(rows: Iterable[Sequence[Any]]) -> dict[int, list[dict[str, Any]]]:
    """What `of_lines` gave, by the line's number: its events, without what is NULL."""
    found: dict[int, list[dict[str, Any]]] = {}
    for name, *values in rows:
        row = dict(zip(NAMES, map(plain, values), strict=True))
        number = int(name.removesuffix(".json"))
        found.setdefault(number, []).append({n: v for n, v in row.items() if v is not None})
    return found


def of_object(uri: str) -> str:
    """The bytes of an object's lines in hexadecimal."""
    return (
        "SELECT to_hex(to_utf8(line)) FROM landing"
        f" WHERE datehour = '{OBJECTS_HOUR}' AND \"$path\" = '{uri.replace(chr(39), chr(39) * 2)}'"
        " ORDER BY 1"
    )


def plain(value: Any) -> Any:
    """A value as both engines' values compare, and as JSON holds it."""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}".rjust(23, "0")
    if isinstance(value, float) and math.copysign(1, value) < 0 and value == 0:
        return "-0.0"
    return value
