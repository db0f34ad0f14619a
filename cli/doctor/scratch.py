"""What the doctor creates for its checks: tables, which it removes, and a prefix of the lake.

The lake bucket's policy forbids deleting objects, so these are tagged as condemned, and expire.
"""

import secrets
from typing import Any, Self

from botocore.exceptions import ClientError
from springtide.aws import athena, clients, tagging
from springtide.dataset.declaration import DataSet
from springtide.dataset.tables import table_inputs
from springtide.model.errors import SpringtideError
from springtide.model.settings import Settings

from cli.asking import Ended, run_to_end

# Tables are described alike for any data set, and this one's declaration may have mistakes.
_ANY = DataSet("doctor", "", (), "", (), None, 0, 0)


class Scratch:
    """A prefix `doctor/<id>/` in the lake bucket, and tables named `doctor_<id>_<number>`.

    Nothing of them stays at the end.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.id = secrets.token_hex(6)
        self.prefix = f"doctor/{self.id}/"
        self._tables: list[str] = []

    def uri(self, below: str) -> str:
        """The s3:// URI of a key or a prefix below this one."""
        return f"s3://{self.settings.lake_bucket}/{self.prefix}{below}"

    def put(self, below: str, data: bytes) -> None:
        """Writes an object."""
        clients.s3().put_object(
            Bucket=self.settings.lake_bucket, Key=self.prefix + below, Body=data
        )

    def query(self, sql: str) -> Ended:
        """Runs a statement to its end; returns its id and how it ended.

        Raises QueryFailedError or TransientQueryError with Athena's reason.
        """
        return run_to_end(self.settings, sql, f"doctor-{self.id}")

    def rows(self, sql: str) -> list[dict[str, str | None]]:
        """The rows of a SELECT, as text."""
        return list(athena.rows(self.query(sql)[0]))

    def landing_table(self, below: str) -> str:
        """Create a table over the lines below a prefix, read as landed lines; returns its name."""
        return self._table(below, "landing", {})

    def parquet_table(self, below: str, columns: list[dict[str, str]]) -> str:
        """Create a table over Parquet below a prefix, like the stack's own; returns its name."""
        return self._table(below, "events", {"Columns": columns})

    def _table(self, below: str, like: str, more: dict[str, Any]) -> str:
        table = f"doctor_{self.id}_{len(self._tables)}"
        inputs: Any = table_inputs(_ANY, self.uri(""), self.uri(""))
        (described,) = (each["StorageDescriptor"] for each in inputs if each["Name"] == like)
        storage: Any = {**described, "Location": self.uri(below), **more}
        clients.glue().create_table(
            DatabaseName=self.settings.database,
            TableInput={
                "Name": table,
                "TableType": "EXTERNAL_TABLE",
                "StorageDescriptor": storage,
            },
        )
        self._tables.append(table)
        return table

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Remove the tables and tag the objects; raises SpringtideError naming what stays."""
        left = []
        for table in self._tables:
            try:
                clients.glue().delete_table(DatabaseName=self.settings.database, Name=table)
            except ClientError as err:
                left.append(f"table {table}: {err}")
        try:
            (keys,) = tagging.keys_below([self.uri("")]).values()
            tagging.condemn(self.settings.lake_bucket, keys)
        except ClientError as err:
            left.append(f"objects below {self.uri('')}: {err}")
        if left:
            raise SpringtideError("; ".join(left))
