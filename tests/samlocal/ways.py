"""How a built function is called: in a container by `sam local invoke`, or as a process."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from offline.clients import CREDENTIALS, REGION
from offline.invoke import ENDPOINT, Answer
from offline.serving import url_for
from tests.samlocal.runtime_api import Function, call

BASE_IMAGE = "public.ecr.aws/lambda/python:3.13-{architecture}"
# What is there of a container's host, as containers call it.
HOST_NAME = "host.docker.internal"


class InvokeError(RuntimeError):
    """When a function could not be called at all."""


@dataclass(frozen=True)
class Containers:
    """`sam local invoke`, as a user calls it."""

    sam: Path
    build: Path
    architecture: str
    port: int
    name: str = "sam local invoke"

    def endpoint(self, port: int) -> str:
        """Where a container finds the served stack."""
        return url_for(HOST_NAME, port)

    def invoke(self, logical_id: str, event: Path, variables: Path) -> Answer:
        """Call a function in a container that is thrown away afterwards. Raises InvokeError."""
        command = [
            *(str(self.sam), "local", "invoke", logical_id),
            *("--template", str(self.build / "template.yaml")),
            *("--event", str(event), "--env-vars", str(variables)),
            *("--parameter-overrides", f"Architecture={self.architecture}"),
            *("--add-host", f"{HOST_NAME}:host-gateway", "--skip-pull-image"),
        ]
        # SAM asks STS who is calling, and hands the credentials on to the container.
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            **CREDENTIALS,
            "AWS_DEFAULT_REGION": REGION,
            ENDPOINT: url_for("127.0.0.1", self.port),
            "SAM_CLI_TELEMETRY": "0",
        }
        done = subprocess.run(command, env=environment, text=True, capture_output=True)
        lines = done.stdout.strip().splitlines()
        try:
            payload = json.loads(lines[-1])
        except (IndexError, ValueError) as err:
            raise InvokeError(f"{' '.join(command)}:\n{done.stderr[-2000:]}") from err
        # What a function raised is its answer here too; it is told by its shape.
        return Answer(payload, isinstance(payload, dict) and "errorType" in payload)


@dataclass(frozen=True)
class Processes:
    """The built artifact in a process, by Lambda's runtime interface client; no container."""

    python: Path
    build: Path
    resources: Mapping[str, Any]
    name: str = "a process, by the runtime interface client"

    def endpoint(self, port: int) -> str:
        """Where a process finds the served stack."""
        return url_for("127.0.0.1", port)

    def invoke(self, logical_id: str, event: Path, variables: Path) -> Answer:
        """Call a function in a process of its own. Raises NoAnswerError."""
        own = json.loads(variables.read_text())[logical_id]
        properties = self.resources[logical_id]["Properties"]
        function = Function(
            folder=(self.build / logical_id).resolve(),
            handler=properties["Handler"],
            environment={
                **own,
                **CREDENTIALS,
                "AWS_REGION": REGION,
                "AWS_DEFAULT_REGION": REGION,
                "TZ": "UTC",
            },
            timeout_seconds=300,
        )
        return call(
            (str(self.python.absolute()), "-m", "awslambdaric"),
            function,
            json.loads(event.read_text()),
        )


Way = Containers | Processes


def containers_work(architecture: str) -> str | None:
    """Why containers cannot be used here, None if they can."""
    image = BASE_IMAGE.format(architecture=architecture)
    for command, reason in (
        (["docker", "info"], "no container engine answers"),
        (["docker", "image", "inspect", image], f"there is no image {image}; docker pull it"),
    ):
        try:
            done = subprocess.run(command, capture_output=True)
        except FileNotFoundError:
            return "there is no docker command"
        if done.returncode != 0:
            return reason
    return None
