"""A landing folder, the offline machine over it, and what a run published, read without Athena."""

import gzip
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import pyarrow.parquet as pq
from springtide.ledger.line_account import account
from springtide.ledger.table import Ledger
from springtide.model.arrival import ArrivalHour
from springtide.model.locations import split
from springtide.model.partitions import Partition
from springtide.model.settings import Settings

from offline.athena.interface import EngineMaker
from offline.machine import Execution, Machine
from tests import oracle

Row = dict[str, Any]


class Rig:
    """One stack on one landing folder. Times in rows are naive UTC, as the oracle has them."""

    def __init__(
        self, folder: Path, parameters: Mapping[str, str], engine: EngineMaker | None = None
    ) -> None:
        self.landing = folder / "landing"
        self.landing.mkdir(exist_ok=True)
        # Late rows do not wait, unless a test is about that: most ask of one run what it published.
        parameters = {"DeferHours": "0", **parameters}
        self.machine = Machine(folder / "home", parameters=parameters, engine=engine)
        self.machine.__enter__()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.machine.close()

    # ------------------------------------------------------------------ what lands

    def land(self, path: str, *lines: Any) -> Path:
        """Writes events (dicts) or texts as lines of an object; gzip by name."""
        texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
        data = "".join(text + "\n" for text in texts).encode()
        return self.land_bytes(path, gzip.compress(data, mtime=0) if path.endswith(".gz") else data)

    def land_bytes(self, path: str, data: bytes) -> Path:
        file = self.landing / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file

    def land_copies(self, folder: Path, names: Iterable[Path]) -> None:
        """Copies files of a landing folder, given by their paths in it."""
        for name in names:
            (self.landing / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(folder / name, self.landing / name)

    # ------------------------------------------------------------------ running

    def mount(self) -> None:
        outputs = self.machine.outputs
        self.machine.objects.mount(
            outputs["LandingBucketName"], outputs["LandingPrefix"], self.landing
        )

    def run(self, input: Mapping[str, Any] | None = None) -> Execution:
        """Runs over everything that has landed, unless the input names less, and expects success.

        Returns the execution that came to the end, the last of the successors if there were any.
        """
        self.mount()
        arn = self.machine.start({"all": True} if input is None else input)
        return self.follow(arn)[-1]

    def fail(self, error: str, input: Mapping[str, Any] | None = None) -> Execution:
        """Runs over what is pending, or what the input names, and expects it to fail so."""
        self.mount()
        ended = self.machine.run(input or {})
        assert (ended.status, ended.error) == ("FAILED", error), ended.cause
        return ended

    def follow(self, arn: str) -> list[Execution]:
        """Waits for an execution and its successors, in order, and expects them to succeed."""
        ended = []
        successor: str | None = arn
        while successor is not None:
            ended.append(self.machine.wait(successor))
            assert ended[-1].status == "SUCCEEDED", (ended[-1].error, ended[-1].cause)
            successor = self.successor(successor)
        return ended

    def successor(self, arn: str) -> str | None:
        """The successor that an execution has started."""
        started_by = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"
        pages = self.client("stepfunctions").get_paginator("list_executions")
        for page in pages.paginate(stateMachineArn=self.machine.outputs["StateMachineArn"]):
            for each in page["executions"]:
                found = self.client("stepfunctions").describe_execution(
                    executionArn=each["executionArn"]
                )
                if json.loads(found["input"]).get(started_by) == arn:
                    following: str = each["executionArn"]
                    return following
        return None

    def history(self, arn: str) -> list[Any]:
        """All events of an execution."""
        pages = self.client("stepfunctions").get_paginator("get_execution_history")
        return [e for page in pages.paginate(executionArn=arn) for e in page["events"]]

    def invoke(self, handler: str, event: Mapping[str, Any]) -> Any:
        """Calls one deployed function; what it raises comes back as FunctionError."""
        name = "".join(part.title() for part in handler.split("_")) + "Function"
        answer = self.client("lambda").invoke(
            FunctionName=self.function(name), Payload=json.dumps(event)
        )
        payload = json.loads(answer["Payload"].read())
        if "FunctionError" in answer:
            raise FunctionError(payload["errorType"], payload["errorMessage"])
        return payload

    def function(self, logical_id: str) -> str:
        return self.machine.name(logical_id)

    @property
    def settings(self) -> Settings:
        """What the stack's functions are told."""
        return self.machine.settings()

    @property
    def ledger(self) -> Ledger:
        """The data set's ledger."""
        settings = self.settings
        return Ledger(settings.ledger_table, settings.data_set)

    def client(self, service: str) -> Any:
        return self.machine.client(service)

    @property
    def database(self) -> str:
        return self.machine.outputs["DatabaseName"]

    @property
    def lake(self) -> str:
        """The lake's bucket."""
        return self.machine.outputs["LakeBucketName"]

    @property
    def notices(self) -> list[tuple[str, str]]:
        """Subject and message of everything that was published to topics, in order."""
        from moto.sns.models import sns_backends

        from offline.clients import ACCOUNT, REGION

        return [
            (subject or "", message)
            for topic in sns_backends[ACCOUNT][REGION].topics.values()
            for _, message, subject, *_ in topic.sent_notifications
        ]

    @property
    def statements(self) -> list[str]:
        """Every statement that Athena was given, in order."""
        return [run.sql for run in self.machine.athena.history]

    # ------------------------------------------------------------------ what was published

    def partitions(self, table: str) -> dict[Partition, str]:
        """Where each partition of a table points."""
        pages = self.client("glue").get_paginator("get_partitions")
        return {
            tuple(p["Values"]): p["StorageDescriptor"]["Location"]
            for page in pages.paginate(
                DatabaseName=self.database, TableName=table, ExcludeColumnSchema=True
            )
            for p in page["Partitions"]
        }

    def point(self, values: list[str], location: str) -> None:
        """Has a partition of `events` point elsewhere, as another writer does."""
        glue, table = self.client("glue"), {"DatabaseName": self.database, "TableName": "events"}
        found = glue.get_partition(**table, PartitionValues=values)["Partition"]
        wanted = {
            "Values": values,
            "StorageDescriptor": {**found["StorageDescriptor"], "Location": location},
            "Parameters": found["Parameters"],
        }
        glue.update_partition(**table, PartitionValueList=values, PartitionInput=wanted)

    def table(self, name: str) -> dict[str, Any]:
        """A table as the catalog has it."""
        found = self.client("glue").get_table(DatabaseName=self.database, Name=name)
        table: dict[str, Any] = found["Table"]
        return table

    def query(self, sql: str) -> list[Row]:
        """The rows that Athena returns."""
        rows: list[Row] = self.machine.athena.query(sql, self.database)
        return rows

    def rows(self, table: str) -> list[tuple[Partition, Row]]:
        """Every published row with its partition, read from the files that it points at."""
        return [
            (values, row)
            for values, location in sorted(self.partitions(table).items())
            for row in self.rows_at(location)
        ]

    def rows_at(self, location: str) -> list[Row]:
        bucket, _ = split(location)
        rows: list[Row] = []
        for key in self.keys(location):
            rows += pq.read_table(self.machine.objects.path(bucket, key)).to_pylist()
        return rows

    def keys(self, location: str) -> list[str]:
        """The keys of the objects below a location."""
        return [item.key for item in self.machine.objects.list(*split(location))]

    def remove(self, location: str) -> None:
        """Removes the objects below a location."""
        self.machine.objects.remove(*split(location))

    def events(self) -> dict[oracle.Key, Row]:
        """Published events by key; a key in two partitions or in a wrong one fails."""
        found: dict[oracle.Key, Row] = {}
        for values, row in self.rows("events"):
            moment: datetime = row["event_time"]
            assert values == (f"{moment:%Y-%m-%d}", f"{moment:%H}")
            key = (row["unieke_id"], moment)
            assert key not in found
            found[key] = {**row, "source_path": self.relative(row["source_path"])}
        return found

    def quarantine(self) -> Counter[oracle.Rejected]:
        """Quarantined lines with their bytes."""
        found: Counter[oracle.Rejected] = Counter()
        for (hour,), row in self.rows("quarantine"):
            source = self.relative(row["source_path"])
            assert path_of(hour) in source
            raw = row["line_bytes"] if row["line_bytes"] is not None else row["line"].encode()
            found[oracle.Rejected(source, row["reject_reason"], raw)] += 1
        return found

    def relative(self, uri: str) -> str:
        outputs = self.machine.outputs
        return uri.removeprefix(f"s3://{outputs['LandingBucketName']}/{outputs['LandingPrefix']}")

    def account(self) -> Any:
        """The account as the deployed stack's ledger gives it."""
        return account(self.settings)

    # ------------------------------------------------------------------ judging

    def expect(self) -> oracle.Expected:
        """What must have been published, by the independent reference; asserts that it was."""
        expected = oracle.expect(self.landing)
        events = self.events()
        assert events.keys() == expected.events.keys()
        for key, row in expected.events.items():
            assert {n: events[key][n] for n in row} == row
        assert self.quarantine() == Counter(expected.quarantine)
        account = self.account()
        assert (account.lines, account.distinct) == (expected.lines, expected.distinct)
        assert account.duplicates == expected.duplicates
        assert account.rejected == expected.rejected
        prefix = self.machine.outputs["LandingPrefix"]
        assert {entry["object"] for entry in account.unread} == {
            prefix + name for name in expected.unread
        }
        assert account.waiting == 0
        assert account.lines == (
            account.distinct + account.duplicates + sum(account.rejected.values())
        )
        return expected


def files(folder: Path) -> list[Path]:
    """The files below a folder, by their paths in it."""
    return sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())


def path_of(hour: ArrivalHour | str) -> str:
    """Where objects of an arrival hour lie in the landing."""
    return str(hour).replace("-", "/").replace("T", "/")


class FunctionError(AssertionError):
    """When a function that was invoked raised."""

    def __init__(self, name: str, message: str) -> None:
        super().__init__(f"{name}: {message}")
        self.name = name


def event(
    detector: int = 1, at: str = "2020-07-13T00:30:00+00:00", **fields: Any
) -> dict[str, Any]:
    """A measurement with the fields that matter, others as given."""
    return {
        "beschrijvende_id": "H101L10",
        "unieke_id": str(detector),
        "lve_nr": 7,
        "tijd_waarneming": at,
        "tijd_laatst_gewijzigd": at,
        "actueel_publicatie": "1",
        "beschikbaar": "1",
        "defect": "0",
        "geldig": 0,
        "verkeersintensiteit_klasse2": 3,
        "voertuigsnelheid_rekenkundig_klasse2": "97",
        "rekendata_bezettingsgraad": 4,
        **fields,
    }


# What the fixture `rig` and its like are: a machine is brought up with these parameters.
Bring = Callable[..., Rig]
