"""What every Lambda handler has in common: the logger's context, and errors about its event."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from springtide.aws.observability import logger
from springtide.model.errors import InvalidInputError

Handler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def handler(function: Handler) -> Handler:
    """Adds the logger's context to a handler, and an error that names a field its event lacks."""
    example = f"events/{function.__module__.partition('.')[0]}.json"

    class Event(dict[str, Any]):
        def __missing__(self, field: str) -> Any:
            raise InvalidInputError(f"the event has no {field!r}; {example} shows one")

    @logger.inject_lambda_context(clear_state=True)
    @wraps(function)
    def handle(event: Any, context: LambdaContext) -> dict[str, Any]:
        return function(Event(event if isinstance(event, dict) else {}), context)

    return handle
