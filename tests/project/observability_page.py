"""The tables of docs/observability.md."""

from tests.files import ROOT

PAGE = (ROOT / "docs" / "observability.md").read_text()


def table(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    lines = PAGE.split(f"\n## {heading}\n")[1].split("\n## ")[0].splitlines()
    rows = [line for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def measures() -> list[list[str]]:
    """The rows of all that is measured: metrics, and fields of the log."""
    return table("What is measured")
