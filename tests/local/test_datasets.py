"""Which folder of data sets a command uses."""

from pathlib import Path

import pytest
from springtide.dataset import loading

from cli import calls
from cli.datasets import VARIABLE, chosen, find_sample, with_datasets
from tests.commands import springtide


def test_sample_is_found_beside_data_sets_of_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    printed = []

    def sampled() -> None:
        find_sample()
        printed.append(calls.command("query"))
        assert loading.load("traffic").name == "traffic"

    with_datasets(sampled)()

    assert printed[0].endswith(f"--datasets {loading.FOLDER}")
    assert chosen() == str(tmp_path)


def test_demo_does_not_need_its_data_set_among_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    monkeypatch.setattr("cli.demo_story.tell", lambda *_: loading.load("traffic"))

    assert springtide("demo", "--out", tmp_path / "out").exit_code == 0
