"""docs/deploy.md and samconfig.toml say what template.yaml has."""

import json
import re
import tomllib
from typing import Any

import pytest
from springtide.aws import executions

from offline.project import TEMPLATE
from offline.template import expand, load
from tests.files import ROOT
from tests.project.pages import table

PAGE = (ROOT / "docs" / "deploy.md").read_text()
BODY = load(TEMPLATE)
CONFIG = tomllib.loads((ROOT / "samconfig.toml").read_text())
STAGES = [name for name in CONFIG if name != "version"]


def default_of(slot: dict[str, Any]) -> str:
    return f"`{slot['Default']}`" if str(slot["Default"]) else ""


def test_table_has_every_parameter_with_its_default_and_sentence() -> None:
    expected = [
        [f"`{name}`", default_of(slot), slot["Description"]]
        for name, slot in BODY["Parameters"].items()
    ]
    said = table("deploy.md", "Parameters")
    rows = "\n".join(f"| {' | '.join(row)} |" for row in expected)
    assert said == expected, f"the table under Parameters must be:\n{rows}"


@pytest.mark.parametrize("name", BODY["Parameters"])
def test_parameter_has_a_sentence_and_refuses_what_makes_no_sense(name: str) -> None:
    slot = BODY["Parameters"][name]
    assert slot["Description"].endswith(".")
    assert slot.keys() & {"AllowedValues", "AllowedPattern", "MaxValue"}


@pytest.mark.parametrize("name", BODY["Parameters"])
def test_default_is_no_number_that_could_get_an_exponent(name: str) -> None:
    default = BODY["Parameters"][name]["Default"]
    assert isinstance(default, str) or default < 10_000_000  # from there on in Java's texts


def test_table_has_every_output() -> None:
    expected = [[f"`{name}`", out["Description"]] for name, out in BODY["Outputs"].items()]
    assert table("deploy.md", "Outputs") == expected


@pytest.mark.parametrize("output", ["ConsoleUrl", "DashboardUrl"])
@pytest.mark.parametrize("partition", [*executions.CONSOLES, "aws-iso"])
def test_link_leads_to_the_console_of_the_partition(output: str, partition: str) -> None:
    def resolved(term: Any) -> Any:
        if not isinstance(term, dict):
            return term
        name, yes, no = term["Fn::If"]
        (ref, wanted) = BODY["Conditions"][name]["Fn::Equals"]
        assert ref == {"Ref": "AWS::Partition"}
        return resolved(yes if partition == wanted else no)

    text, names = BODY["Outputs"][output]["Value"]["Fn::Sub"]
    assert text.startswith("https://${AWS::Region}.${Console}/")
    default = executions.CONSOLES["aws"]
    assert resolved(names["Console"]) == executions.CONSOLES.get(partition, default)


def test_what_is_kept_is_what_the_page_says() -> None:
    kept = {
        name
        for name, resource in BODY["Resources"].items()
        if resource.get("DeletionPolicy") in ("Retain", "RetainExceptOnCreate")
    }
    assert {row[0].strip("`") for row in table("deploy.md", "Delete a stack")} == kept


def test_key_policy_is_json_that_names_every_service_that_uses_the_key() -> None:
    (text,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    services = {
        service
        for statement in json.loads(text)["Statement"]
        for service in _listed(statement["Principal"].get("Service", []))
    }
    assert services == {
        "logs.REGION.amazonaws.com",
        "delivery.logs.amazonaws.com",
        "cloudwatch.amazonaws.com",
    }


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else value


@pytest.mark.parametrize("stage", STAGES)
def test_stage_of_samconfig_can_be_deployed(stage: str) -> None:
    overrides = CONFIG[stage]["deploy"]["parameters"].get("parameter_overrides", "")
    given = dict(pair.split("=") for pair in overrides.split())
    assert expand(TEMPLATE, given).parameters["Stage"] == given.get("Stage", "dev")
    name = CONFIG[stage]["global"]["parameters"]["stack_name"]
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,26}", name)


def test_stages_of_samconfig_are_stacks_of_their_own() -> None:
    names = [CONFIG[stage]["global"]["parameters"]["stack_name"] for stage in STAGES]
    assert len(set(names)) == len(STAGES) >= 2
