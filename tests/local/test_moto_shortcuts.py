"""What offline/moto_caches.py and moto_dynamodb.py shorten comes out as moto alone has it."""

from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.core.request import Request

from offline import moto_caches, moto_dynamodb
from offline.glue import answers


@pytest.fixture(autouse=True)
def shortened() -> None:
    moto_caches.install()
    moto_dynamodb.install()
    answers.install()


@pytest.mark.parametrize("kind", ["x-amz-json-1.1", "x-www-form-urlencoded", "other"])
@pytest.mark.parametrize("body", [b'{"a": "\xc3\xa9"}', '{"a": "é"}', "a=b&c=d%20e", "", None])
def test_request_is_the_one_that_moto_makes(body: Any, kind: str) -> None:
    def shown(make: Any, *cls: type[Request]) -> Any:
        headers = {"X-Amz-Target": b"T", "content-type": f"application/{kind}"}
        request = make(*cls, "POST", "https://glue.eu-west-1.amazonaws.com/", headers, body)
        read = request.data, request.form, request.files, request.get_data()
        return request.environ | {"wsgi.input": None, "werkzeug.request": None}, read

    ours: Any = Request.from_primitives
    assert shown(ours) == shown(ours.__func__.__wrapped__, Request)


def test_update_changes_an_item_as_its_expression_says_each_time() -> None:
    with mock_aws():
        table = boto3.resource("dynamodb", "eu-west-1").create_table(
            TableName="t",
            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        table.put_item(
            Item={"k": "a", "n": 1, "of": {"x": 1, "y": 2}, "many": [1], "set": {"p", "q"}}
        )
        for _ in range(2):  # the second time from the parsed expression of the first
            table.update_item(
                Key={"k": "a"},
                UpdateExpression="SET #of.x = #of.x + :one, many = list_append(many, :more), born ="
                " if_not_exists(born, :one) REMOVE #of.y ADD n :one DELETE #set :p",
                ExpressionAttributeNames={"#of": "of", "#set": "set"},
                ExpressionAttributeValues={":one": 1, ":more": [2], ":p": {"p"}},
            )
        item = table.get_item(Key={"k": "a"})["Item"]

    assert item == {"k": "a", "n": 3, "of": {"x": 3}, "many": [1, 2, 2], "set": {"q"}, "born": 1}


def test_columns_of_partitions_are_answered_unless_the_caller_excludes_them() -> None:
    columns: Any = [
        {"Name": "a", "Type": "bigint", "Comment": "first"},
        {"Name": "b", "Type": "string"},
        {"Name": "c", "Type": "string", "Parameters": {"from": "d"}},
    ]
    stored: Any = {"Columns": columns, "Location": "s3://lake/1/"}
    of_table: Any = {"DatabaseName": "db", "TableName": "t"}
    with mock_aws():
        glue = boto3.client("glue", "eu-west-1")
        glue.create_database(DatabaseInput={"Name": "db"})
        glue.create_table(
            DatabaseName="db", TableInput={"Name": "t", "PartitionKeys": [columns[1]]}
        )
        glue.create_partition(
            **of_table, PartitionInput={"Values": ["1"], "StorageDescriptor": stored}
        )
        (whole,) = glue.get_partitions(**of_table)["Partitions"]
        (short,) = glue.get_partitions(**of_table, ExcludeColumnSchema=True)["Partitions"]

    assert whole["StorageDescriptor"] == stored
    assert short["StorageDescriptor"] == {"Location": "s3://lake/1/"}
    assert short["Values"] == whole["Values"] == ["1"]
