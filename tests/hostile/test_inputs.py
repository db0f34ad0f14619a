"""Execution input of the wrong kind, and template parameters: refused with the field's name."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from springtide.model.arrival import ArrivalHour
from springtide.model.errors import InvalidInputError, SettingsError
from springtide.model.settings import Settings
from springtide.requests import run_input

from tests.hostile.values import LONG, SQL, TEXTS
from tests.pipeline.rig import Rig, event

START, PRESENT = ArrivalHour.parse("2020-01-01T00"), datetime(2020, 7, 14, 12, 30, tzinfo=UTC)
GOOD = {"from": "2020-07-01T00", "to": "2020-07-02T00"}

KINDS: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    -1,
    1.5,
    1e308,
    10**400,
    [],
    [[]],
    ["2020-07-01T00"],
    {},
    {"from": 1},
    *TEXTS.values(),
    "2020-07-01",
    "2020-07-01T00Z",
    "2020-07-01T00:00:00+00:00",
    " 2020-07-01T00",
    "2020-07-01T00\n",
    "\u0662\u0660\u0662\u0660-07-01T00",
    "0000-01-01T00",
    "0001-01-01T00",
    "9999-12-31T23",
    "10000-01-01T00",
    "NaN",
    "latest",
]


@pytest.mark.parametrize("name", ["from", "to", "rebuild.from", "rebuild.to", "retry"])
def test_hour_of_any_other_kind_is_refused_by_its_field_s_name(name: str) -> None:
    for value in KINDS:
        document: dict[str, Any] = {**GOOD, name: value}
        if name.startswith("rebuild."):
            document = {"rebuild": {**GOOD, name.removeprefix("rebuild."): value}}
        if name == "retry":
            if value is True or value == ["2020-07-01T00"]:
                continue
            document = {"retry": value}
        with pytest.raises(InvalidInputError) as caught:
            run_input.parse(document, START, PRESENT)
        assert name.rpartition(".")[0] in str(caught.value)
        assert name.rpartition(".")[2] in str(caught.value)
        assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize("name", ["all", "rebuild"])
def test_order_of_any_other_kind_is_refused_by_its_field_s_name(name: str) -> None:
    for value in KINDS:
        if name == "all" and value is True:
            continue
        with pytest.raises(InvalidInputError, match=f"^'?{name}") as caught:
            run_input.parse({name: value}, START, PRESENT)
        assert len(str(caught.value)) < 1_000


def test_input_that_is_no_object_and_fields_that_are_none_are_refused() -> None:
    for value in KINDS:
        if not isinstance(value, dict):
            with pytest.raises(InvalidInputError, match="the input is"):
                run_input.parse(value, START, PRESENT)
    for name in (*TEXTS.values(), LONG, "From", "FROM", "from ", "all\u200b", "$.from"):
        with pytest.raises(InvalidInputError, match="is not known") as caught:
            run_input.parse({name: True, "all": True}, START, PRESENT)
        assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize(
    "document",
    [
        {**GOOD, "all": True},
        {**GOOD, "retry": True},
        {**GOOD, "rebuild": GOOD},
        {"all": True, "retry": True},
        {"all": True, "rebuild": GOOD},
        {"retry": ["2020-07-01T00", None]},
        {"retry": [SQL]},
        {"retry": ["2020-07-01T00"] * (run_input.MAX_RETRIED_HOURS + 1)},
        {"rebuild": {**GOOD, SQL: 1}},
        {"rebuild": [GOOD]},
    ],
)
def test_what_cannot_stand_together_is_refused(document: dict[str, Any]) -> None:
    with pytest.raises(InvalidInputError, match=r"retry|rebuild|all:"):
        run_input.parse(document, START, PRESENT)


@pytest.fixture(scope="module")
def it(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    with Rig(tmp_path_factory.mktemp("inputs"), {}) as it:
        yield it


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ([1, 2], "the input"),
        ("{} $.x States.Format('{}')", "the input"),
        ({"from": "{}'\\{0} $$.Execution.Id", "to": "2020-07-01T00"}, "from"),
        ({"retry": LONG * 10}, "retry"),
        ({"from": "2020-07-02T00", "to": "2999-01-01T00"}, "to"),
        ({"retry": ["2020-07-01T00"]}, "retry: 2020-07-01T00 is not an arrival hour that was"),
        ({"since": "2020-07-01T00"}, "'since'"),
    ],
    ids=[
        "list", "text", "intrinsic", "100,000 characters", "end to come",
        "retry of an unknown hour", "unknown field",
    ],
)  # fmt: skip
def test_run_of_a_bad_input_fails_at_once_and_names_the_field(
    it: Rig, document: Any, field: str
) -> None:
    started = it.client("stepfunctions").start_execution(
        stateMachineArn=it.machine.outputs["StateMachineArn"], input=json.dumps(document)
    )

    ended = it.machine.wait(started["executionArn"])

    assert ended.status == "FAILED"
    assert ended.states == ("Check Input", "Refuse Input", "Failed")
    assert ended.error == "InvalidInputError"
    cause = json.loads(ended.cause or "")["errorMessage"]
    assert cause.startswith(field)
    assert len(ended.cause or "") < 5_000
    assert it.statements == []
    assert list(it.ledger.items.query("request")) == []


def test_run_of_any_name_ingests_what_its_input_names(it: Rig) -> None:
    # What Step Functions takes as a name (docs.aws.amazon.com/step-functions/latest/apireference/
    # API_StartExecution.html).
    names = ["it's-(DROP)-TABLE--events", "..", "-a=b+c!@.", "\u202ež\u030c🚗", "'" * 80]
    for number, name in enumerate(names):
        hour = f"2020-07-0{number + 1}T00"
        it.land(f"{hour[:10].replace('-', '/')}/00/a.json", event(number, f"{hour}:10:00Z"))
        it.mount()
        asked = {"from": hour, "to": hour.replace("T00", "T01")}

        ended = it.machine.wait(it.machine.start(asked, name=name))

        assert ended.status == "SUCCEEDED", ended.cause
        assert ended.arn.endswith(f":{name}")
        assert list(it.ledger.items.query("request")) == []
    assert {row["unieke_id"] for row in it.events().values()} == set(range(len(names)))


ENVIRONMENT = {
    "STACK_NAME": "s",
    "DATA_SET": "traffic",
    "DATABASE": "d",
    "WORKGROUP": "w",
    "LANDING_BUCKET": "landing",
    "LANDING_PREFIX": "raw/",
    "LAKE_BUCKET": "lake",
    "LEDGER_TABLE": "ledger",
    "CRAWLER": "c",
    "START_FROM": "2020-01-01T00",
    "LOOK_BACK_HOURS": "26",
    "SETTLE_MINUTES": "20",
    "MAX_SLICE_BYTES": "1000",
    "MAX_REJECT_SHARE": "0.5",
    "CRAWL_EVERY_HOURS": "24",
    "FRESH_HOURS": "1",
    "DEFER_HOURS": "6",
    "RETAIN_DAYS": "30",
}
NO_NUMBERS = [
    "",
    " 1",
    "1 ",
    "1_000",
    "\u0661",
    "1.0",
    "1e3",
    "0x10",
    "NaN",
    "inf",
    "-1",
    "9" * 5000,
    SQL,
]


@pytest.mark.parametrize(
    ("name", "values"),
    [
        *(
            (name, NO_NUMBERS)
            for name in (
                "LOOK_BACK_HOURS",
                "SETTLE_MINUTES",
                "MAX_SLICE_BYTES",
                "CRAWL_EVERY_HOURS",
                "DEFER_HOURS",
                "FRESH_HOURS",
                "RETAIN_DAYS",
            )
        ),
        ("LOOK_BACK_HOURS", ["0", "745", "99999999"]),
        ("MAX_REJECT_SHARE", ["nan", "inf", "-0.1", "1.01", "1e9", "", "half", "0,5", "1_0", SQL]),
        ("START_FROM", ["1999-12-31T23", "0001-01-01T00", "2020-13-01T00", "now", "", SQL]),
        (
            "LANDING_PREFIX",
            ["raw", "/", "/raw/", "a b/", "a\n/", "${x}/", "a*/", "a?/", "{}/", LONG],
        ),
    ],
)
def test_setting_that_is_wrong_is_refused_by_its_name(name: str, values: list[str]) -> None:
    assert Settings.from_env(ENVIRONMENT).look_back_hours == 26
    for value in values:
        with pytest.raises(SettingsError, match=name) as caught:
            Settings.from_env({**ENVIRONMENT, name: value})
        assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize("name", sorted(ENVIRONMENT.keys() - {"RETAIN_DAYS"}))
def test_setting_that_is_missing_is_refused_by_its_name(name: str) -> None:
    with pytest.raises(SettingsError, match=name):
        Settings.from_env({key: value for key, value in ENVIRONMENT.items() if key != name})
