"""The location of the project's files: beside this package in a checkout, inside it in a wheel."""

from pathlib import Path

_HERE = Path(__file__).resolve().parent
ROOT = _HERE / "project" if (_HERE / "project").is_dir() else _HERE.parent
TEMPLATE = ROOT / "template.yaml"
