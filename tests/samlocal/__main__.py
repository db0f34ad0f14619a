"""`make sam-local`: every built function answers as it does in the offline machine's process."""

import argparse
import json
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.table import Table

from offline.invoke import Answer, handlers, variables
from offline.machine import Machine
from offline.project import TEMPLATE
from offline.serving import Server
from offline.template import load
from tests.samlocal.runtime_api import NoAnswerError
from tests.samlocal.ways import Containers, InvokeError, Processes, Way, containers_work
from tests.sampled import answers, input_of, sample_machine, settle


@dataclass(frozen=True)
class Call:
    """What a function answered, and what it should have."""

    function: str
    answer: Answer | str
    expected: Answer

    @property
    def ok(self) -> bool:
        """Whether the two are the same."""
        return self.answer == self.expected


def main() -> None:
    """Call every function both ways and compare; ends with 1 if one answers otherwise."""
    options = _options()
    functions = handlers(load(TEMPLATE))
    with TemporaryDirectory(prefix="springtide-") as folder:
        with sample_machine(Path(folder, "expected")) as machine:
            expected = answers(machine)
        with sample_machine(Path(folder, "called")) as machine:
            calls, way = _call_all(machine, options, functions, expected)
    Console(soft_wrap=True).print(_table(calls, way))
    sys.exit(0 if all(call.ok for call in calls) else 1)


def _call_all(
    machine: Machine,
    options: argparse.Namespace,
    functions: dict[str, str],
    expected: dict[str, Answer],
) -> tuple[list[Call], Way]:
    why_not = containers_work(options.architecture)
    if why_not is not None:
        print(f"Note: {why_not}; the built functions are called without containers")
    host = "127.0.0.1" if why_not else "0.0.0.0"
    with socket.create_server((host, 0)) as listening, Server(machine, listening) as server:
        way = _way(options, server.port, in_containers=why_not is None)
        with TemporaryDirectory(prefix="springtide-") as folder:
            file = Path(folder) / "env.json"
            file.write_text(json.dumps(variables(machine, way.endpoint(server.port))))
            calls = []
            for name, handler in functions.items():
                calls.append(
                    Call(name, _answer(way, name, input_of(handler), file), expected[name])
                )
                settle(machine)
    return calls, way


def _way(options: argparse.Namespace, port: int, *, in_containers: bool) -> Way:
    if in_containers:
        return Containers(options.sam, options.build, options.architecture, port)
    return Processes(options.python, options.build, load(TEMPLATE)["Resources"])


def _answer(way: Way, logical_id: str, event: Path, file: Path) -> Answer | str:
    try:
        return way.invoke(logical_id, event, file)
    except (InvokeError, NoAnswerError) as err:
        return str(err)


def _table(calls: list[Call], way: Way) -> Table:
    table = Table(title=f"events/ in {way.name}")
    for name in ("function", "ok", "what came back"):
        table.add_column(name, overflow="fold")
    for call in calls:
        table.add_row(call.function, "yes" if call.ok else "NO", _shown(call))
    return table


def _shown(call: Call) -> str:
    if isinstance(call.answer, str):
        return call.answer
    shown = json.dumps(call.answer.payload)
    return shown if call.ok else f"{shown}\nexpected: {json.dumps(call.expected.payload)}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make sam-local", description=__doc__)
    parser.add_argument("--build", type=Path, required=True, help="what sam build has written")
    parser.add_argument("--architecture", required=True, choices=("arm64", "x86_64"))
    parser.add_argument("--sam", type=Path, required=True, help="the sam command")
    parser.add_argument("--python", type=Path, required=True, help="with awslambdaric and boto3")
    return parser.parse_args()


if __name__ == "__main__":
    main()
