"""Athena: queries started, looked at and read, and its ways to fail sorted into ours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from springtide import aws
from springtide.errors import AthenaBusyError, QueryFailedError, TransientQueryError
from springtide.settings import Settings

# Codes that mean "later": the account's query queue is full, or calls come too fast.
_BUSY = {"TooManyRequestsException", "ThrottlingException", "InternalServerException"}
# AthenaError.ErrorCategory of errors that are Athena's and not the query's
# (docs.aws.amazon.com/athena/latest/APIReference/API_AthenaError.html).
_SYSTEM = 1


class Outcome(NamedTuple):
    """How a successful query ended; `manifest` is the URI of the list of files that it wrote."""

    scanned_bytes: int
    manifest: str | None


def start(settings: Settings, sql: str, token: str) -> str:
    """Starts a statement and returns its query id; the same token never starts a second query.

    Raises AthenaBusyError where Athena takes no more just now.
    """
    try:
        answer = aws.athena().start_query_execution(
            QueryString=sql,
            ClientRequestToken=token,
            QueryExecutionContext={"Database": settings.database},
            WorkGroup=settings.workgroup,
        )
    except ClientError as err:
        if err.response["Error"]["Code"] in _BUSY:
            raise AthenaBusyError(str(err)) from err
        raise
    return answer["QueryExecutionId"]


def outcome(query_id: str) -> Outcome | None:
    """How the query ended, None while it runs or waits.

    Raises TransientQueryError or QueryFailedError with Athena's own reason if it failed or was
    cancelled, AthenaBusyError where Athena does not answer just now.
    """
    try:
        query = aws.athena().get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
    except ClientError as err:
        if err.response["Error"]["Code"] in _BUSY:
            raise AthenaBusyError(str(err)) from err
        raise
    status, statistics = query["Status"], query.get("Statistics", {})
    state = status["State"]
    if state in ("QUEUED", "RUNNING"):
        return None
    if state == "SUCCEEDED":
        return Outcome(
            statistics.get("DataScannedInBytes", 0), statistics.get("DataManifestLocation") or None
        )
    reason = f"query {query_id} {state}: {status.get('StateChangeReason', 'no reason given')}"
    error = status.get("AthenaError", {})
    if state == "FAILED" and (error.get("Retryable") or error.get("ErrorCategory") == _SYSTEM):
        raise TransientQueryError(reason)
    raise QueryFailedError(reason)


def rows(query_id: str) -> Iterator[dict[str, str | None]]:
    """The result of a SELECT, row by row, as text by column name."""
    pages = aws.athena().get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
    names: list[str] | None = None
    for page in pages:
        for row in page["ResultSet"]["Rows"]:
            values = [cell.get("VarCharValue") for cell in row["Data"]]
            if names is None:
                names = [name or "" for name in values]
            else:
                yield dict(zip(names, values, strict=True))


def check_manifest(manifest: str | None, target: str) -> None:
    """Holds the files that an UNLOAD says it wrote against those that lie under its prefix.

    Athena may start a query over by itself, and reads whatever lies under a location; what a first
    go left behind would be read as rows. Raises TransientQueryError where the two differ.
    """
    said = set(_manifest_entries(manifest)) if manifest else set()
    foreign = sorted(uri for uri in said if not uri.startswith(target))
    if foreign:
        raise TransientQueryError(f"the manifest {manifest} names {foreign[0]}, outside {target}")
    bucket, prefix = _split(target)
    pages = aws.s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    lies = {f"s3://{bucket}/{o['Key']}" for page in pages for o in page.get("Contents", [])}
    if said != lies:
        odd = sorted(said ^ lies)
        raise TransientQueryError(
            f"{target} holds {len(lies)} files and the manifest names {len(said)};"
            f" they differ in {odd[0]}"
        )


def _manifest_entries(manifest: str) -> list[str]:
    bucket, key = _split(manifest)
    try:
        body = aws.s3().get_object(Bucket=bucket, Key=key)["Body"].read()
    except ClientError as err:
        if err.response["Error"]["Code"] != "NoSuchKey":
            raise
        return []  # a statement without rows may leave no manifest
    return body.decode().split()


def _split(uri: str) -> tuple[str, str]:
    parts = urlsplit(uri)
    return parts.netloc, parts.path.removeprefix("/")
