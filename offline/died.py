"""The error with which the Lambda service ends a function's call."""


class FunctionDiedError(Exception):
    """The Lambda service ends a call; `error_type` is its error name, like `Sandbox.Timedout`.

    It is the error's name in Step Functions too, so a test may raise this as `States.Timeout` or
    `Lambda.ServiceException`.
    """

    def __init__(self, error_type: str, message: str) -> None:
        super().__init__(message)
        self.error_type = error_type
