"""What AWS would bill a stretch of an offline machine's life for, counted as AWS counts."""

from collections import Counter
from typing import Any

from springtide.counts import Counts

from offline.api_calls import ApiCall, Watcher
from tests.pipeline.rig import Rig

_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem"}
_READS = {"GetItem", "Query", "BatchGetItem"}
# Services that a run's calls go to. What it asks of Athena and Step Functions is billed by bytes
# and by transitions, whichever calls those take.
_COUNTED = {"athena", "dynamodb", "events", "glue", "lambda", "s3", "stepfunctions"}


# The calls that are counted of services that bill for calls; of Glue all are.
_OPERATIONS = {
    "dynamodb": _WRITES | _READS,
    "events": {"PutEvents"},
    "lambda": {"Invoke"},
    "s3": {"PutObject", "ListObjectsV2", "GetObject"},
}


class UncountedError(AssertionError):
    """When a run makes a call that the model knows nothing of."""


class Meter(Watcher):
    """Counts what a rig's stack does from now on."""

    def __init__(self, it: Rig) -> None:
        self._it = it
        self._calls: list[ApiCall] = []
        self._before = set(self._executions())
        it.machine.calls.watchers.append(self)

    def before(self, call: ApiCall) -> None:
        if call.principal.kind != "person":
            self._calls.append(call)

    @property
    def polls(self) -> int:
        """Polls of queries: the one number that time decides."""
        return sum(
            details["name"] == "Poll Query"
            for event in self._events()
            if (details := event.get("stateEnteredEventDetails"))
        )

    def counts(self) -> Counts:
        """All but the seconds, which only AWS could tell.

        Raises UncountedError for a call that nothing here counts: it may be billed for.
        """
        made = Counter((call.service, call.operation) for call in self._calls)
        for service, operation in made:
            _check_counted(service, operation)
        functions_s3 = Counter(c.operation for c in self._calls if c.service == "s3")
        return Counts(
            queries=made["athena", "StartQueryExecution"],
            transitions=self._transitions(),
            function_calls=made["lambda", "Invoke"],
            s3_writes=functions_s3["PutObject"] + functions_s3["ListObjectsV2"],
            s3_reads=functions_s3["GetObject"],
            ledger_writes=sum(_units(call, _WRITES) for call in self._calls),
            ledger_reads=sum(_units(call, _READS) for call in self._calls),
            glue_requests=sum(n for (service, _), n in made.items() if service == "glue"),
            events=sum(
                len(call.parameters["Entries"]) for call in self._calls if call.service == "events"
            ),
        )

    def _transitions(self) -> int:
        """State entries of both machines, and every retry of a task once more."""
        kinds = Counter(event["type"] for event in self._events())
        entered = sum(n for kind, n in kinds.items() if kind.endswith("StateEntered"))
        scheduled = kinds["LambdaFunctionScheduled"] + kinds["TaskScheduled"]
        return entered + scheduled - kinds["TaskStateEntered"]

    def _events(self) -> list[dict[str, Any]]:
        pages = self._it.client("stepfunctions").get_paginator("get_execution_history")
        return [
            event
            for arn in self._executions()
            if arn not in self._before
            for page in pages.paginate(executionArn=arn)
            for event in page["events"]
        ]

    def _executions(self) -> list[str]:
        client = self._it.client("stepfunctions")
        machines = client.list_state_machines()["stateMachines"]
        pages = client.get_paginator("list_executions")
        return [
            execution["executionArn"]
            for machine in machines
            for page in pages.paginate(stateMachineArn=machine["stateMachineArn"])
            for execution in page["executions"]
        ]


def _check_counted(service: str, operation: str) -> None:
    if service not in _COUNTED or operation not in _OPERATIONS.get(service, {operation}):
        raise UncountedError(f"{service} {operation} is called, and no price is asked for it")


def _units(call: ApiCall, operations: set[str]) -> int:
    """Units of a call of DynamoDB's, if it is one of these: one each item of a batch."""
    if call.service != "dynamodb":
        return 0
    if call.operation not in operations:
        return 0
    tables = call.parameters.get("RequestItems", {"": [None]}).values()
    return sum(
        len(items.get("Keys", items) if isinstance(items, dict) else items) for items in tables
    )
