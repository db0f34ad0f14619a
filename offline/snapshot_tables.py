"""The ledger's items and the catalog's tables as JSON, and back."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from moto.glue.models import glue_backends

from offline.clients import ACCOUNT, REGION, shared_client

DYNAMODB_BATCH_WRITE_LIMIT = 25


def table_names() -> list[str]:
    """The stack's DynamoDB tables."""
    return [
        name
        for page in shared_client("dynamodb").get_paginator("list_tables").paginate()
        for name in page["TableNames"]
    ]


def items(table: str) -> list[Any]:
    """A table's items; the ledger has no bytes, which JSON could not hold."""
    pages = shared_client("dynamodb").get_paginator("scan").paginate(TableName=table)
    return [item for page in pages for item in page["Items"]]


def put_items(table: str, rows: list[Any]) -> None:
    """Put items back that `items` gave."""
    for batch in _batches(rows, DYNAMODB_BATCH_WRITE_LIMIT):
        requests = [{"PutRequest": {"Item": item}} for item in batch]
        shared_client("dynamodb").batch_write_item(RequestItems={table: requests})


def database_names() -> list[str]:
    """The databases of the catalog."""
    pages = shared_client("glue").get_paginator("get_databases").paginate()
    return [database["Name"] for page in pages for database in page["DatabaseList"]]


def database(name: str) -> dict[str, Any]:
    """A database with its tables and their partitions."""
    glue = shared_client("glue")
    tables = [
        {
            "input": _input("TableInput", table),
            "partitions": [
                _input("PartitionInput", partition)
                for page in glue.get_paginator("get_partitions").paginate(
                    DatabaseName=name, TableName=table["Name"]
                )
                for partition in page["Partitions"]
            ],
        }
        for page in glue.get_paginator("get_tables").paginate(DatabaseName=name)
        for table in page["TableList"]
    ]
    shown = glue.get_database(Name=name)["Database"]
    return {"input": _input("DatabaseInput", shown), "tables": tables}


def _input(shape: str, shown: dict[str, Any]) -> dict[str, Any]:
    """The part of what Glue shows that it also takes, without the times it sets by itself."""
    members = shared_client("glue").meta.service_model.shape_for(shape).members
    return {k: v for k, v in shown.items() if k in members and not isinstance(v, datetime)}


def put_database(saved: dict[str, Any]) -> None:
    """Put a database back that `database` gave, over what the template has made of it."""
    glue = glue_backends[ACCOUNT][REGION]
    name = saved["input"]["Name"]
    if name not in glue.databases:
        glue.create_database(name, saved["input"])
    for table in saved["tables"]:
        of, shown = table["input"]["Name"], table["input"]
        put = glue.update_table if of in glue.databases[name].tables else glue.create_table
        put(name, of, shown)
        glue.batch_create_partition(name, of, table["partitions"])


def _batches(values: list[Any], size: int) -> Iterable[list[Any]]:
    return (values[start : start + size] for start in range(0, len(values), size))
