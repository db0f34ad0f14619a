import io

from rich.console import Console

from cli import console
from cli.query import Answer, rows_table
from tests.hostile.values import TEXTS


def test_values_are_printed_as_they_are_and_cannot_move_the_terminal() -> None:
    texts = [TEXTS["markup"], TEXTS["terminal"], "[/]", "a\rb"]
    out = Console(file=io.StringIO(), width=500, force_terminal=True, color_system=None)
    rows: list[list[str | None]] = [[text] for text in texts]
    answer = Answer(["[/] name"], rows, rows)
    out.print(rows_table(answer))
    out.print(console.shown(TEXTS["terminal"]))
    printed = out.file.getvalue()  # type: ignore[attr-defined]

    assert TEXTS["markup"] in printed
    assert "[/] name" in printed
    assert "\\x1b[31mred" in printed
    assert "a\\rb" in printed
    assert not {"\x07", "\x08", "\r"} & set(printed)
    assert "\x1b[31m" not in printed
