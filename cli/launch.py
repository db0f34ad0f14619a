"""Ingests a landing folder: runs the state machine, then exports its tables."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from types import NoneType
from typing import Any

from springtide.aws import error_causes
from springtide.dataset import loading
from springtide.dataset.changes import Change
from springtide.ledger import rebuild_requests, slices
from springtide.ledger.line_account import Account, account, total
from springtide.ledger.table import Ledger
from springtide.model.documents import HourCounts
from springtide.model.errors import RebuildRefusedError
from springtide.model.settings import Settings
from springtide.requests import declared

from cli.datasets import chosen
from cli.errors import FULL_WORDS, CommandError, explaining_full_disk, no_space
from cli.export import Exported, Locations, export, partition_locations
from cli.following import Follower
from cli.landing import OF_A_FOLDER, LandingFolder
from cli.progress import Update, unseen
from cli.run_history import keep_runs
from cli.state import RunState, check_state, held, home_of, keep_state, kept_json
from cli.target import explaining
from cli.trino import OnTrino
from cli.trino import machine as brought_up
from offline.machine import Execution, Machine
from offline.stepfunctions import histories

REPORT = "run.json"
_REPORT_SHAPE = {"failure": (NoneType, dict.fromkeys(("status", "error", "cause"), object))}
Failure = dict[str, Any]
# All that has landed, and then all waiting rows: a folder's tables are complete.
EVERYTHING = {"all": True, "settle": True}
_NOT_KEPT = "Nothing of this run is kept. "
_NOT_WRITTEN = "The run is kept, but not all tables are written, nor run.json. "


class RunFailedError(CommandError):
    """An execution did not succeed; `failure` is what run.json says about it."""

    def __init__(self, execution: Execution) -> None:
        error, cause = error_causes.unwrap({"Error": execution.error, "Cause": execution.cause})
        super().__init__(
            f"the run ended as {execution.status}: {error}: {cause}\n"
            "What was published before stays as it is, and nothing half-done is visible."
            " Remove the cause, then run the same command again: it continues from there."
        )
        self.failure: Failure = {"status": execution.status, "error": error, "cause": cause}


@dataclass(frozen=True)
class RunReport:
    """What a run did; the locations are those of the published partitions.

    `read` is the account of its own slices, which may have read hours again. `changes` are changes
    of the declaration since the run before.
    """

    account: Account
    read: HourCounts
    exported: Exported
    before: Locations
    after: Locations
    queries: int
    changes: list[Change]


def ingest(
    landing: LandingFolder,
    out: Path,
    dataset: str,
    parameters: Mapping[str, str],
    update: Update = unseen,
    request: Mapping[str, Any] = EVERYTHING,
    trino: OnTrino | None = None,
) -> RunReport:
    """Run until nothing of the folder is pending, then write the tables and run.json to `out`.

    `request` is the input of the execution; statements run on the Trino if there is one.
    Raises CommandError; after RunFailedError what the run had published is written as well.
    """
    settings = {**OF_A_FOLDER, **parameters}
    settings |= {"DataSet": dataset, "LandingPrefix": landing.prefix}
    state = RunState(dataset, landing.prefix, settings, chosen())
    check_state(out, state)
    update("Bringing up the stack")
    with (
        explaining_full_disk(_NOT_KEPT),
        explaining(out),
        held(out),
        brought_up(home_of(out), settings, trino) as machine,
    ):
        of_functions = machine.settings()  # before the state is opened: it refuses some parameters
        keep_state(out, state)
        return _ingest(machine, of_functions, landing, out, update, request)


def _ingest(
    machine: Machine,
    settings: Settings,
    landing: LandingFolder,
    out: Path,
    update: Update,
    request: Mapping[str, Any],
) -> RunReport:
    bucket = machine.outputs["LandingBucketName"]
    machine.objects.mount(bucket, landing.prefix, landing.root)
    ledger = Ledger(settings.ledger_table, settings.data_set)
    changes = declared.changed(ledger, loading.load(settings.data_set), settings.database)
    before, last = partition_locations(machine), slices.newest(ledger)
    queries = len(machine.athena.history)
    failed: RunFailedError | None = None
    try:
        execute(machine, update, request)
    except RunFailedError as err:
        failed = err  # what it had published stays
    _check_space(machine, failed)
    machine.save()
    queries = len(machine.athena.history) - queries
    refused = (
        failed is not None
        and failed.failure["error"] == RebuildRefusedError.__name__
        and not any(rebuild_requests.read(ledger))
    )
    with explaining_full_disk(_NOT_WRITTEN):
        keep_runs(home_of(out), machine)
        update("Writing the tables")
        exported = export(machine, out, update)
        known = account(settings)
        failure = None if failed is None else failed.failure
        # A refused rebuild has changed nothing: the output of the run before it stays.
        _write_report(out, landing, known, last_failure(out) if refused else failure)
    if failed is not None and refused:
        raise CommandError(
            f"the rebuild was refused: {failed.failure['cause']}\n"
            "Its request is removed, and nothing is changed. Request one that this allows."
        ) from failed
    if failed is not None:
        raise failed
    # A slice that reads no hours may have an account too: an erasure has one, of the lines it
    # moved.
    own = slices.after(ledger, None if last is None else last["sk"])
    read = total(each["account"] for each in own if each["hours"] and "account" in each)
    after = partition_locations(machine)
    return RunReport(known, read, exported, before, after, queries, changes)


def execute(machine: Machine, update: Update, request: Mapping[str, Any]) -> None:
    """Run one execution, and the successors that it starts, to their end."""
    done: set[str] = set()
    client, place = machine.client("stepfunctions"), machine.outputs["StateMachineArn"]
    histories.listen(Follower(update))
    arn: str | None = machine.start(request)
    while arn is not None:
        _check(machine.wait(arn))
        done.add(arn)
        listed = client.list_executions(stateMachineArn=place)["executions"]
        arn = next((e["executionArn"] for e in listed if e["executionArn"] not in done), None)


def _check(execution: Execution) -> None:
    if execution.status != "SUCCEEDED":
        raise RunFailedError(execution)
    if "Skipped" in execution.states:
        raise CommandError(
            "the run was skipped: an earlier one that was cut off still holds the lease."
            " Try again later, or delete the --out folder and run again."
        )


def _check_space(machine: Machine, failed: RunFailedError | None) -> None:
    """Refuse to keep a run whose disk was full: it counts failures that are not the data's."""
    said = [run.reason or "" for run in machine.athena.history]
    said += [] if failed is None else [failed.failure["cause"]]
    words = next((words for words in FULL_WORDS if any(words in reason for reason in said)), None)
    if words is not None:
        raise CommandError(no_space(words, _NOT_KEPT)) from failed


def last_failure(out: Path) -> Failure | None:
    """Return the last run's failure from run.json; None if it did not fail."""
    return kept_json(out / REPORT, dict[str, Any](), _REPORT_SHAPE).get("failure")


def _write_report(
    out: Path, landing: LandingFolder, account: Account, failure: Failure | None
) -> None:
    report: dict[str, Any] = {
        **asdict(account),
        "failure": failure,
        "not_over": [str(hour) for hour in landing.hours_not_over(datetime.now(UTC))],
        "springtide_version": version("springtide"),
    }
    part = home_of(out) / f".{REPORT}"
    part.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    part.replace(out / REPORT)
