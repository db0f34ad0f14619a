"""The command line, called in the tests' own process, or as a program of its own."""

import json
import sys
from typing import Any

from typer.testing import CliRunner, Result

from cli import app

# The program in a process of its own.
PROGRAM = (sys.executable, "-c", "from cli import main; main()")
# The stack of a machine that is up, as one that is deployed.
STACK = ("--stack", "springtide", "--region", "eu-west-1")


def springtide(*words: object, **more: Any) -> Result:
    return CliRunner().invoke(app, list(map(str, words)), **more)


def done(*words: object) -> str:
    """What a command prints that must succeed."""
    result = springtide(*words)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def shown(*words: object) -> Any:
    return json.loads(done(*words, "--json"))


def refused(message: str, *words: object) -> None:
    result = springtide(*words)
    assert (result.exit_code, result.stdout) == (1, ""), result.output
    assert message in result.stderr
