"""What the tests of the report have ingested: some hours of traffic, late and hostile lines too."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from offline.generate import GenerateOptions, generate
from tests.commands import done, shown
from tests.files import put

START = datetime(2020, 7, 13, 20, tzinfo=UTC)  # over midnight
# What would run, or become an element, if it were not escaped.
HOSTILE = """</script><script>window.hacked = 1</script><img src=x onerror="hacked = 2">'&lt;"""
NEWEST_HOUR = "2020/07/20/00"  # hours after all others, so its rejects are the examples


class Reported(NamedTuple):
    """A report: the landing, the --out folder, the file, its figures, and run.json."""

    landing: Path
    out: Path
    file: Path
    facts: dict[str, Any]
    account: dict[str, Any]

    @property
    def html(self) -> str:
        return self.file.read_text()


def reported(folder: Path) -> Reported:
    """Two runs, the second over late objects, and the report of them."""
    landing, out = folder / "landing", folder / "out"
    generate(
        GenerateOptions(
            landing, detectors=4, start=START, days=5 / 24, late=0.2, late_days=0.3, malformed=0
        )
    )
    later = sorted(landing.rglob("*.gz"))[-8:]
    for path in later:
        path.rename(folder / path.name)
    run = ("run", "--landing", landing, "--out", out, "--quiet")
    done(*run)
    for path in later:
        (folder / path.name).rename(path)
    put(landing / NEWEST_HOUR / "hostile", f"{HOSTILE}\n" * 2)
    done(*run)
    facts = shown("report", "--out", out)
    return Reported(
        landing, out, out / "report.html", facts, json.loads((out / "run.json").read_text())
    )
