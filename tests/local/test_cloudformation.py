import json
from pathlib import Path
from typing import Any

import pytest

from local.cloudformation import ResourceError
from local.machine import Machine
from tests.local.stacks import chain, write_stack

BUCKET = {"Type": "AWS::S3::Bucket"}
QUEUE = {"Type": "AWS::SQS::Queue"}


def stack(tmp_path: Path, resources: dict[str, Any], **more: Any) -> Machine:
    parameters = more.pop("parameters", None)
    template = write_stack(tmp_path, resources=resources, **more)
    return Machine(tmp_path / "home", template=template, parameters=parameters)


def refused(tmp_path: Path, resources: dict[str, Any], **more: Any) -> str:
    with pytest.raises(ResourceError) as error, stack(tmp_path, resources, **more):
        pass
    return str(error.value)


def test_unknown_type_is_an_error_that_names_it_and_its_resource(tmp_path: Path) -> None:
    message = refused(tmp_path, {"Job": {"Type": "AWS::Glue::Job", "Properties": {}}})

    assert "Job" in message
    assert "AWS::Glue::Job" in message


def test_unknown_type_under_a_false_condition_is_none_of_our_business(tmp_path: Path) -> None:
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


def test_state_that_goes_on_to_nowhere_is_an_error(tmp_path: Path) -> None:
    catch = [{"ErrorEquals": ["States.ALL"], "Next": "Nowhere"}]
    inner = chain(("Go", {"Type": "Task", "Resource": "arn:aws:states:::x:y", "Catch": catch}))
    states = chain(
        ("Each", {"Type": "Map", "ItemProcessor": {"StartAt": "Go", "States": inner["States"]}})
    )

    assert "Go goes on to Nowhere" in refused(tmp_path, {}, states=states)


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


def test_bucket_that_asks_for_tls_can_be_used(tmp_path: Path) -> None:
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    resources = {
        "Bucket": BUCKET | {"Properties": {"BucketName": "tls-only"}},
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": "tls-only", "PolicyDocument": {"Statement": [deny]}},
            "DependsOn": "Bucket",
        },
    }

    with stack(tmp_path, resources) as machine:
        s3 = machine.client("s3")
        s3.put_object(Bucket="tls-only", Key="k", Body=b"x")
        assert s3.get_object(Bucket="tls-only", Key="k")["Body"].read() == b"x"


def test_bucket_keeps_its_settings(tmp_path: Path) -> None:
    properties = {
        "BucketName": "settings",
        "PublicAccessBlockConfiguration": {"BlockPublicAcls": True, "BlockPublicPolicy": True},
        "OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "VersioningConfiguration": {"Status": "Enabled"},
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
        assert rules[1]["Filter"] == {"Tag": {"Key": "condemned", "Value": "yes"}}
        assert rules[2]["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 2}
        assert s3.get_bucket_versioning(Bucket="settings")["Status"] == "Enabled"
        access = s3.get_public_access_block(Bucket="settings")["PublicAccessBlockConfiguration"]
        assert access["BlockPublicAcls"]


CATALOG = {
    "Database": {
        "Type": "AWS::Glue::Database",
        "Properties": {
            "CatalogId": {"Ref": "AWS::AccountId"},
            "DatabaseInput": {"Name": {"Fn::Join": ["_", ["my", "db"]]}},
        },
    },
    "Table": {
        "Type": "AWS::Glue::Table",
        "Properties": {
            "CatalogId": {"Ref": "AWS::AccountId"},
            "DatabaseName": {"Ref": "Database"},
            "TableInput": {"Name": "events", "PartitionKeys": [{"Name": "d", "Type": "string"}]},
        },
    },
    "Crawler": {
        "Type": "AWS::Glue::Crawler",
        "Properties": {
            "Name": {"Fn::Sub": "${AWS::StackName}-crawler"},
            "Role": "arn:aws:iam::123456789012:role/r",
            "DatabaseName": {"Ref": "Database"},
            "Targets": {"S3Targets": [{"Path": "s3://landing/"}]},
            "Schedule": {"ScheduleExpression": "cron(0 3 * * ? *)"},
        },
    },
    "WorkGroup": {
        "Type": "AWS::Athena::WorkGroup",
        "Properties": {
            "Name": "group",
            "RecursiveDeleteOption": True,
            "WorkGroupConfiguration": {
                "EnforceWorkGroupConfiguration": True,
                "BytesScannedCutoffPerQuery": {"Ref": "Cutoff"},
                "ResultConfiguration": {"OutputLocation": "s3://lake/results/"},
            },
        },
    },
}


def test_catalog_crawler_and_workgroup_are_there(tmp_path: Path) -> None:
    parameters = {"Cutoff": {"Type": "Number", "Default": 10000000}}

    with stack(tmp_path, CATALOG, Parameters=parameters) as machine:
        glue = machine.client("glue")
        table = glue.get_table(DatabaseName="my_db", Name="events")["Table"]
        assert table["PartitionKeys"] == [{"Name": "d", "Type": "string"}]
        crawler = glue.get_crawler(Name="springtide-crawler")["Crawler"]
        assert crawler["Targets"]["S3Targets"] == [{"Path": "s3://landing/"}]
        group = machine.client("athena").get_work_group(WorkGroup="group")["WorkGroup"]
        assert group["Configuration"]["BytesScannedCutoffPerQuery"] == 10000000
        assert group["Configuration"]["EnforceWorkGroupConfiguration"]


def test_ledger_table_keeps_recovery_and_expiry(tmp_path: Path) -> None:
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "TableName": "ledger",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "other", "AttributeType": "S"},
            ],
            "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
            "GlobalSecondaryIndexes": [
                {
                    "IndexName": "by-other",
                    "KeySchema": [{"AttributeName": "other", "KeyType": "HASH"}],
                    "Projection": {"ProjectionType": "ALL"},
                }
            ],
            "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
            "TimeToLiveSpecification": {"AttributeName": "ttl", "Enabled": True},
        },
    }

    with stack(tmp_path, {"Ledger": table}) as machine:
        dynamodb = machine.client("dynamodb")
        backups = dynamodb.describe_continuous_backups(TableName="ledger")
        recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
        expiry = dynamodb.describe_time_to_live(TableName="ledger")["TimeToLiveDescription"]
        assert expiry == {"TimeToLiveStatus": "ENABLED", "AttributeName": "ttl"}
        dynamodb.put_item(TableName="ledger", Item={"pk": {"S": "a"}, "other": {"S": "b"}})
        found = dynamodb.query(
            TableName="ledger",
            IndexName="by-other",
            KeyConditionExpression="other = :b",
            ExpressionAttributeValues={":b": {"S": "b"}},
        )
        assert found["Count"] == 1


OTHERS: dict[str, Any] = {
    "Key": {
        "Type": "AWS::KMS::Key",
        "Properties": {"KeyPolicy": {"Version": "2012-10-17", "Statement": []}},
    },
    "Alias": {
        "Type": "AWS::KMS::Alias",
        "Properties": {"AliasName": "alias/mine", "TargetKeyId": {"Ref": "Key"}},
    },
    "Setting": {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Name": "/x", "Type": "String", "Value": "1"},
    },
    "Topic": {"Type": "AWS::SNS::Topic"},
    "TopicPolicy": {
        "Type": "AWS::SNS::TopicPolicy",
        "Properties": {"Topics": [{"Ref": "Topic"}], "PolicyDocument": {"Statement": []}},
    },
    "Queue": QUEUE,
    "QueuePolicy": {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {"Queues": [{"Ref": "Queue"}], "PolicyDocument": {"Statement": []}},
    },
    "Subscription": {
        "Type": "AWS::SNS::Subscription",
        "Properties": {
            "TopicArn": {"Ref": "Topic"},
            "Protocol": "sqs",
            "Endpoint": {"Fn::GetAtt": ["Queue", "Arn"]},
            "RawMessageDelivery": True,
        },
    },
    "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "logs"}},
    "Errors": {
        "Type": "AWS::Logs::MetricFilter",
        "Properties": {
            "LogGroupName": {"Ref": "Logs"},
            "FilterPattern": "ERROR",
            "MetricTransformations": [
                {"MetricNamespace": "n", "MetricName": "m", "MetricValue": "1"}
            ],
        },
    },
    "Alarm": {
        "Type": "AWS::CloudWatch::Alarm",
        "Properties": {
            "MetricName": "ExecutionsFailed",
            "Namespace": "AWS/States",
            "Dimensions": [{"Name": "StateMachineArn", "Value": {"Ref": "Main"}}],
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "AlarmActions": [{"Ref": "Topic"}],
        },
    },
    "Both": {
        "Type": "AWS::CloudWatch::CompositeAlarm",
        "Properties": {"AlarmName": "both", "AlarmRule": {"Fn::Sub": 'ALARM("${Alarm.Arn}")'}},
    },
    "Dashboard": {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {"DashboardName": "d", "DashboardBody": {"Fn::Sub": '{"a":"${Main}"}'}},
    },
    "Group": {"Type": "AWS::Scheduler::ScheduleGroup", "Properties": {"Name": "mine"}},
    "Bucket": BUCKET,
    "Role": {
        "Type": "AWS::IAM::Role",
        "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
    },
    "Policy": {
        "Type": "AWS::IAM::ManagedPolicy",
        "Properties": {
            "PolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
            },
            "Roles": [{"Ref": "Role"}],
        },
    },
    "Stream": {
        "Type": "AWS::KinesisFirehose::DeliveryStream",
        "Properties": {
            "DeliveryStreamName": "stream",
            "DeliveryStreamType": "DirectPut",
            "ExtendedS3DestinationConfiguration": {
                "BucketARN": {"Fn::GetAtt": ["Bucket", "Arn"]},
                "RoleARN": {"Fn::GetAtt": ["Role", "Arn"]},
                "BufferingHints": {"IntervalInSeconds": 60, "SizeInMBs": 5},
                "CompressionFormat": "GZIP",
            },
        },
    },
}


def test_everything_around_the_pipeline_comes_up(tmp_path: Path) -> None:
    outputs = {
        name: {"Value": {"Fn::GetAtt": [name, "Arn"]}}
        for name in ("Alarm", "Both", "Group", "Stream", "Main", "Key")
    }

    with stack(tmp_path, OTHERS, outputs=outputs) as machine:
        arns = machine.outputs
        topic = machine.client("sns").list_topics()["Topics"][0]["TopicArn"]
        machine.client("sns").publish(TopicArn=topic, Message="hello")
        sqs = machine.client("sqs")
        queue = sqs.list_queues()["QueueUrls"][0]
        assert sqs.receive_message(QueueUrl=queue)["Messages"][0]["Body"] == "hello"
        alarm = machine.client("cloudwatch").describe_alarms()["MetricAlarms"][0]
        assert alarm["Dimensions"][0]["Value"] == arns["StateMachineArn"]
        assert alarm["AlarmActions"] == [topic]
        streams = machine.client("firehose").list_delivery_streams()["DeliveryStreamNames"]
        assert streams == ["stream"]

    assert arns["Main"] == arns["StateMachineArn"]
    assert arns["Group"].endswith(":schedule-group/mine")
    assert arns["Both"].endswith(":alarm:both")


def test_layer_alias_and_invoke_config_of_a_function(tmp_path: Path) -> None:
    (tmp_path / "layer").mkdir()
    source = "def lambda_handler(event, context):\n    return context.function_name\n"
    resources = {
        "Layer": {
            "Type": "AWS::Serverless::LayerVersion",
            "Properties": {"ContentUri": "layer/", "CompatibleRuntimes": ["python3.13"]},
        },
        "More": {
            "Type": "AWS::Serverless::Function",
            "Properties": {
                "CodeUri": "functions/",
                "Handler": "greet.app.lambda_handler",
                "Runtime": "python3.13",
                "FunctionName": "more",
                "AutoPublishAlias": "live",
                "Layers": [{"Ref": "Layer"}],
                "EventInvokeConfig": {"MaximumRetryAttempts": 0},
            },
        },
    }

    with stack(tmp_path, resources, handlers={"greet": source}) as machine:
        answer = machine.client("lambda").invoke(FunctionName="more:live", Payload=b"{}")
        assert json.loads(answer["Payload"].read()) == "more"
