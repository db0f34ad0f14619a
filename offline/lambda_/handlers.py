"""Imports the stack's handlers from the folders that the template names."""

import importlib
import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from offline.died import FunctionDiedError
from offline.lambda_.call_scope import tap

Handler = Callable[[Any, Any], Any]


class Handlers:
    """The handlers of a stack, each imported once."""

    def __init__(self) -> None:
        self._known: dict[tuple[Path, str], Handler] = {}
        self._added_paths: list[str] = []

    def get(self, folder: Path, handler: str) -> Handler:
        """The function that a template calls `folder.module.function`; raises FunctionDiedError."""
        if (folder, handler) not in self._known:
            self._known[folder, handler] = self._import(folder, handler)
        return self._known[folder, handler]

    def close(self) -> None:
        """Restore the import path."""
        for path in self._added_paths:
            with suppress(ValueError):
                sys.path.remove(path)

    def _import(self, folder: Path, handler: str) -> Handler:
        module_name, _, name = handler.replace("/", ".").rpartition(".")
        if str(folder) not in sys.path:
            sys.path.insert(0, str(folder))
            self._added_paths.append(str(folder))
        _forget_namesakes(module_name, folder)
        try:
            module = importlib.import_module(module_name)
        except ImportError as err:
            message = f"Unable to import module '{module_name}': {err}"
            raise FunctionDiedError("Runtime.ImportModuleError", message) from err
        _log_to_the_call()
        found: Handler | None = getattr(module, name, None)
        if found is None:
            message = f"Handler '{name}' missing on module '{module_name}'"
            raise FunctionDiedError("Runtime.HandlerNotFound", message)
        return found


def _forget_namesakes(module_name: str, folder: Path) -> None:
    """Drop modules of the same names that came from another folder."""
    parts = module_name.split(".")
    for name in (".".join(parts[:end]) for end in range(1, len(parts) + 1)):
        loaded = sys.modules.get(name)
        if loaded is None:
            continue
        file = getattr(loaded, "__file__", None)
        places = [file] if file else list(loaded.__path__)
        if not any(Path(place).is_relative_to(folder) for place in places):
            del sys.modules[name]


def _log_to_the_call() -> None:
    """Give Powertools' loggers the call's output; they keep the one they were created with."""
    for logger in list(logging.Logger.manager.loggerDict.values()):
        for handler in getattr(logger, "handlers", []) if getattr(logger, "init", False) else []:
            if type(handler) is logging.StreamHandler and handler.stream is not sys.__stderr__:
                # Not setStream, which flushes the old stream: a test's output may be closed by now.
                handler.stream = tap("stdout")
