"""What AWS says when calls come too fast."""

from offline.api_errors import RefusedError

# With its HTTP status, from the services' API references.
_SAID = {
    "dynamodb": (400, "ProvisionedThroughputExceededException"),
    "lambda": (429, "TooManyRequestsException"),
    "s3": (503, "SlowDown"),
    "sns": (400, "Throttling"),
}


def throttled(service: str) -> RefusedError:
    """The refusal of a service; one that is not named above says ThrottlingException."""
    return RefusedError(*_SAID.get(service, (400, "ThrottlingException")), "Rate exceeded")
