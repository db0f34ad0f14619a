"""`springtide serve`: the offline stack behind HTTP, for the AWS CLI and every other client."""

import json
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from cli import calls, console
from cli.datasets import chosen, find_sample
from cli.errors import CommandError
from cli.landing import OF_A_FOLDER, LandingFolder, read_landing
from cli.run import check_apart, load_data_set, parse_parameters
from cli.run_history import keep_runs
from cli.state import RunState, check_state, data_set_of, held, home_of, keep_state, read_state
from cli.target import explaining
from cli.trino import DEFAULT_PORT, TrinoOption, check_catalog, engine_maker, listen, on_trino
from offline.athena.trino.client import Server as Trino

if TYPE_CHECKING:
    from offline.machine import Machine

_EVERYWHERE = "0.0.0.0"


def serve(
    landing: Annotated[
        Path | None, Option(help="Folder of landing files, as for `springtide run`.")
    ] = None,
    out: Annotated[
        Path | None, Option(help="The --out folder of runs; what happens here is kept in it.")
    ] = None,
    dataset: Annotated[
        str | None,
        Option(help="Which data set the events of --landing are; that of --out, or traffic."),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        Option(metavar="NAME=VALUE", help="A template parameter, with --landing."),
    ] = None,
    host: Annotated[
        str, Option(help="Address to listen on; 0.0.0.0 lets containers and other machines in.")
    ] = "127.0.0.1",
    port: Annotated[int, Option(min=0, max=65535, help="Port; 0 takes a free one.")] = DEFAULT_PORT,
    trino: TrinoOption = None,
    env_file: Annotated[
        Path | None, Option(help="Write what `sam local invoke --env-vars` needs to this file.")
    ] = None,
) -> None:
    """Serve the stack's AWS APIs over HTTP until Ctrl-C.

    The AWS CLI, boto3, awswrangler and PyAthena read the published tables from it, and executions
    are started in it as on AWS. Without --landing and --out the stack holds sample data: one run
    that came to its end, and one that was cut off.

    Example: `springtide serve --landing landing --out out`
    """
    if landing is None and (dataset is not None or parameter):
        raise CommandError("--dataset and --parameter: are of --landing; give that too")
    with ExitStack() as exits:
        engine = None if trino is None else on_trino(trino).server
        listening = exits.enter_context(listen(host, port, f"--host {host} --port {port}"))
        stack = _prepare(exits, landing, out, data_set_of(dataset, out), parameter or [])
        from offline.machine import Machine

        exits.enter_context(explaining(stack.out))
        maker = None if engine is None else engine_maker(engine)
        up = Machine(stack.home, parameters=stack.parameters, engine=maker)
        machine = exits.enter_context(up)
        _serve(exits, machine, stack, listening, engine, env_file)


@dataclass(frozen=True)
class _Stack:
    """What is served: `out` is None if nothing is kept, `sample` the sample's landing files."""

    home: Path
    parameters: Mapping[str, str]
    out: Path | None = None
    landing: LandingFolder | None = None
    sample: Path | None = None

    def fill(self, machine: "Machine") -> None:
        """Put in the initial contents."""
        self.mount(machine)
        if self.sample is not None:
            from offline import sample_stack

            sample_stack.ingest(machine, self.sample)

    def mount(self, machine: "Machine") -> None:
        """Make the landing bucket hold what the landing folder holds now.

        Raises CommandError if it is gone: to a run, all its objects would be removed.
        """
        if self.landing is not None:
            folder = self.landing.folder
            if not folder.is_dir():
                raise CommandError(f"--landing {folder}: no such folder any more; bring it back")
            bucket = machine.outputs["LandingBucketName"]
            machine.objects.mount(bucket, self.landing.prefix, self.landing.root)


def _prepare(
    exits: ExitStack, landing: Path | None, out: Path | None, dataset: str, parameter: list[str]
) -> _Stack:
    if landing is not None:
        return _of_landing(exits, landing, out, dataset, parse_parameters(parameter))
    if out is not None:
        return _of_runs(exits, out)
    from offline import sample_stack

    find_sample()
    folder = Path(exits.enter_context(TemporaryDirectory(prefix="springtide-")))
    sample_stack.land(folder / "landing")
    parameters = sample_stack.parameters()
    return _Stack(folder / "home", parameters, sample=folder / "landing")


def _of_landing(
    exits: ExitStack, folder: Path, out: Path | None, dataset: str, given: Mapping[str, str]
) -> _Stack:
    layout = load_data_set(dataset).landing
    landing = read_landing(folder, layout, may_be_empty=True)
    parameters = {**OF_A_FOLDER, **given}
    known = None if out is None else read_state(out)
    if not landing.files and known is not None:
        landing = replace(landing, prefix=known.prefix)
    parameters |= {"DataSet": dataset, "LandingPrefix": landing.prefix}
    if out is None:
        home = Path(exits.enter_context(TemporaryDirectory(prefix="springtide-")))
    else:
        check_apart(folder, out)
        state = RunState(dataset, landing.prefix, parameters, chosen())
        check_state(out, state)
        exits.enter_context(held(out))
        keep_state(out, state)
        home = home_of(out)
    return _Stack(home, parameters, out, landing)


def _of_runs(exits: ExitStack, out: Path) -> _Stack:
    state = read_state(out)
    if state is None:
        raise CommandError(
            f"--out {out}: no run has written there; give --landing FOLDER too to begin one"
        )
    load_data_set(state.dataset)
    exits.enter_context(held(out))
    console.note(
        "without --landing the landing bucket holds only what is put into it; a run started here"
        " does not see the files that earlier runs read"
    )
    return _Stack(home_of(out), state.parameters, out)


def _serve(
    exits: ExitStack,
    machine: "Machine",
    stack: _Stack,
    listening: socket.socket,
    trino: Trino | None,
    env_file: Path | None,
) -> None:
    from offline.invoke import variables
    from offline.serving import Server, url_for

    if trino is None:
        stack.fill(machine)
    with Server(machine, listening, lambda: stack.mount(machine)) as server:
        if trino is not None:
            check_catalog(trino, machine, server.url)
            stack.fill(machine)
        if env_file is not None:
            inside = url_for("host.docker.internal", server.port)
            env_file.write_text(json.dumps(variables(machine, inside), indent=2) + "\n")
            if listening.getsockname()[0] != _EVERYWHERE:
                console.note(f"--env-file: on Linux, containers need --host {_EVERYWHERE} as well")
        stop = exits.enter_context(_stop_signal())  # until what happened here is saved
        _announce(machine, server.url)
        stop.get()
    aborted = machine.abort_everything()
    if aborted:
        console.note(f"{aborted} executions were aborted; the next run continues their work")
    if stack.out is not None:
        machine.save()
        keep_runs(stack.home, machine)
        console.note(f"saved in {stack.out}; `springtide run` writes the tables there as files")


@contextmanager
def _stop_signal() -> Iterator[SimpleQueue[int]]:
    """A queue that receives Ctrl-C and SIGTERM, in place of their usual effect.

    It is not an Event: setting one in a handler blocks forever if a wait on it is just returning.
    """
    stop: SimpleQueue[int] = SimpleQueue()
    before: dict[signal.Signals, Any] = {}
    try:
        for number in (signal.SIGINT, signal.SIGTERM):
            before[number] = signal.signal(number, lambda got, _: stop.put(got))
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _announce(machine: "Machine", url: str) -> None:
    """Print what to paste; every line that is not a sentence is a command."""
    from offline.clients import CREDENTIALS, REGION

    named = machine.outputs
    exports = {"AWS_ENDPOINT_URL": url, "AWS_DEFAULT_REGION": REGION, **CREDENTIALS}
    query = f"--work-group {named['WorkGroupName']} --query-execution-context"
    lines = [
        f"Springtide's stack {machine.stack_name} is served at {url}; Ctrl-C ends it.",
        "AWS CLI before 2.13 (or 1.29 of version 1) ignores AWS_ENDPOINT_URL and would call AWS:"
        f" give it --endpoint-url {url} too.",
        "",
        "export " + " ".join(f"{name}={value}" for name, value in exports.items()),
        "",
        f"aws glue get-tables --database-name {named['DatabaseName']} --query 'TableList[].Name'",
        f"aws athena start-query-execution {query} Database={named['DatabaseName']}"
        " --query-string 'SELECT count(*) AS events FROM events'",
        "aws athena get-query-results --query-execution-id ID",
        f"aws s3 ls --recursive s3://{named['LandingBucketName']}/{named['LandingPrefix']}",
        f"aws stepfunctions start-execution --state-machine-arn {named['StateMachineArn']}",
        calls.command("fire", f"{machine.stack_name}-run", "--endpoint", url),
    ]
    if not machine.athena.catalog.table_names(named["DatabaseName"]):
        lines.insert(
            1, "There are no tables yet: the first run makes them; start-execution starts it."
        )
    console.out().print("\n".join(lines), markup=False)
    console.out().file.flush()
