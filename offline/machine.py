"""The stack of template.yaml on this machine: AWS is faked, everything else is as deployed."""

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from moto import mock_aws
from moto.glue.models import glue_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends
from springtide.model.settings import Settings

from offline import (
    api_calls,
    clock,
    cloudformation,
    eventbridge,
    firehose,
    moto_caches,
    moto_dynamodb,
    refusals,
    snapshot,
    stepfunctions,
)
from offline.clients import ACCOUNT, REGION, new_client, shared_client
from offline.glue import answers
from offline.lambda_ import call_scope, service
from offline.process import offline_process, only_one
from offline.project import TEMPLATE
from offline.s3.objects import Objects
from offline.stack_settings import physical_name, settings_of
from offline.stepfunctions import executions, histories, threads, waits
from offline.template import ARTIFACTS_BUCKET, Expanded, expand

CLOSE_SECONDS = 10.0


@dataclass(frozen=True)
class Execution:
    """How an execution ended; `states` are the states entered, in order."""

    arn: str
    status: str
    input: Any
    output: Any
    error: str | None
    cause: str | None
    states: tuple[str, ...]


class Machine:
    """The stack of template.yaml, running on this machine.

    It loads what an earlier process saved in `home`, if anything; with `read_only`, nothing is
    written there (saved_tables.py loads only the tables, faster). Waits of the state machines and
    pauses before retries take their seconds times `wait_scale`. `calls` sees every call of an AWS
    API. `engine` creates the engine for Athena's statements; the default is DuckDB.
    """

    outputs: dict[str, str]
    objects: Objects
    athena: Any = None
    runner: service.Runner
    calls: api_calls.Calls

    def __init__(
        self,
        home: Path,
        *,
        template: Path = TEMPLATE,
        parameters: Mapping[str, str] | None = None,
        stack_name: str = "springtide",
        wait_scale: float = 0.0,
        engine: Any = None,
        read_only: bool = False,
    ) -> None:
        self.home = home
        self.template = template
        self.parameters = dict(parameters or {})
        self.stack_name = stack_name
        self.wait_scale = wait_scale
        self._engine = engine
        self.read_only = read_only
        self._exits = ExitStack()
        self._clients: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._exits.enter_context(only_one())
        try:
            self._bring_up()
        except BaseException:
            self._exits.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop everything and take the stack down; unsaved state is lost."""
        self._exits.close()

    @property
    def logs(self) -> list[service.LogLine]:
        """What the handlers wrote to their standard output, in order."""
        return self.runner.logs

    def client(self, service: str) -> Any:
        """A boto3 client that reaches this stack."""
        if service not in self._clients:
            self._clients[service] = new_client(service)
        return self._clients[service]

    def name(self, logical_id: str) -> str:
        """The name or ARN of a resource of the stack."""
        return physical_name(self.client("cloudformation"), self.stack_name, logical_id)

    def settings(self, function: str = "PlanSliceFunction") -> Settings:
        """The settings of a function of the stack.

        Raises SettingsError for parameters that no function accepts.
        """
        clients = (self.client("cloudformation"), self.client("lambda"))
        return settings_of(*clients, self.stack_name, function)

    def start(
        self,
        input: Mapping[str, Any] | None = None,
        *,
        name: str | None = None,
        state_machine_arn: str | None = None,
    ) -> str:
        """Start an execution; of the run's state machine if no other is named."""
        named = {} if name is None else {"name": name}
        started = shared_client("stepfunctions").start_execution(
            stateMachineArn=state_machine_arn or self.outputs["StateMachineArn"],
            input=json.dumps(dict(input or {})),
            **named,
        )
        arn: str = started["executionArn"]
        return arn

    def wait(self, execution_arn: str, timeout_seconds: float = 3600) -> Execution:
        """Wait for an execution's end and for what that triggers. Raises TimeoutError."""
        execution = _backend().describe_execution(execution_arn)
        if not execution.settled.wait(timeout_seconds):
            raise TimeoutError(f"{execution_arn} is still running after {timeout_seconds} s")
        history = execution.exec_worker.env.event_manager.get_event_history()
        entered = [event.get("stateEnteredEventDetails") for event in history]
        return Execution(
            arn=execution_arn,
            status=execution.status,
            input=json.loads(execution.execution_input),
            output=None if execution.output is None else json.loads(execution.output),
            error=execution.error,
            cause=execution.cause,
            states=tuple(details["name"] for details in entered if details),
        )

    def run(self, input: Mapping[str, Any] | None = None) -> Execution:
        """Start an execution and wait for its end."""
        return self.wait(self.start(input))

    def stop(self, execution_arn: str) -> None:
        """Abort an execution; a handler that it was calling runs to its end."""
        shared_client("stepfunctions").stop_execution(executionArn=execution_arn)

    def advance(self, seconds: float) -> None:
        """Move the clock ahead, for states, functions, leases and crawls.

        A function that runs meanwhile, and whose time-out is not longer than that, is dead.
        """
        clock.advance(seconds)

    def fire(self, schedule: str, at: datetime) -> str | None:
        """Fire one schedule by its name, even a disabled one; returns the execution it started."""
        return eventbridge.fire_schedule(schedule, at)

    def abort_everything(self) -> int:
        """Abort all executions and wait for their handlers; returns how many there were."""
        running = [
            execution
            for machine in list(_backend().state_machines)
            for execution in list(machine.executions)
            if execution.status == "RUNNING"
        ]
        for execution in running:
            _backend().stop_execution(execution.execution_arn)
        threads.join(CLOSE_SECONDS)
        return len(running)

    def save(self) -> None:
        """Keep the ledger, the catalog and the objects in `home`, for a later machine."""
        assert not self.read_only
        snapshot.save(self.home, self.objects, self.outputs)

    def _bring_up(self) -> None:
        self._exits.enter_context(offline_process())
        expanded = expand(self.template, self.parameters)
        self._exits.enter_context(
            mock_aws(
                config={
                    "core": {"mock_credentials": False},
                    "stepfunctions": {"execute_state_machine": True},
                    "lambda": {"use_docker": False},
                }
            )
        )
        self.objects = Objects(ACCOUNT, self._object_folder())
        self._install_data_services()
        self._install_services(expanded)
        self._upload(expanded)
        self.outputs = cloudformation.create_stack(self.stack_name, expanded)
        snapshot.load(self.home, self.objects)

    def _object_folder(self) -> Path:
        """The folder of new objects."""
        if self.read_only:
            scratch = TemporaryDirectory(prefix="springtide-objects-")
            return Path(self._exits.enter_context(scratch))
        folder = self.home / snapshot.OBJECTS
        folder.mkdir(parents=True, exist_ok=True)
        snapshot.clean(self.home)
        self._exits.callback(snapshot.clean, self.home)
        return folder

    def _install_data_services(self) -> None:
        # Imported only when a machine comes up, since they import DuckDB.
        from offline.athena.service import api as athena
        from offline.glue import crawler

        self.athena = athena.install(
            self.objects, region=REGION, account=ACCOUNT, engine=self._engine
        )
        self._exits.callback(self.athena.close)
        self._exits.enter_context(crawler.crawling(self.objects))

    def _install_services(self, expanded: Expanded) -> None:
        for part in (
            api_calls, call_scope, clock, cloudformation, answers, eventbridge, firehose,
            service, refusals, moto_caches, moto_dynamodb, stepfunctions,
        ):  # fmt: skip
            part.install()
        self.calls = api_calls.Calls()
        api_calls.use(self.calls)
        self.runner = service.Runner({k: p for k, p in expanded.artifacts.items() if p.is_dir()})
        service.use(self.runner)
        waits.set_clock(waits.Clock(self.wait_scale, self.busy_with))
        executions.when_ended(eventbridge.announce_end)
        self._exits.callback(self._stop_everything)

    def _upload(self, expanded: Expanded) -> None:
        shared_client("s3").create_bucket(
            Bucket=ARTIFACTS_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        for key, path in expanded.artifacts.items():
            # A folder's code runs from where it is, so its archive may be empty.
            self.objects.put(ARTIFACTS_BUCKET, key, path.read_bytes() if path.is_file() else b"")

    def busy_with(self) -> frozenset[str]:
        """The queries and crawls that have not ended yet."""
        history = list(self.athena.history) if self.athena is not None else []
        crawlers = list(glue_backends[ACCOUNT][REGION].crawlers.values())
        queries = {run.id for run in history if run.state in ("QUEUED", "RUNNING")}
        return frozenset(queries | {c.name for c in crawlers if c.status == "RUNNING"})

    def _stop_everything(self) -> None:
        executions.forget_listeners()
        histories.forget_listeners()
        self.abort_everything()
        self.runner.close()
        service.use(None)
        api_calls.use(None)
        clock.reset()


def _backend() -> Any:
    return stepfunctions_parser_backends[ACCOUNT][REGION]
