import json
from pathlib import Path
from typing import Any

import pytest
from samtranslator.translator.transform import (
    transform as samtranslator_transform,
)

from offline.template import TemplateError, expand, load
from tests.local.stacks import write_stack

HANDLER = "def lambda_handler(event, context):\n    return event\n"


def test_short_tags_are_spelled_out_and_dates_stay_text(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(
        """
        A: !Ref Thing
        B: !GetAtt Thing.Arn
        C: !Sub "${Thing}-x"
        D: !If [Small, !Ref One, !Ref "AWS::NoValue"]
        E: !Condition Small
        F: {Version: 2012-10-17}
        """
    )

    assert load(file) == {
        "A": {"Ref": "Thing"},
        "B": {"Fn::GetAtt": ["Thing", "Arn"]},
        "C": {"Fn::Sub": "${Thing}-x"},
        "D": {"Fn::If": ["Small", {"Ref": "One"}, {"Ref": "AWS::NoValue"}]},
        "E": {"Condition": "Small"},
        "F": {"Version": "2012-10-17"},
    }


def test_functions_and_definitions_become_artifacts(tmp_path: Path) -> None:
    expanded = expand(write_stack(tmp_path, handlers={"greet": HANDLER}))

    types = {name: resource["Type"] for name, resource in expanded.body["Resources"].items()}
    assert types["GreetFunction"] == "AWS::Lambda::Function"
    assert types["Main"] == "AWS::StepFunctions::StateMachine"
    code = expanded.body["Resources"]["GreetFunction"]["Properties"]["Code"]
    assert expanded.artifacts[code["S3Key"]] == tmp_path / "functions"
    definition = expanded.body["Resources"]["Main"]["Properties"]["DefinitionS3Location"]
    assert expanded.artifacts[definition["Key"]] == tmp_path / "main.asl.yaml"


def test_code_uri_in_globals_serves_functions_without_one(tmp_path: Path) -> None:
    file = write_stack(tmp_path, handlers={"greet": HANDLER})
    body = json.loads(file.read_text())
    uri = body["Resources"]["GreetFunction"]["Properties"].pop("CodeUri")
    file.write_text(json.dumps(body | {"Globals": {"Function": {"CodeUri": uri}}}))

    expanded = expand(file)

    assert tmp_path / "functions" in expanded.artifacts.values()


def test_second_expansion_is_the_first_until_the_file_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Any] = []

    def transform(*arguments: Any) -> Any:
        calls.append(arguments)
        return samtranslator_transform(*arguments)

    monkeypatch.setattr("samtranslator.translator.transform.transform", transform)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    file = write_stack(tmp_path)

    expand(file).body["Resources"].clear()
    assert expand(file).body["Resources"]
    assert len(calls) == 1

    file.write_text(json.dumps(json.loads(file.read_text()) | {"Description": "Another"}))
    assert expand(file).body["Description"] == "Another"
    assert len(calls) == 2


PARAMETERS = {
    "Stage": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]},
    "Hours": {"Type": "Number", "Default": 26, "MinValue": 1, "MaxValue": 48},
    "Prefix": {"Type": "String", "Default": "", "AllowedPattern": "([a-z]+/)?"},
    "On": {"Type": "String", "Default": True},
}


def test_parameters_are_text_with_their_defaults(tmp_path: Path) -> None:
    file = write_stack(tmp_path, Parameters=PARAMETERS)

    assert expand(file, {"Hours": "3"}).parameters == {
        "Stage": "dev",
        "Hours": "3",
        "Prefix": "",
        "On": "true",
    }


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"Stagee": "dev"}, "no parameter Stagee"),
        ({"Stage": "test"}, "must be one of dev, prod"),
        ({"Hours": "many"}, "not a number"),
        ({"Hours": "49"}, "out of range"),
        ({"Prefix": "UP/"}, "does not match"),
    ],
)
def test_wrong_parameter_is_refused(tmp_path: Path, given: dict[str, str], message: str) -> None:
    with pytest.raises(TemplateError, match=message):
        expand(write_stack(tmp_path, Parameters=PARAMETERS), given)


def test_parameter_without_default_must_be_given(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="Name has no default"):
        expand(write_stack(tmp_path, Parameters={"Name": {"Type": "String"}}))


def test_template_that_is_no_yaml_is_named(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text("Resources: {")

    with pytest.raises(TemplateError, match=r"template\.yaml"):
        expand(file)


def test_code_that_is_not_there_is_named(tmp_path: Path) -> None:
    file = write_stack(tmp_path, handlers={"greet": HANDLER})
    (tmp_path / "functions").rename(tmp_path / "elsewhere")

    with pytest.raises(TemplateError, match="GreetFunction: CodeUri functions/ does not exist"):
        expand(file)


def test_fault_in_the_template_names_its_resource(tmp_path: Path) -> None:
    wrong = {"Wrong": {"Type": "AWS::Serverless::Function", "Properties": {"Runtime": 1}}}

    with pytest.raises(TemplateError, match="Wrong"):
        expand(write_stack(tmp_path, resources=wrong))
