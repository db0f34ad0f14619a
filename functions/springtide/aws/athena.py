"""Athena: starts, polls and reads queries, and maps their errors to Springtide's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from springtide.aws import clients
from springtide.model.errors import AthenaBusyError, QueryFailedError, TransientQueryError
from springtide.model.locations import split
from springtide.model.settings import Settings

# Codes that mean "try later": the account's query queue is full, or calls come too fast.
_BUSY = {"TooManyRequestsException", "ThrottlingException", "InternalServerException"}
# The AthenaError.ErrorCategory of errors of Athena and not of the query
# (docs.aws.amazon.com/athena/latest/APIReference/API_AthenaError.html).
_SYSTEM = 1
# The AthenaError.ErrorType of queries that reached the account's time limit
# (docs.aws.amazon.com/athena/latest/ug/error-reference.html). Athena calls that its own failure,
# but the same query would take as long again; a smaller one would not.
_TIMED_OUT = {206, 210}
# Characters that are kept of a reason. It travels through states, whose payloads end at 256 KiB,
# and can hold a whole landed line.
MAX_REASON = 4000
# The beginning of the reason if an UNLOAD's target holds files. No two attempts share a target, so
# Athena itself has restarted the query and found its own files; another attempt has a new target.
_LEFT_BEHIND = "HIVE_PATH_ALREADY_EXISTS"
# GetQueryResults' message for a result that is not there yet; the same code also means mistakes.
_NOT_THERE_YET = ("has not yet finished", "Could not find results")


class Outcome(NamedTuple):
    """How a successful query ended; `manifest` is the URI of the list of files that it wrote."""

    scanned_bytes: int
    manifest: str | None


def start(settings: Settings, sql: str, token: str) -> str:
    """Starts a statement and returns its query id; the same token never starts a second query.

    Raises AthenaBusyError if Athena throttles the call.
    """
    with _busy_errors():
        answer = clients.athena().start_query_execution(
            QueryString=sql,
            ClientRequestToken=token,
            QueryExecutionContext={"Database": settings.database},
            WorkGroup=settings.workgroup,
        )
    return answer["QueryExecutionId"]


def outcome(query_id: str) -> Outcome | None:
    """How the query ended; None while it is queued or running.

    Raises TransientQueryError or QueryFailedError with Athena's reason if it failed or was
    cancelled, and AthenaBusyError if Athena does not answer.
    """
    query = _query(query_id)
    status, statistics = query["Status"], query.get("Statistics", {})
    state = status["State"]
    if state in ("QUEUED", "RUNNING"):
        return None
    if state == "SUCCEEDED":
        return Outcome(
            statistics.get("DataScannedInBytes", 0), statistics.get("DataManifestLocation") or None
        )
    why = status.get("StateChangeReason", "no reason given")[:MAX_REASON]
    reason = f"query {query_id} {state}: {why}"
    error = status.get("AthenaError", {})
    may_succeed = error.get("Retryable") or error.get("ErrorCategory") == _SYSTEM
    again = may_succeed and error.get("ErrorType") not in _TIMED_OUT
    if state == "FAILED" and (again or why.startswith(_LEFT_BEHIND)):
        raise TransientQueryError(reason)
    raise QueryFailedError(reason)


def scanned_bytes(query_id: str) -> int:
    """The bytes that a query has scanned, even if it failed or was cancelled.

    Raises AthenaBusyError if Athena does not answer.
    """
    scanned: int = _query(query_id).get("Statistics", {}).get("DataScannedInBytes", 0)
    return scanned


def _query(query_id: str) -> Any:
    with _busy_errors():
        return clients.athena().get_query_execution(QueryExecutionId=query_id)["QueryExecution"]


def rows(query_id: str) -> Iterator[dict[str, str | None]]:
    """The rows of a SELECT's result, as text by column name.

    Raises AthenaBusyError if Athena does not answer, or has no result yet.
    """
    pages = clients.athena().get_paginator("get_query_results").paginate(QueryExecutionId=query_id)
    names: list[str] | None = None
    with _busy_errors():
        for page in pages:
            for row in page["ResultSet"]["Rows"]:
                values = [cell.get("VarCharValue") for cell in row["Data"]]
                if names is None:
                    names = [name or "" for name in values]
                else:
                    yield dict(zip(names, values, strict=True))


@contextmanager
def _busy_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as err:
        error = err.response["Error"]
        if error["Code"] in _BUSY or any(words in error["Message"] for words in _NOT_THERE_YET):
            raise AthenaBusyError(str(err)) from err
        raise


def check_manifest(manifest: str | None, target: str) -> None:
    """Compares the files that an UNLOAD says it wrote with those under its prefix.

    Athena may restart a query by itself, and it reads whatever lies under a location: files that
    the first try left behind would be read as rows. Raises TransientQueryError if the two differ.
    """
    said = set(_manifest_entries(manifest)) if manifest else set()
    foreign = sorted(uri for uri in said if not uri.startswith(target))
    if foreign:
        raise TransientQueryError(f"the manifest {manifest} names {foreign[0]}, outside {target}")
    bucket, prefix = split(target)
    pages = clients.s3().get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    lies = {f"s3://{bucket}/{o['Key']}" for page in pages for o in page.get("Contents", [])}
    if said != lies:
        odd = sorted(said ^ lies)
        raise TransientQueryError(
            f"{target} holds {len(lies)} files and the manifest names {len(said)};"
            f" they differ in {odd[0]}"
        )


def _manifest_entries(manifest: str) -> list[str]:
    bucket, _, key = manifest.removeprefix("s3://").partition("/")
    try:
        body = clients.s3().get_object(Bucket=bucket, Key=key)["Body"].read()
    except clients.s3().exceptions.NoSuchKey:
        return []  # a statement that writes no rows may leave no manifest
    return body.decode().split()
