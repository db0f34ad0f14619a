"""The command line, `springtide`.

A command imports what is slow to import, such as boto3, the engine and the offline machine, only
when it is called: --help does not wait for it.
"""

from cli.app import app, main

__all__ = ["app", "main"]
