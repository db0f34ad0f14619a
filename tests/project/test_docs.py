"""What README.md and docs/ name is there: pages, headings, files, tests, commands, make targets."""

import re
import shlex
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

from cli.app import app
from tests.files import ROOT

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
FOLDERS = "bench|cli|docs|events|functions|offline|statemachine|tests"
# Folders that only an example makes.
EXAMPLES = ("functions/datasets/orders",)
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)

on_every_page = pytest.mark.parametrize(
    "page", PAGES, ids=[page.relative_to(ROOT).as_posix() for page in PAGES]
)


@cache
def text_of(page: Path) -> str:
    return page.read_text()


def code_of(page: Path) -> list[str]:
    """The lines of a page's code: of blocks, and each piece that stands within a sentence."""
    text = text_of(page)
    blocks = [block for found in _FENCED.findall(text) for block in found.splitlines()[1:-1]]
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [*lines, *re.findall(r"`([^`]+)`", _FENCED.sub("", text))]


@cache
def anchors_of(page: Path) -> set[str]:
    """As GitHub makes them of headings."""
    found: list[str] = []
    for heading in re.findall(r"^#+ (.+)$", _FENCED.sub("", text_of(page)), re.MULTILINE):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).strip().lower()
        anchor = re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")
        found.append(anchor if anchor not in found else f"{anchor}-{found.count(anchor)}")
    return set(found)


def links(page: Path) -> Iterator[str]:
    for target in re.findall(r"\]\(([^)\s]+)\)", _FENCED.sub("", text_of(page))):
        if "://" not in target:
            yield target


def paths(page: Path) -> Iterator[str]:
    """Files and folders of this repository, each with the test that is named in it, if any."""
    named = rf"(?<![\w/.:-])(?:{FOLDERS})/[\w./*-]+(?:::\w+)?(?![\w<=])"
    for path in re.findall(named, text_of(page)):
        if not path.startswith(EXAMPLES):
            yield path.rstrip(".")
    for file, test in re.findall(r"(?<![\w/])(test_\w+\.py)::(\w+)", text_of(page)):
        yield f"tests/**/{file}::{test}"


def commands(page: Path) -> Iterator[list[str]]:
    """The words after `springtide`, without what stands for a value."""
    for line in code_of(page):
        found = re.match(r"(?:\$ )?(?:\S*/)?springtide (?=[a-z-])([^#|]+)", line)
        if found:
            yield shlex.split(found[1].replace("[", " ").replace("]", " "))


def targets(page: Path) -> Iterator[str]:
    for line in code_of(page):
        for words in re.findall(r"(?:^|&& |; )(?:\$ )?make((?: [\w-]+(?![\w=-]))+)", line):
            yield from words.split()


@on_every_page
def test_every_link_leads_to_a_page_and_a_heading(page: Path) -> None:
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not anchor or anchor in anchors_of(target), link


@on_every_page
def test_every_file_and_test_that_is_named_is_there(page: Path) -> None:
    for path in paths(page):
        name, _, test = path.partition("::")
        files = list(ROOT.glob(name.rstrip("/")))
        assert files, path
        assert not test or any(f"def {test}(" in file.read_text() for file in files), path


@on_every_page
def test_every_command_takes_the_options_that_it_is_shown_with(page: Path) -> None:
    cli: Any = typer.main.get_command(app)
    for name, *words in commands(page):
        takes = cli if name.startswith("-") else cli.commands[name]
        known = {option for each in takes.params for option in (*each.opts, *each.secondary_opts)}
        shown = {word.partition("=")[0] for word in (name, *words) if word.startswith("-")}
        assert shown <= known | {"--help", "-h"}, (name, words)


@on_every_page
def test_every_make_target_is_in_the_makefile(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in targets(page):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@on_every_page
def test_sentences_are_wrapped_at_120_characters(page: Path) -> None:
    prose = _FENCED.sub("", text_of(page)).splitlines()
    long = [line for line in prose if len(line) > 120 and "://" not in line]

    assert [line for line in long if not line.startswith(("|", "Refused by name"))] == []


@pytest.mark.parametrize(
    ("found", "example"),
    [
        (links, "reliability.md#runbook"),
        (paths, "tests/oracle.py"),
        (paths, "tests/**/test_inputs.py::test_time_in_any_of_its_forms_finds_its_hour"),
        (commands, ["rollback", "--to", "SLICE", "--stack", "springtide"]),
        (targets, "crash-matrix"),
    ],
    ids=["link", "path", "test", "command", "target"],
)
def test_the_pages_are_looked_through(
    found: Callable[[Path], Iterator[object]], example: object
) -> None:
    assert example in [each for page in PAGES for each in found(page)]
