"""Files that tests write, and where the project's are."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


def put(file: Path, content: str | bytes = "") -> Path:
    """Write a file, in a folder that is made if there is none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return file


def put_lines(file: Path, *lines: str | Mapping[str, Any]) -> Path:
    """Write a file of lines, which are texts or documents."""
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    return put(file, "".join(f"{text}\n" for text in texts))
