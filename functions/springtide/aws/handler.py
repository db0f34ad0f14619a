"""What every Lambda handler has around it: the logger's context, and what to do about an input."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from springtide.aws.observability import logger
from springtide.model.errors import InvalidInputError

# A function's input, and its result.
Document = dict[str, Any]


class Event(Document):
    """An input that names a field that it lacks; `call` is the id of the call and its retries."""

    def __init__(self, given: Any, call: str, example: str) -> None:
        super().__init__(given if isinstance(given, dict) else {})
        self.call, self._example = call, example

    def __missing__(self, field: str) -> Any:
        raise InvalidInputError(f"the event has no {field!r}; {self._example} shows one")


def handler(function: Callable[[Event], Document]) -> Callable[[Any, LambdaContext], Document]:
    """Has the function's log lines carry its context, and a field that its event lacks be named."""
    example = f"events/{function.__module__.partition('.')[0]}.json"

    @logger.inject_lambda_context(clear_state=True)
    @wraps(function)
    def handle(event: Any, context: LambdaContext) -> Document:
        return function(Event(event, context.aws_request_id, example))

    return handle
