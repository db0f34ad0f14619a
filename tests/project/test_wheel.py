import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.files import ROOT

LINE = '{"unieke_id": 1, "tijd_waarneming": "2020-07-13T00:30:00Z"}\n'


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `springtide` of a wheel, in an environment that does not know this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    pip: list[str | Path] = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    build = [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder, ROOT]
    subprocess.run(build, check=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    site = next((folder / "env" / "lib").glob("python*/site-packages"))
    subprocess.run(
        [*pip, "--python", python, "install", "--no-deps", "--no-index", wheel], check=True
    )
    # The libraries that it needs are those of these tests; a .pth in there is not followed.
    (site / "libraries.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "env" / "bin" / "springtide"


def springtide(installed: Path, *words: str | Path) -> str:
    done = subprocess.run(
        [installed, *words], cwd=installed.parent, capture_output=True, text=True, check=True
    )
    return done.stdout


def test_wheel_installs_the_command(installed: Path) -> None:
    assert "rollback" in springtide(installed, "--help")


def test_wheel_runs_without_the_checkout(installed: Path, tmp_path: Path) -> None:
    hour = tmp_path / "landing" / "2020" / "07" / "13" / "00"
    hour.mkdir(parents=True)
    (hour / "a").write_text(LINE)

    springtide(installed, "run", "--landing", tmp_path / "landing", "--out", tmp_path / "out")

    assert len(list((tmp_path / "out" / "events").rglob("*.parquet"))) == 1
    where = springtide(installed.with_name("python"), "-c", "import cli; print(cli.__file__)")
    assert str(ROOT) not in where
