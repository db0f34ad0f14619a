"""How `make sam-local` calls built functions, and how it tells that one answers otherwise."""

import os
import sys
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from offline.invoke import Answer
from tests.files import put
from tests.samlocal.__main__ import Call, _table
from tests.samlocal.ways import Containers, InvokeError, Processes, containers_work

HANDLER = """
import os
from io import StringIO

def lambda_handler(event, context):
    if "fault" in event:
        raise ValueError(event["fault"])
    return {"told": os.environ["TOLD"], "path": os.environ.get("SECRET"), **event}
"""
# Answers with what it was called with, as SAM does: logs on stderr, the payload in a last line.
SAM = """#!/bin/sh
echo "Invoking app.lambda_handler" >&2
[ "$3" = DeafFunction ] && exit 1
[ "$3" = FailingFunction ] && { echo '{"errorType": "ValueError", "errorMessage": "no"}'; exit 0; }
echo "a line that the function printed"
printf '{"called": "%s", "endpoint": "%s", "mine": "%s"}\\n' \\
  "$*" "$AWS_ENDPOINT_URL" "$AWS_PROFILE"
"""


def script(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o755)
    return path


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """An event and an environment, as files."""
    event, variables = tmp_path / "event.json", tmp_path / "env.json"
    event.write_text('{"n": 1}')
    variables.write_text('{"EchoFunction": {"TOLD": "a word"}}')
    return event, variables


# ------------------------------------------------------------------ in a process


@pytest.fixture
def processes(tmp_path: Path) -> Processes:
    """A way to call a built function that gives back what it was told."""
    put(tmp_path / "build/EchoFunction" / "app.py", HANDLER)
    resources = {"EchoFunction": {"Properties": {"Handler": "app.lambda_handler"}}}
    return Processes(Path(sys.executable), tmp_path / "build", resources)


@pytest.mark.skipif(sys.platform != "linux", reason="awslambdaric is there for Linux only")
def test_built_function_gets_its_event_and_its_own_environment_only(
    processes: Processes, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "of whoever calls")

    answer = processes.invoke("EchoFunction", *files)

    assert answer == Answer({"told": "a word", "path": None, "n": 1}, failed=False)


@pytest.mark.skipif(sys.platform != "linux", reason="awslambdaric is there for Linux only")
def test_built_function_that_raises_is_reported_with_its_error(
    processes: Processes, files: tuple[Path, Path]
) -> None:
    files[0].write_text('{"fault": "no such slice"}')

    answer = processes.invoke("EchoFunction", *files)

    assert answer.failed
    assert answer.payload["errorType"] == "ValueError"
    assert answer.payload["errorMessage"] == "no such slice"


# ------------------------------------------------------------------ in a container


@pytest.fixture
def containers(tmp_path: Path) -> Containers:
    return Containers(script(tmp_path / "sam", SAM), tmp_path / "build", "x86_64", 5005)


def test_sam_is_called_with_the_event_and_finds_the_served_stack(
    containers: Containers, files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_PROFILE", "mine")

    answer = containers.invoke("EchoFunction", *files)

    assert not answer.failed
    called = answer.payload["called"]
    assert called.startswith("local invoke EchoFunction --template ")
    assert f"--event {files[0]} --env-vars {files[1]} " in called
    assert "Architecture=x86_64" in called
    assert answer.payload["endpoint"] == "http://127.0.0.1:5005"
    assert answer.payload["mine"] == ""  # no user's own account is called
    assert containers.endpoint(5005) == "http://host.docker.internal:5005"


def test_error_of_a_function_in_a_container_is_known_by_its_shape(
    containers: Containers, files: tuple[Path, Path]
) -> None:
    assert containers.invoke("FailingFunction", *files).failed


def test_container_without_an_answer_is_an_error_that_shows_what_sam_said(
    containers: Containers, files: tuple[Path, Path]
) -> None:
    with pytest.raises(InvokeError, match=r"local invoke DeafFunction[\s\S]*Invoking app"):
        containers.invoke("DeafFunction", *files)


@pytest.mark.parametrize(
    ("docker", "why"),
    [
        (None, "there is no docker command"),
        ('[ "$1" = info ] && exit 1', "no container engine answers"),
        ('[ "$1" = image ] && exit 1', "there is no image public.ecr.aws/lambda/python:3.13-arm64"),
        ("", None),
    ],
    ids=["no command", "no engine", "no image", "all there"],
)
def test_containers_are_used_only_where_engine_and_image_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, docker: str | None, why: str | None
) -> None:
    if docker is not None:
        script(tmp_path / "docker", f"#!/bin/sh\n{docker}\nexit 0\n")
    monkeypatch.setenv("PATH", str(tmp_path) + (os.pathsep + "/bin" if docker else ""))

    found = containers_work("arm64")

    assert found is None if why is None else (found or "").startswith(why)


# ------------------------------------------------------------------ what is shown


@pytest.mark.parametrize(
    ("answer", "shown"),
    [
        (Answer({"chunks": [0]}, False), 'PlanFunction yes {"chunks": [0]}'),
        (Answer({"chunks": []}, False), 'PlanFunction NO {"chunks": []} expected: {"chunks": [0]}'),
        (Answer({"chunks": [0]}, True), "PlanFunction NO"),
        ("the process ended with 1", "PlanFunction NO the process ended with 1"),
    ],
    ids=["the same", "another answer", "an error", "none"],
)
def test_answer_other_than_the_offline_machines_is_shown_as_wrong(
    containers: Containers, answer: Answer | str, shown: str
) -> None:
    call = Call("PlanFunction", answer, Answer({"chunks": [0]}, False))
    console = Console(width=200, record=True, file=StringIO())

    console.print(_table([call], containers))

    words = " ".join(console.export_text().replace("│", " ").split())
    assert shown in words
    assert call.ok is (" yes " in words)
