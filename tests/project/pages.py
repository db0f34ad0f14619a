"""The tables of a page under docs/."""

from tests.files import ROOT


def table(page: str, heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    text = (ROOT / "docs" / page).read_text()
    lines = text.split(f"\n## {heading}\n")[1].split("\n## ")[0].splitlines()
    rows = [line for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def measures() -> list[list[str]]:
    """What is measured, by docs/observability.md: metrics, and fields of the log."""
    return table("observability.md", "What is measured")
