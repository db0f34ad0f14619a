"""How large a function's artifact is, as `sam build` puts it together."""

import io
import re
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from pathlib import Path

from tests.files import ROOT

FUNCTIONS = ROOT / "functions"
MOST_BYTES = 2_000_000


def packages(name: str, seen: set[str]) -> Iterator[str]:
    """A package and those that it needs without extras, each once."""
    if name in seen:
        return
    seen.add(name)
    yield name
    for needed in distribution(name).requires or []:
        found = re.match(r"[\w.-]+", needed)
        if found and "extra ==" not in needed:
            yield from packages(found[0], seen)


def contents() -> Iterator[tuple[str, Path]]:
    """The files of an artifact: ours, and those of the packages that it is built with."""
    for path in FUNCTIONS.rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield str(path.relative_to(FUNCTIONS)), path
    seen: set[str] = set()
    for line in (FUNCTIONS / "requirements.txt").read_text().split():
        for name in packages(line.partition("==")[0], seen):
            for file in distribution(name).files or []:
                path = Path(str(file.locate()))
                if path.is_file() and path.suffix != ".pyc":
                    yield str(file), path


def test_artifact_is_small() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as artifact:
        for name, path in contents():
            artifact.write(path, name)
        names = artifact.namelist()

    assert "plan_slice/app.py" in names
    assert any(name.startswith("aws_lambda_powertools/") for name in names)
    assert not any(name.startswith(("boto3/", "botocore/")) for name in names)
    assert len(packed.getvalue()) <= MOST_BYTES
