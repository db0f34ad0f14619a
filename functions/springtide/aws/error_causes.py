"""Unwraps the errors that AWS services wrap around the original failure."""

import json
from collections.abc import Mapping
from typing import Any


def unwrap(failure: Mapping[str, Any]) -> tuple[str, str]:
    """The original error and message of a failed state."""
    error, cause = str(failure.get("Error", "")), str(failure.get("Cause", ""))
    try:
        document = json.loads(cause)
    except ValueError:
        return error, cause
    if isinstance(document, dict) and "errorMessage" in document:
        return str(document.get("errorType", error)), str(document["errorMessage"])
    if isinstance(document, dict) and "ExecutionArn" in document:
        inner = document.get("Error") or f"States.{document.get('Status', 'TaskFailed')}"
        ended = f"{document['ExecutionArn']} ended as {document.get('Status')}"
        return unwrap({"Error": inner, "Cause": document.get("Cause", ended)})
    return error, cause
