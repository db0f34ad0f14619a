"""What is slow to compute is computed once for the same inputs, in whatever process."""

from pathlib import Path

import pytest

from offline import kept_on_disk


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "springtide"


def never() -> None:
    raise AssertionError("it was kept")


def test_same_inputs_are_computed_once() -> None:
    assert kept_on_disk.result("sum", [1, {"a": 2}], lambda: {"is": 3}) == {"is": 3}
    assert kept_on_disk.result("sum", [1, {"a": 2}], never) == {"is": 3}
    assert kept_on_disk.result("sum", [1, {"a": 3}], lambda: {"is": 4}) == {"is": 4}


def test_half_a_file_is_computed_again(cache: Path) -> None:
    kept_on_disk.result("sum", 1, lambda: [1, 2])
    (file,) = cache.iterdir()
    file.write_text("[1, ")
    assert kept_on_disk.result("sum", 1, lambda: [3]) == [3]
    assert kept_on_disk.result("sum", 1, never) == [3]


def test_without_a_place_to_write_it_is_computed_each_time(cache: Path) -> None:
    cache.parent.mkdir()
    cache.write_text("a file where the folder would be")
    assert kept_on_disk.result("sum", 1, lambda: [1]) == [1]
    assert kept_on_disk.result("sum", 1, lambda: [2]) == [2]
