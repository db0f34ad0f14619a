"""Ends executions by hand or by their time-out, while they are at work."""

from datetime import UTC, datetime
from typing import Any

from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from offline.api_calls import Principal
from offline.clients import ACCOUNT, REGION


def stop_execution(of: Principal) -> None:
    """Stops the execution that a state machine's call belongs to, which may be a nested one."""
    _stop(_execution(of.event["Id"]))


def end_run(of: Principal, how: str) -> None:
    """Ends the run that a state machine's call belongs to: `aborted` or `timed out`."""
    end(_execution(of.event["Input"].get("execution", of.event["Id"])), how)


def end(run: Any, how: str) -> None:
    """Ends an execution: `aborted` or `timed out`."""
    if how == "aborted":
        _stop(run)
        return
    environment = run.exec_worker.env
    if environment.is_running():
        environment.set_timed_out()
        run.exec_worker._execution_communication.terminated()


def _stop(execution: Any) -> None:
    execution.stop(stop_date=datetime.now(UTC), error="Aborted", cause="by a test")


def _execution(arn: str) -> Any:
    return stepfunctions_parser_backends[ACCOUNT][REGION].describe_execution(arn)
