"""The command line, `springtide`."""

from local.cli.app import app, main

__all__ = ["app", "main"]
