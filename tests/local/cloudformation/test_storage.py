"""Buckets: what their policies deny, and their settings."""

from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.cloudformation.small import BUCKET, stack


def denying(name: str, **statement: Any) -> dict[str, Any]:
    """A bucket of that name whose policy denies something to everybody."""
    document = {"Statement": [{"Effect": "Deny", "Principal": "*", **statement}]}
    return {
        "Bucket": BUCKET | {"Properties": {"BucketName": name}},
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": name, "PolicyDocument": document},
            "DependsOn": "Bucket",
        },
    }


def test_bucket_that_requires_tls_can_be_used(tmp_path: Path) -> None:
    without_tls = {"Bool": {"aws:SecureTransport": "false"}}
    resources = denying("tls-only", Action="s3:*", Resource="*", Condition=without_tls)

    with stack(tmp_path, resources) as machine:
        s3 = machine.client("s3")
        s3.put_object(Bucket="tls-only", Key="k", Body=b"x")
        assert s3.get_object(Bucket="tls-only", Key="k")["Body"].read() == b"x"


def test_bucket_denies_what_its_policy_denies_to_everybody(tmp_path: Path) -> None:
    deleting = ["s3:DeleteObject", "s3:DeleteObjectVersion"]
    resources = denying("kept", Action=deleting, Resource="arn:aws:s3:::kept/for-good/*")

    with stack(tmp_path, resources) as machine:
        s3 = machine.client("s3")
        for key in ("for-good/a", "for-good/b", "else"):
            s3.put_object(Bucket="kept", Key=key, Body=b"x")
        with pytest.raises(ClientError, match="403"):
            s3.delete_object(Bucket="kept", Key="for-good/a")
        several = [{"Key": "for-good/b"}, {"Key": "else"}]
        answer = s3.delete_objects(Bucket="kept", Delete={"Objects": several})
        assert [each["Key"] for each in answer["Errors"]] == ["for-good/b"]
        left = [each["Key"] for each in s3.list_objects_v2(Bucket="kept")["Contents"]]
        assert left == ["for-good/a", "for-good/b"]


def test_bucket_keeps_its_settings(tmp_path: Path) -> None:
    properties = {
        "BucketName": "settings",
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": True},
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "LifecycleConfiguration": {
            "Rules": [
                {"Id": "a", "Status": "Enabled", "Prefix": "tmp/", "ExpirationInDays": 7},
                {
                    "Id": "b",
                    "Status": "Enabled",
                    "TagFilters": [{"Key": "condemned", "Value": "yes"}],
                    "ExpirationInDays": 1,
                },
                {
                    "Id": "c",
                    "Status": "Enabled",
                    "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 2},
                },
            ]
        },
    }

    with stack(tmp_path, {"Bucket": BUCKET | {"Properties": properties}}) as machine:
        s3 = machine.client("s3")
        rules = s3.get_bucket_lifecycle_configuration(Bucket="settings")["Rules"]
        assert [rule["ID"] for rule in rules] == ["a", "b", "c"]
        assert rules[0]["Expiration"] == {"Days": 7}
        assert rules[1]["Filter"]["And"]["Tags"] == [{"Key": "condemned", "Value": "yes"}]
        assert rules[2]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 2}
        access = s3.get_public_access_block(Bucket="settings")["PublicAccessBlockConfiguration"]
        assert access["BlockPublicAcls"]
