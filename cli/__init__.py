"""The command line, `springtide`.

What takes long to import, such as boto3, the engine and the offline machine, a command imports when
it is called: --help does not wait for it.
"""

from cli.app import app, main

__all__ = ["app", "main"]
