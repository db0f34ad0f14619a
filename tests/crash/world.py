"""All that a machine holds, kept in memory and put back as often as wanted."""

import pickle
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.glue.models import glue_backends
from moto.s3.models import s3_backends
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from offline import clock
from offline.athena.service.executor import Asked
from offline.clients import ACCOUNT, REGION
from offline.glue import crawler
from offline.machine import Machine
from offline.s3.object_files import SortedKeys
from offline.stepfunctions import threads

# As long as a successor takes on a busy machine.
SETTLE_SECONDS = 300.0


@dataclass(frozen=True)
class World:
    """What there was at a moment: ledger, catalog, crawls, objects, executions, queries."""

    moment: datetime
    ledger: bytes
    catalog: bytes
    crawls: bytes
    objects: Mapping[str, Mapping[str, list[Any]]]
    tags: bytes
    executions: Mapping[str, int]
    queries: Asked


def capture(machine: Machine) -> World:
    """Keeps what the machine holds, once nothing runs on it any longer."""
    settle(machine)
    glue = glue_backends[ACCOUNT][REGION]
    return World(
        moment=clock.now(),
        ledger=pickle.dumps({name: table.items for name, table in _tables().items()}),
        catalog=pickle.dumps({name: base.tables for name, base in glue.databases.items()}),
        crawls=pickle.dumps({name: each.crawls for name, each in glue.crawlers.items()}),
        objects={
            name: {key: list(bucket.keys.getlist(key)) for key in bucket.keys}
            for name, bucket in s3_backends[ACCOUNT]["aws"].buckets.items()
        },
        tags=pickle.dumps(s3_backends[ACCOUNT]["aws"].tagger.tags),
        executions={each.arn: len(each.executions) for each in _state_machines()},
        queries=machine.athena.asked(),
    )


def restore(machine: Machine, world: World) -> None:
    """Has the machine hold that again, at that time, and nothing that came since."""
    settle(machine)
    clock.set_to(world.moment)
    for name, items in pickle.loads(world.ledger).items():
        _tables()[name].items = items
    glue = glue_backends[ACCOUNT][REGION]
    for name, tables in pickle.loads(world.catalog).items():
        glue.databases[name].tables = tables
    for name, crawls in pickle.loads(world.crawls).items():
        glue.crawlers[name].crawls = crawls
    s3 = s3_backends[ACCOUNT]["aws"]
    for name, keys in world.objects.items():
        kept = SortedKeys()
        for key, versions in keys.items():
            kept.setlist(key, list(versions))
        s3.buckets[name].keys = kept
    s3.tagger.tags = pickle.loads(world.tags)
    for each in _state_machines():
        del each.executions[world.executions[each.arn] :]
    machine.athena.put_back(world.queries)
    machine.logs.clear()


def settle(machine: Machine) -> None:
    """Waits for all that runs by itself: executions, what they call, crawls, stopped queries.

    Raises TimeoutError.
    """
    crawler.finish()
    for each in _state_machines():
        for execution in list(each.executions):
            if not execution.settled.wait(SETTLE_SECONDS):
                raise TimeoutError(f"{execution.execution_arn} is still running")
    threads.join(SETTLE_SECONDS)
    latest = time.monotonic() + SETTLE_SECONDS
    while machine.athena.is_stopping():
        if time.monotonic() > latest:
            raise TimeoutError("a query that was stopped is still running")
        time.sleep(0.01)


def runs(machine: Machine) -> list[Any]:
    """The executions of the run's state machine, not of those within, as they began."""
    wanted = machine.outputs["StateMachineArn"]
    return next(list(each.executions) for each in _state_machines() if each.arn == wanted)


def _tables() -> dict[str, Any]:
    tables: dict[str, Any] = dynamodb_backends[ACCOUNT][REGION].tables
    return tables


def _state_machines() -> list[Any]:
    machines: list[Any] = stepfunctions_parser_backends[ACCOUNT][REGION].state_machines
    return machines
