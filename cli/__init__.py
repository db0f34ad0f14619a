"""The command line, `springtide`."""

from cli.app import app, main

__all__ = ["app", "main"]
