"""Writes the tables of docs/cost.md anew: .venv/bin/python -m cli.pricing."""

from pathlib import Path

from cli.pricing.tables import all_tables

PAGE = Path(__file__).parents[2] / "docs" / "cost.md"


def filled(page: str) -> str:
    """The page with its tables as the model has them now; raises ValueError if one has no place."""
    for name, table in all_tables().items():
        first, last = f"<!-- {name} -->\n", f"\n<!-- /{name} -->"
        places = (page.count(first), page.count(last))
        if places != (1, 1):
            raise ValueError(f"the page has {places} marks of the table {name}; one pair is needed")
        before, _, rest = page.partition(first)
        page = before + first + table + last + rest.partition(last)[2]
    return page


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text()))
