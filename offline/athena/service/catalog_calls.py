"""The calls of Athena's API about catalogs, databases and tables."""

import re
from typing import Any

from offline.athena.errors import QueryFailed
from offline.athena.service.descriptions import metadata
from offline.athena.service.request import InvalidRequestError, Request


def get_data_catalog(request: Request) -> dict[str, Any]:
    """Return a catalog; as on AWS, AwsDataCatalog is not found."""
    name = request.get("Name")
    found = request.moto.get_data_catalog(name)
    if found is None:
        raise InvalidRequestError(f"DataCatalog {name} was not found.")
    return {"DataCatalog": found}


def list_data_catalogs(request: Request) -> dict[str, Any]:
    """Return AwsDataCatalog and what was made."""
    own = {"CatalogName": "AwsDataCatalog", "Type": "GLUE"}
    return {"DataCatalogsSummary": [own, *request.moto.list_data_catalogs()]}


def get_database(request: Request) -> dict[str, Any]:
    """Return a database."""
    name = request.get("DatabaseName")
    for database in request.service.catalog.databases():
        if database["Name"] == name:
            return {"Database": database}
    raise QueryFailed(f"Database {name} not found")


def list_databases(request: Request) -> dict[str, Any]:
    """Return all databases."""
    return {"DatabaseList": request.service.catalog.databases()}


def get_table_metadata(request: Request) -> dict[str, Any]:
    """Return a table."""
    found = request.service.catalog.record(request.get("DatabaseName"), request.get("TableName"))
    return {"TableMetadata": metadata(found.as_dict())}


def list_table_metadata(request: Request) -> dict[str, Any]:
    """Return a database's tables whose whole names match `Expression`."""
    catalog, database = request.service.catalog, request.get("DatabaseName")
    wanted = re.compile(request.get("Expression") or ".*")
    names = filter(wanted.fullmatch, catalog.table_names(database))
    tables = (catalog.record(database, name).as_dict() for name in names)
    return {"TableMetadataList": [metadata(table) for table in tables]}


CALLS = (
    get_data_catalog,
    list_data_catalogs,
    get_database,
    list_databases,
    get_table_metadata,
    list_table_metadata,
)
