"""Puts what the offline machine runs into the wheel: the files that `sam deploy` would deploy."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ProjectFiles(BuildHookInterface[Any]):
    """The template, the state machines and the handlers, as `offline.project` looks for them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Adds the files, unless the package is installed from this checkout."""
        if version == "editable":
            return
        root = Path(self.root)
        handlers = root.glob("functions/*/app.py")
        for file in (root / "template.yaml", *root.glob("statemachine/*.yaml"), *handlers):
            name = file.relative_to(root).as_posix()
            build_data["force_include"][str(file)] = f"offline/project/{name}"
