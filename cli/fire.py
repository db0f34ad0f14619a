"""`springtide fire`: fires a schedule of a served stack by hand."""

import json
import os
from http.client import HTTPException
from typing import Annotated, Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

from typer import Argument, Option

from cli import console
from cli.errors import CommandError
from cli.trino import DEFAULT_PORT

_SECONDS = 900  # A function that a schedule calls is waited for, up to Lambda's longest time-out.


def fire(
    schedule: Annotated[str, Argument(help="A schedule's name.")] = "springtide-run",
    at: Annotated[
        str | None, Option(help="The time that the schedule is for, such as 2020-07-14T12:25:00Z.")
    ] = None,
    endpoint: Annotated[
        str | None, Option(help="Where `springtide serve` answers; AWS_ENDPOINT_URL unless given.")
    ] = None,
    as_json: Annotated[bool, Option("--json", help="Print the answer as JSON.")] = False,
) -> None:
    """Fire a schedule of the stack that `springtide serve` serves, as EventBridge Scheduler would.

    Its target gets the schedule's own input. A disabled schedule fires too. AWS itself offers no
    such call; there, start the execution with events/schedule.json.

    Example: `springtide fire springtide-run --at 2020-07-14T12:25:00Z`
    """
    default = os.environ.get("AWS_ENDPOINT_URL") or f"http://127.0.0.1:{DEFAULT_PORT}"
    answer = _post(endpoint or default, schedule, at)
    if as_json:
        console.print_json(answer)
    elif answer["execution"] is None:
        console.out().print(f"{schedule} was fired", markup=False)
    else:
        console.out().print(
            f"{schedule} started {answer['execution']}\n"
            f"aws stepfunctions describe-execution --execution-arn {answer['execution']}",
            markup=False,
        )


def _post(endpoint: str, schedule: str, at: str | None) -> dict[str, Any]:
    query = f"?{urlencode({'at': at})}" if at is not None else ""
    # The server's module has the path too, but takes seconds to import.
    url = f"{endpoint.rstrip('/')}/_springtide/schedules/{quote(schedule, safe='')}{query}"
    if not url.startswith(("http://", "https://")):
        raise CommandError(f"--endpoint {endpoint}: is not an http:// address")
    try:
        with urlopen(Request(url, method="POST"), timeout=_SECONDS) as response:
            answer: dict[str, Any] = json.load(response)
    except HTTPError as err:
        raise CommandError(_reason(endpoint, err)) from err
    except (URLError, HTTPException, ValueError) as err:
        raise CommandError(
            f"--endpoint {endpoint}: no `springtide serve` answers there ({err})"
        ) from err
    return answer


def _reason(endpoint: str, err: HTTPError) -> str:
    try:
        message: str = json.load(err)["message"]
    except (ValueError, KeyError, TypeError):
        return f"--endpoint {endpoint}: answers, but is not `springtide serve` ({err})"
    return message
