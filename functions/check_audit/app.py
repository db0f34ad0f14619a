"""Passes a chunk's staged versions for publishing, or stops the slice."""

from springtide.aws.handler import Document, handler
from springtide.model.settings import Settings
from springtide.steps import check_audit


@handler
def lambda_handler(event: Document) -> Document:
    """Takes the slice, the step that staged and the chunk; returns what has passed."""
    return check_audit.check_audit(
        Settings.from_env(), event["execution"], event["slice"], event["step"], event["chunk"]
    )
