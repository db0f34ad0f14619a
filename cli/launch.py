"""Takes a landing folder in: one execution of the state machine, then the export of its tables."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from springtide.ledger.line_account import Account

from cli.errors import CommandError
from cli.export import Exported, Locations, export, partition_locations
from cli.landing import LandingFolder
from cli.state import RunState, check_state, held, home_of, keep_state
from cli.trino import OnTrino
from cli.trino import machine as brought_up
from offline.line_account import read_account
from offline.machine import Execution, Machine
from offline.snapshot import SnapshotError
from offline.template import TemplateError

_POLL_SECONDS = 0.5
REPORT = "run.json"
EVERYTHING = {"all": True}

Watch = Callable[[str], None]


@dataclass(frozen=True)
class RunReport:
    """What a run did; the locations are those of the published partitions."""

    account: Account
    exported: Exported
    before: Locations
    after: Locations
    queries: int


def take_in(
    landing: LandingFolder,
    out: Path,
    dataset: str,
    parameters: Mapping[str, str],
    watch: Watch = lambda text: None,
    asked: Mapping[str, Any] = EVERYTHING,
    trino: OnTrino | None = None,
) -> RunReport:
    """Run until nothing of the folder is pending, then write the tables and run.json to `out`.

    `asked` is the input of the execution; statements run on the Trino if there is one.
    Raises CommandError.
    """
    # Files in a folder do not fill any more: an arrival hour counts as soon as it is over.
    settings = {"SettleMinutes": "0", **parameters}
    settings |= {"DataSet": dataset, "LandingPrefix": landing.prefix}
    state = RunState(dataset, landing.prefix, settings)
    check_state(out, state)
    watch("Bringing up the stack")
    try:
        with held(out), brought_up(home_of(out), settings, trino) as machine:
            keep_state(out, state)
            return _take_in(machine, landing, out, watch, asked)
    except TemplateError as err:
        raise CommandError(f"--parameter: {err}") from err
    except SnapshotError as err:
        raise CommandError(f"--out {out}: {err}") from err


def _take_in(
    machine: Machine, landing: LandingFolder, out: Path, watch: Watch, asked: Mapping[str, Any]
) -> RunReport:
    bucket = machine.outputs["LandingBucketName"]
    machine.objects.mount(bucket, landing.prefix, landing.root)
    before = partition_locations(machine)
    queries = len(machine.athena.history)
    try:
        _execute(machine, watch, asked)
    except CommandError:
        machine.save()  # what a failed run had published stays published
        raise
    machine.save()
    queries = len(machine.athena.history) - queries
    watch("Writing the tables")
    exported = export(machine, out)
    account = read_account(machine)
    _write_report(out, landing, account)
    return RunReport(account, exported, before, partition_locations(machine), queries)


def _execute(machine: Machine, watch: Watch, asked: Mapping[str, Any]) -> None:
    """Run one execution and the successors that it starts, to their end."""
    done: set[str] = set()
    arn: str | None = machine.start(asked)
    while arn is not None:
        _follow(machine, arn, watch)
        _check(machine.wait(arn))
        done.add(arn)
        arn = _next_execution(machine, done)


def _next_execution(machine: Machine, done: set[str]) -> str | None:
    client = machine.client("stepfunctions")
    listed = client.list_executions(stateMachineArn=machine.outputs["StateMachineArn"])
    arns = [execution["executionArn"] for execution in listed["executions"]]
    return next((arn for arn in arns if arn not in done), None)


def _follow(machine: Machine, arn: str, watch: Watch) -> None:
    """Tell where the execution is for as long as it runs."""
    client = machine.client("stepfunctions")
    while client.describe_execution(executionArn=arn)["status"] == "RUNNING":
        history = client.get_execution_history(executionArn=arn, reverseOrder=True, maxResults=50)
        entered = (event.get("stateEnteredEventDetails") for event in history["events"])
        name = next((details["name"] for details in entered if details), None)
        if name is not None:
            watch(name)
        time.sleep(_POLL_SECONDS)


def _check(execution: Execution) -> None:
    if execution.status != "SUCCEEDED":
        raise CommandError(
            f"the run ended as {execution.status}: {execution.error}: {execution.cause}\n"
            "What was published before stays as it is, and nothing half-done is visible."
            " Remove the cause, then run the same command again: it goes on from there."
        )
    if "Skipped" in execution.states:
        raise CommandError(
            "the run was skipped: an earlier one that was cut off still holds the lease."
            " Try again later, or delete the --out folder and run anew."
        )


def _write_report(out: Path, landing: LandingFolder, account: Account) -> None:
    report: dict[str, Any] = {
        **asdict(account),
        "waiting": [f"{hour:%Y-%m-%dT%H}" for hour in landing.hours_not_over(datetime.now(UTC))],
        "springtide_version": version("springtide"),
    }
    part = home_of(out) / f".{REPORT}"
    part.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    part.replace(out / REPORT)
