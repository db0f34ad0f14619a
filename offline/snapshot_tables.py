"""Converts moto's ledger items and catalog tables to JSON and back."""

from typing import Any

from moto.glue.models import glue_backends

from offline.clients import ACCOUNT, REGION


def ledger_tables() -> dict[str, Any]:
    """moto's own DynamoDB tables of the stack, by name."""
    # Not imported at the top: a query of saved tables needs no ledger.
    from moto.dynamodb.models import dynamodb_backends

    tables: dict[str, Any] = dynamodb_backends[ACCOUNT][REGION].tables
    return tables


def items(table: str) -> list[Any]:
    """A table's items; the ledger has no bytes, which JSON cannot hold."""
    return [item.to_json()["Attributes"] for item in ledger_tables()[table].all_items()]


def put_items(table: str, rows: list[Any]) -> None:
    """Restore items from `items`."""
    for row in rows:
        ledger_tables()[table].put_item(row)


def databases() -> list[dict[str, Any]]:
    """The databases of the catalog, with their tables and partitions."""
    return [
        {
            "input": database.input,
            "tables": [
                {
                    "input": table.get_version(table.as_dict()["VersionId"]),
                    "partitions": [each.partition_input for each in table.partitions.values()],
                }
                for table in database.tables.values()
            ],
        }
        for database in glue_backends[ACCOUNT][REGION].databases.values()
    ]


def put_database(saved: dict[str, Any]) -> None:
    """Restore a saved database over the one that the template has created."""
    glue = glue_backends[ACCOUNT][REGION]
    name = saved["input"]["Name"]
    if name not in glue.databases:
        glue.create_database(name, saved["input"])
    for table in saved["tables"]:
        of, shown = table["input"]["Name"], table["input"]
        put = glue.update_table if of in glue.databases[name].tables else glue.create_table
        put(name, of, shown)
        glue.batch_create_partition(name, of, table["partitions"])
