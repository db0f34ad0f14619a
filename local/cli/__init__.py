"""The command line: `springtide demo`, `run`, `generate` and `query`."""

from local.cli.app import app, main

__all__ = ["app", "main"]
