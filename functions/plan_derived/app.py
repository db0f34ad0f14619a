"""Plans which hours of the derived tables a slice has to build again."""

from springtide.aws.handler import Document, handler
from springtide.model.settings import Settings
from springtide.steps import plan_derived


@handler
def lambda_handler(event: Document) -> Document:
    """Takes the slice; returns the stage that builds its chunks."""
    return plan_derived.plan_derived(Settings.from_env(), event["execution"], event["slice"])
