"""Views: how Athena keeps them in the catalog, and their queries inlined."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from sqlglot import exp

from offline.athena.catalog.catalog import VIEW, Catalog
from offline.athena.catalog.hive_types import hive_type, trino_type
from offline.athena.catalog.system_tables import CATALOG, SCHEMA
from offline.athena.errors import not_supported, syntax_error
from offline.athena.sql import names
from offline.athena.sql.finding import place_of
from offline.athena.sql.statements import CreateView, Query
from offline.athena.tables.changes import address, require_new

_BEGIN, _END = "/* Presto View: ", " */"


def create(
    catalog: Catalog, statement: CreateView, database: str, columns: Sequence[tuple[str, str]]
) -> None:
    """Create or replace a view of these columns, given as name and DuckDB type.

    Unqualified names of its query are in `database`. Raises QueryFailed.
    """
    place = address(statement.view, database)
    typed = [(name.lower(), hive_type(kind)) for name, kind in columns]
    told = {
        "originalSql": statement.query.text.strip(),
        "catalog": CATALOG,
        "schema": database,
        "columns": [{"name": name, "type": trino_type(kind)} for name, kind in typed],
    }
    entry = {
        "Name": place[1],
        "TableType": VIEW,
        "Owner": "hadoop",  # a Trino reads a view with its owner's permissions
        "ViewOriginalText": _BEGIN + base64.b64encode(json.dumps(told).encode()).decode() + _END,
        "ViewExpandedText": "/* Presto View */",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "PartitionKeys": [],
        "StorageDescriptor": {
            "Columns": [{"Name": name, "Type": kind} for name, kind in typed],
            "Location": "",
            "SerdeInfo": {},  # as in Athena; without one a Trino cannot read the view
        },
    }
    if not statement.replace or place[1] not in catalog.table_names(place[0]):
        require_new(catalog, *place)
        catalog.glue.create_table(*place, entry)
    elif catalog.is_view(*place):
        catalog.glue.update_table(*place, entry)
    else:
        raise syntax_error(f"TABLE_ALREADY_EXISTS: {'.'.join(place)} is a table, not a view")


def inline(
    tree: exp.Expr, catalog: Catalog, database: str, within: tuple[tuple[str, str], ...] = ()
) -> None:
    """Replace the name of each view by its query, including views of views.

    Raises QueryFailed.
    """
    for place in list(names.tables(tree)):
        if not place.db:
            place.set("db", exp.to_identifier(database))
        address = place.db.lower(), place.name.lower()
        if address[0] == SCHEMA or "$" in address[1]:
            continue
        told = _told(catalog, *address, place_of(place))
        if told is None:
            continue
        if address in within:
            raise syntax_error(f"INVALID_VIEW: View '{'.'.join(address)}' is recursive")
        query = exp.Subquery(this=Query(told["originalSql"]).tree.copy())
        inline(query, catalog, told["schema"], (*within, address))
        alias = place.args.get("alias") or exp.TableAlias(this=exp.to_identifier(place.name))
        query.set("alias", alias)
        place.replace(query)


def _told(catalog: Catalog, database: str, name: str, place: str) -> dict[str, Any] | None:
    found = catalog.record(database, name, place).as_dict()
    if found.get("TableType") != VIEW:
        return None
    text = found.get("ViewOriginalText") or ""
    if not text.startswith(_BEGIN):
        raise not_supported(f"Hive views (here: {database}.{name})")
    told: dict[str, Any] = json.loads(base64.b64decode(text[len(_BEGIN) : -len(_END)]))
    return told
