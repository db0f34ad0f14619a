"""What a template may not have offline, and how that is said."""

from pathlib import Path
from typing import Any

from tests.local.cloudformation.small import BUCKET, refused, stack
from tests.local.stacks import chain


def test_unknown_type_is_an_error_that_names_it_and_its_resource(tmp_path: Path) -> None:
    message = refused(tmp_path, {"Job": {"Type": "AWS::Glue::Job", "Properties": {}}})

    assert "Job" in message
    assert "AWS::Glue::Job" in message


def test_unknown_type_under_a_false_condition_is_ignored(tmp_path: Path) -> None:
    resources = {"Job": {"Type": "AWS::Glue::Job", "Condition": "Never", "Properties": {}}}

    with stack(tmp_path, resources, Conditions={"Never": {"Fn::Equals": ["a", "b"]}}) as machine:
        assert "StateMachineArn" in machine.outputs


def test_property_that_would_get_lost_is_an_error(tmp_path: Path) -> None:
    properties = {"NotificationConfiguration": {"EventBridgeConfiguration": {"Enabled": True}}}

    message = refused(tmp_path, {"Bucket": BUCKET | {"Properties": properties}})

    assert "Bucket (AWS::S3::Bucket)" in message
    assert "NotificationConfiguration" in message


def test_property_unknown_to_an_added_type_is_an_error(tmp_path: Path) -> None:
    properties: dict[str, Any] = {"Targets": {"S3Targets": []}, "Role": "r", "Shape": "round"}

    message = refused(tmp_path, {"C": {"Type": "AWS::Glue::Crawler", "Properties": properties}})

    assert "Shape" in message


def test_reference_to_nothing_is_an_error(tmp_path: Path) -> None:
    properties = {"BucketName": {"Fn::Sub": "x-${Nothing}"}}

    message = refused(tmp_path, {"Bucket": BUCKET | {"Properties": properties}})

    assert "Bucket" in message
    assert "Nothing" in message


def test_substitution_left_open_is_an_error(tmp_path: Path) -> None:
    states = chain(("Go", {"Type": "Task", "Resource": "${forgotten}"}))

    message = refused(tmp_path, {}, states=states)

    assert "Main" in message
    assert "${forgotten}" in message


def test_next_that_does_not_exist_is_an_error(tmp_path: Path) -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Nowhere"}]
    inner = chain(("Go", {"Type": "Task", "Resource": "arn:aws:states:::x:y", "Catch": catch}))
    states = chain(
        ("Each", {"Type": "Map", "ItemProcessor": {"StartAt": "Go", "States": inner["States"]}})
    )

    assert "Go continues with Nowhere" in refused(tmp_path, {}, states=states)
