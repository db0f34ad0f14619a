"""`springtide serve` in a process of its own, over a landing of eight lines."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from tests.files import put_lines
from tests.pipeline.rig import event

BIN = Path(sys.executable).parent


@dataclass
class Served:
    """A server in another process, and what it printed."""

    process: subprocess.Popen[str]
    lines: list[str]

    @property
    def environment(self) -> dict[str, str]:
        """What the printed export line sets."""
        (line,) = [line for line in self.lines if line.startswith("export ")]
        return dict(part.split("=", 1) for part in line.split()[1:])

    def client(self, service: str) -> Any:
        named = self.environment
        return boto3.client(  # type: ignore[call-overload]
            service,
            aws_access_key_id=named["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=named["AWS_SECRET_ACCESS_KEY"],
            region_name=named["AWS_DEFAULT_REGION"],
            endpoint_url=named["AWS_ENDPOINT_URL"],
        )

    def shell(self, command: str) -> str:
        """Runs a line as pasted into a terminal after the export line."""
        done = subprocess.run(
            command,
            shell=True,
            text=True,
            capture_output=True,
            env={**os.environ, **self.environment, "PATH": f"{BIN}:{os.environ['PATH']}"},
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def serving(*arguments: object) -> Iterator[Served]:
    process = subprocess.Popen(
        [str(BIN / "springtide"), "serve", "--port", "0", *map(str, arguments)],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if " fire " in line:
            break
    try:
        yield Served(process, lines)
    finally:
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=60)
        assert process.returncode == 0, said
        assert "Traceback" not in said, said


def land(folder: Path) -> Path:
    events = [event(n, f"2020-07-13T0{n % 2}:30:00Z") for n in range(1, 8)]
    put_lines(folder / "landing/2020/07/13/00/a", *events, "broken")
    return folder / "landing"


def until_ended(served: Served, execution: str) -> dict[str, Any]:
    client = served.client("stepfunctions")
    while True:
        found: dict[str, Any] = client.describe_execution(executionArn=execution)
        if found["status"] != "RUNNING":
            return found
        time.sleep(0.1)


def run(served: Served) -> dict[str, Any]:
    client = served.client("stepfunctions")
    (machine,) = [
        each["stateMachineArn"]
        for each in client.list_state_machines()["stateMachines"]
        if each["name"].startswith("Springtide")
    ]
    arn = client.start_execution(stateMachineArn=machine, input='{"all": true}')["executionArn"]
    return until_ended(served, arn)
