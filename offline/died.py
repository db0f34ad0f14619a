"""How a call of a function ends when the service ends it."""


class FunctionDiedError(Exception):
    """When the Lambda service ends a call: `error_type` is its word, like `Sandbox.Timedout`.

    It is the error's name in Step Functions too, so a test may raise this as `States.Timeout` or
    `Lambda.ServiceException`.
    """

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type
