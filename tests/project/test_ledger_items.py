"""Nothing outside `springtide.ledger` reads or writes the items of the ledger itself."""

import ast

from tests.files import ROOT

LEDGER = ROOT / "functions" / "springtide" / "ledger"
# The offline machine is no part of it: what has `items` there is moto's.
OUTSIDE = [
    path
    for room in ("functions", "cli", "bench")
    for path in sorted((ROOT / room).rglob("*.py"))
    if LEDGER not in path.parents
]


def raw_uses(source: str) -> list[int]:
    """The lines that take hold of a ledger's `items`, or make `Items` of their own.

    A `.items` that is called is a mapping's.
    """
    tree = ast.parse(source)
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return sorted(
        node.lineno
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr == "items" and node not in called)
        or (isinstance(node, ast.ImportFrom) and "Items" in [each.name for each in node.names])
    )


def test_items_are_read_and_written_by_the_ledger_s_modules_only() -> None:
    uses = {str(path.relative_to(ROOT)): raw_uses(path.read_text()) for path in OUTSIDE}

    assert {path: lines for path, lines in uses.items() if lines} == {}


def test_raw_use_of_the_items_is_found() -> None:
    source = "\n".join(
        (
            "from springtide.aws.dynamodb import Item, Items",
            "for name, value in document.items(): ledger.items.put('slice', name, value)",
            "kept = it.ledger.items",
        )
    )

    assert raw_uses(source) == [1, 2, 3]
