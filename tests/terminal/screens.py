"""Runs the command line in a pseudo-terminal, and tells what a person sees of it."""

import fcntl
import os
import pty
import re
import struct
import sys
import termios
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyte

from cli import main

ESCAPE = re.compile(r"\x1b(?:\[[0-9;?]*[A-Za-z]|.)")
# Text in bold, dim, italic or a colour; to the line's start, one up, erase; cursor off and on.
HARMLESS = re.compile(r"\x1b\[(?:[0-9;]*m|1?A|2?K|\?25[lh])")
COLOUR = re.compile(r"\x1b\[(?:[0-9]+;)*(?:3[0-9]|4[0-9]|9[0-7]|10[0-7])[0-9;]*m")
CTRL_C = b"\x03"
# What of the environment of the tests would count for more than the terminal.
_OVERRIDES = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE")
_ROWS = 24
_SCROLLED = 100_000  # lines of history, more than the flood that was


@dataclass(frozen=True)
class Shown:
    """What came out of a command: as it was sent, and the lines that stay on the screen."""

    code: int
    sent: str
    lines: list[str]

    @property
    def escapes(self) -> list[str]:
        return ESCAPE.findall(self.sent)

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def springtide(
    *arguments: object,
    columns: int = 80,
    cwd: Path,
    stop_at: str | None = None,
    environ: Mapping[str, str] | None = None,
    first: Callable[[], object] = lambda: None,
) -> Shown:
    """Run a command of the command line; Ctrl-C is pressed once `stop_at` has been printed.

    It runs in a fork of this process, which has imported everything already; `first` is called
    there before.
    """
    child, terminal = pty.fork()
    if child == 0:
        try:
            os.chdir(cwd)
            # Before anything looks at it: a terminal without a size is taken for 80 columns.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", _ROWS, columns, 0, 0))
            for name in _OVERRIDES:
                os.environ.pop(name, None)
            os.environ.update({"TERM": "xterm-256color", **(environ or {})})
            first()
            _call([str(argument) for argument in arguments])
        finally:
            os._exit(70)  # nothing of the test's process may continue here
    sent = _sent(terminal, stop_at)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return Shown(ended, sent, _lines(sent, columns))


def _call(arguments: list[str]) -> None:
    """Be the command line."""
    sys.argv = ["springtide", *arguments]
    sys.stdin, sys.stdout, sys.stderr = os.fdopen(0), os.fdopen(1, "w", 1), os.fdopen(2, "w", 1)
    code: object = 0
    try:
        main()
    except SystemExit as exit_:
        code = exit_.code
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


def _sent(terminal: int, stop_at: str | None) -> str:
    """All that a process writes to its terminal, until it has ended."""
    sent = bytearray()
    while True:
        try:
            sent += os.read(terminal, 65_536)
        except OSError:  # how Linux says that the other side is closed
            os.close(terminal)
            return sent.decode()
        if stop_at is not None and stop_at.encode() in sent:
            os.write(terminal, CTRL_C)
            stop_at = None


def _lines(sent: str, columns: int) -> list[str]:
    screen = pyte.HistoryScreen(columns, _ROWS, history=_SCROLLED)
    pyte.Stream(screen).feed(sent)
    scrolled = [
        "".join(line[column].data for column in range(columns)) for line in screen.history.top
    ]
    lines = [line.rstrip() for line in (*scrolled, *screen.display)]
    while lines and not lines[-1]:
        lines.pop()
    return lines
