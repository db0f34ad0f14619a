"""Parameters, conditions, outputs, and what a template's functions come to."""

import json
from pathlib import Path
from typing import Any

from offline.machine import Machine
from tests.local.cloudformation.small import BUCKET, QUEUE, stack
from tests.local.stacks import write_stack


def test_parameters_conditions_and_outputs(tmp_path: Path) -> None:
    sections: dict[str, Any] = {
        "Parameters": {"Size": {"Type": "Number", "Default": 0}},
        "Conditions": {
            "Big": {"Fn::Not": [{"Fn::Equals": [{"Ref": "Size"}, "0"]}]},
            "Small": {"Fn::Not": [{"Condition": "Big"}]},
        },
        "outputs": {
            "Big": {"Condition": "Big", "Value": {"Ref": "Queue"}},
            "Small": {"Condition": "Small", "Value": {"Fn::Sub": "size ${Size}"}},
            "Chosen": {"Value": {"Fn::If": ["Big", "b", "s"]}},
        },
    }
    resources = {"Queue": QUEUE | {"Condition": "Big"}}

    with stack(tmp_path / "small", resources, **sections) as machine:
        small = machine.outputs
    with stack(tmp_path / "big", resources, parameters={"Size": "2"}, **sections) as machine:
        big = machine.outputs

    assert (small["Small"], small["Chosen"]) == ("size 0", "s")
    assert "Big" not in small
    assert big["Chosen"] == "b"
    assert "Queue" in big["Big"]
    assert "Small" not in big


def test_generated_names_are_the_same_every_time(tmp_path: Path) -> None:
    outputs = {"Bucket": {"Value": {"Ref": "Bucket"}}, "Id": {"Value": {"Ref": "AWS::StackId"}}}
    template = write_stack(tmp_path, resources={"Bucket": BUCKET}, outputs=outputs)

    seen = []
    for _ in range(2):
        with Machine(tmp_path / "home", template=template, stack_name="st") as machine:
            seen.append(machine.outputs)

    assert seen[0] == seen[1]
    assert seen[0]["Bucket"].startswith("st-bucket-")


def test_no_value_leaves_nothing_in_a_list(tmp_path: Path) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
    policy = {"Statement": [statement, {"Ref": "AWS::NoValue"}]}
    resources = {
        "Bucket": BUCKET | {"Properties": {"BucketName": "with-policy"}},
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": policy},
        },
    }

    with stack(tmp_path, resources) as machine:
        kept = machine.client("s3").get_bucket_policy(Bucket="with-policy")["Policy"]
        assert json.loads(kept)["Statement"] == [statement]
