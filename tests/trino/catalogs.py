"""Catalogs of a Trino that takes new ones."""

from offline.athena.trino.properties import catalog_properties


def create_catalog(name: str, endpoint: str) -> str:
    """Return the statement that makes such a catalog in a Trino that takes it."""
    properties = catalog_properties(endpoint)
    connector = properties.pop("connector.name")
    listed = ", ".join(f"\"{key}\" = '{value}'" for key, value in properties.items())
    return f"CREATE CATALOG {name} USING {connector} WITH ({listed})"
