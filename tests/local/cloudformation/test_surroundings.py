"""What stands around a pipeline: topics, queues, alarms, roles, streams."""

from pathlib import Path
from typing import Any

from tests.local.cloudformation.small import BUCKET, QUEUE, stack
from tests.local.stacks import TOPIC_TO_QUEUE

OTHERS: dict[str, Any] = {
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
    "Subscription": TOPIC_TO_QUEUE,
    "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "logs"}},
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
    "Dashboard": {
        "Type": "AWS::CloudWatch::Dashboard",
        "Properties": {"DashboardName": "d", "DashboardBody": {"Fn::Sub": '{"a":"${Main}"}'}},
    },
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
        name: {"Value": {"Fn::GetAtt": [name, "Arn"]}} for name in ("Alarm", "Stream", "Main")
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
    assert arns["Alarm"].startswith("arn:aws:cloudwatch:")
