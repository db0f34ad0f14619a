from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError

from offline.api_calls import ApiCall, Principal, Watcher, acting_as
from offline.api_errors import RefusedError
from offline.clients import new_client
from offline.died import FunctionDiedError
from offline.machine import Machine
from tests.local.calling import call
from tests.local.stacks import up
from tests.throttling import throttled
from tests.watchers import LosesAnswer, Recorder, Refuses

HANDLERS = {
    # It goes on after any error, as code may; the death of its process it cannot catch.
    "note": """
import os
import boto3
def lambda_handler(event, context):
    s3 = boto3.client("s3")
    try:
        s3.put_object(Bucket=event["bucket"], Key="first", Body=b"1")
    except Exception:
        print("swallowed")
    finally:
        s3.put_object(Bucket=event["bucket"], Key="second", Body=b"2")
    return "done"
""",
}


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    with up(tmp_path, handlers=HANDLERS) as machine:
        machine.client("s3").create_bucket(
            Bucket="notes", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield machine


def keys(machine: Machine) -> list[str]:
    return [item.key for item in machine.objects.list("notes", "")]


def test_a_call_is_its_callers(machine: Machine) -> None:
    recorder = Recorder()
    machine.calls.watchers.append(recorder)

    call(machine, "note", {"bucket": "notes"})
    with acting_as(Principal("person", "someone", "looks")):
        machine.client("s3").list_buckets()

    made = [(one.principal.kind, one.operation) for one in recorder.calls]
    assert made == [
        ("person", "ListFunctions"),
        ("person", "Invoke"),
        ("function", "PutObject"),
        ("function", "PutObject"),
        ("person", "ListBuckets"),
    ]
    assert recorder.calls[2].principal.event == {"bucket": "notes"}
    assert recorder.calls[2].parameters["Key"] == "first"
    assert recorder.calls[-1].principal.name == "someone"
    assert [one.number for one in recorder.calls] == [1, 2, 3, 4, 5]


def test_a_call_that_fails_before_has_no_effect(machine: Machine) -> None:
    class Fails(Watcher):
        def before(self, call: ApiCall) -> None:
            if call.operation == "PutObject":
                raise ClientError({"Error": {"Code": "InternalError"}}, call.operation)

    machine.calls.watchers.append(Fails())

    with pytest.raises(ClientError, match="InternalError"):
        machine.client("s3").put_object(Bucket="notes", Key="k", Body=b"1")

    assert keys(machine) == []


def test_a_lost_answer_leaves_the_effect(machine: Machine) -> None:
    class Loses(Watcher):
        def after(self, call: ApiCall) -> None:
            if call.operation == "PutObject":
                raise ReadTimeoutError(endpoint_url="s3")

    machine.calls.watchers.append(Loses())

    with pytest.raises(ReadTimeoutError):
        machine.client("s3").put_object(Bucket="notes", Key="k", Body=b"1")

    assert keys(machine) == ["k"]


def test_what_a_callers_threads_call_is_the_callers(machine: Machine) -> None:
    recorder = Recorder()
    machine.calls.watchers.append(recorder)
    client = machine.client("s3")

    with acting_as(Principal("person", "someone")), ThreadPoolExecutor(2) as workers:
        list(workers.map(lambda _: client.list_buckets(), range(3)))

    assert [one.principal.name for one in recorder.calls] == ["someone"] * 3


def test_nothing_that_a_dead_function_would_have_done_happens(machine: Machine) -> None:
    class Kills(Watcher):
        def after(self, call: ApiCall) -> None:
            if call.parameters.get("Key") == "first":
                raise FunctionDiedError("Runtime.ExitError", "killed")

    machine.calls.watchers.append(Kills())

    answer = call(machine, "note", {"bucket": "notes"})

    assert answer["FunctionError"] == "Unhandled"
    assert b"Runtime.ExitError" in answer["Payload"].read()
    assert keys(machine) == ["first"]
    call(machine, "note", {"bucket": "notes"})
    machine.calls.watchers.clear()
    call(machine, "note", {"bucket": "notes"})
    assert keys(machine) == ["first", "second"]


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("s3", "list_buckets"),
        ("dynamodb", "list_tables"),
        ("glue", "get_databases"),
        ("athena", "list_work_groups"),
        ("stepfunctions", "list_state_machines"),
        ("lambda", "list_functions"),
        ("sns", "list_topics"),
        ("events", "list_rules"),
    ],
)
def test_botocore_retries_what_is_throttled(machine: Machine, service: str, operation: str) -> None:
    sendings: Counter[str] = Counter()

    class Throttles(Watcher):
        def sending(self, call: ApiCall, attempt: int) -> None:
            sendings[call.operation] += 1
            if attempt <= 3:
                raise throttled(call.service)

    machine.calls.watchers.append(Throttles())

    config = Config(retries={"mode": "adaptive", "max_attempts": 8})
    getattr(new_client(service, config=config), operation)()

    assert set(sendings.values()) == {4}


def test_a_refusal_reaches_the_caller_by_its_code(machine: Machine) -> None:
    refused = RefusedError(403, "AccessDenied", "not you")
    machine.calls.watchers.append(Refuses("ListBuckets", refused))

    with pytest.raises(ClientError) as caught:
        machine.client("s3").list_buckets()

    assert caught.value.response["Error"] == {"Code": "AccessDenied", "Message": "not you"}


def test_a_sending_whose_answer_is_lost_is_sent_again(machine: Machine) -> None:
    recorder = Recorder()
    machine.calls.watchers += [LosesAnswer("PutObject"), recorder]

    machine.client("s3").put_object(Bucket="notes", Key="k", Body=b"1")

    assert keys(machine) == ["k"]
    assert [one.operation for one in recorder.calls] == ["PutObject"]
