"""The inputs of an execution: pending hours, a range, all, late rows, a retry, or a rebuild."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from springtide.dataset.declaration import DataSet
from springtide.ledger import fills, hour_requests, rebuild_requests, settle_requests
from springtide.ledger.table import Ledger
from springtide.model.arrival import FIRST_ARRIVAL_HOUR, ArrivalHour
from springtide.model.errors import InvalidInputError
from springtide.model.wording import shown
from springtide.requests import erasures

# Each is looked up separately, and the function has a minute.
MAX_RETRIED_HOURS = 1000
# They are in the statements of every later run, whose length is limited.
MAX_ERASED_VALUES = 100

# Fields that EventBridge Scheduler, or the execution before a successor, add to the input.
_IGNORED = {"scheduled_time", "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"}
_FORMS = (
    'give {"from": "2020-07-01T00", "to": "2020-07-08T00"}, {"all": true}, {"retry": true},'
    ' {"retry": ["2020-07-01T00"]}, {"settle": true},'
    ' {"rebuild": {"from": "2020-07-01T00", "to": "2020-07-02T00"}},'
    ' {"rebuild": {"table": "a derived table"}}, {"erase": {"field": "id", "values": ["1"]}}'
    " or nothing"
)


class Hours(NamedTuple):
    """Arrival hours to look at again, from `first` to `last` inclusive."""

    first: ArrivalHour
    last: ArrivalHour


class Retry(NamedTuple):
    """Held hours to free before the run, or hours to ingest again; None for all held ones."""

    hours: tuple[ArrivalHour, ...] | None


class Settle(NamedTuple):
    """Merge all waiting rows once nothing is left to ingest; `hours` come first."""

    hours: Hours | None


class Rebuild(NamedTuple):
    """Event hours to rebuild, from `first` to `last` inclusive."""

    first: ArrivalHour
    last: ArrivalHour


class Refill(NamedTuple):
    """A derived table to build again from `events`, for every event hour."""

    table: str


class Erase(NamedTuple):
    """Values of a field to erase; without a name, of the key's only field."""

    field: str | None
    values: tuple[str | int, ...]


Request: TypeAlias = Hours | Retry | Settle | Rebuild | Refill | Erase | None


def parse(document: Any, start_from: ArrivalHour, now: datetime) -> Request:
    """The request in an execution's input, None if it has no request.

    Raises InvalidInputError naming the field and its allowed values.
    """
    if not isinstance(document, Mapping):
        raise InvalidInputError(f"the input is {shown(document)} and not an object; {_FORMS}")
    given = {name: value for name, value in document.items() if name not in _IGNORED}
    _check_known(given, {"from", "to", "all", "retry", "settle", "rebuild", "erase"})
    if not given:
        return None
    alone = next((name for name in ("retry", "rebuild", "erase") if name in given), None)
    if alone is not None and len(given) > 1:
        raise InvalidInputError(f"{alone}: cannot stand beside other fields")
    if alone == "retry":
        return _retry(given["retry"])
    if alone == "rebuild":
        return _rebuild(given["rebuild"], ArrivalHour.of(now))
    if alone == "erase":
        return _erase(given["erase"])
    if "settle" in given:
        _check_true("settle", given.pop("settle"))
        return Settle(_hours(given, start_from, now) if given else None)
    return _hours(given, start_from, now)


def _hours(given: Mapping[str, Any], start_from: ArrivalHour, now: datetime) -> Hours:
    current = ArrivalHour.of(now)
    if "all" in given:
        _check_true("all", given["all"])
        if len(given) > 1:
            raise InvalidInputError("all: cannot stand beside from or to")
        return Hours(start_from, current)
    return Hours(*_range(given, "", current))


def _check_known(given: Mapping[str, Any], known: set[str], within: str = "") -> None:
    unknown = sorted(given.keys() - known)
    if unknown:
        raise InvalidInputError(f"{shown(within + unknown[0])} is not known; {_FORMS}")


def _check_true(name: str, value: Any) -> None:
    if value is not True:
        raise InvalidInputError(f"{name}: {shown(value)} is not true; leave it out or give true")


def check_declared(data_set: DataSet, request: Request) -> None:
    """Raises InvalidInputError for a table, field or value that the data set does not allow."""
    if isinstance(request, Erase):
        erasures.wanted(data_set, request.field, request.values)
    if isinstance(request, Refill):
        tables = [derived.table for derived in data_set.derived]
        if request.table not in tables:
            raise InvalidInputError(
                f"rebuild.table: {shown(request.table)} is not a derived table; there are"
                f" {', '.join(tables) or 'none'}"
            )


def keep(
    ledger: Ledger,
    data_set: DataSet,
    execution: str,
    request: Hours | Settle | Rebuild | Refill | Erase,
    now: datetime,
) -> None:
    """Keeps a request in the ledger, for whichever run holds the lease to complete.

    Raises InvalidInputError for a table or field that is not declared.
    """
    name = execution.rsplit(":", 1)[-1]
    if isinstance(request, Erase):
        erasures.request(ledger, data_set, name, request.field, request.values, now)
        return
    if isinstance(request, Refill):
        check_declared(data_set, request)
        fills.request(ledger, request.table)
        return
    if isinstance(request, Settle):
        settle_requests.keep(ledger, name)
        if request.hours is not None:
            keep(ledger, data_set, execution, request.hours, now)
        return
    requests = rebuild_requests if isinstance(request, Rebuild) else hour_requests
    requests.keep(ledger, name, str(request.first), str(request.last))


def _range(
    given: Mapping[str, Any], within: str, current: ArrivalHour
) -> tuple[ArrivalHour, ArrivalHour]:
    """The first and last hour of `from` and `to`, which are fields of `within`."""
    for name in ("from", "to"):
        if name not in given:
            raise InvalidInputError(f"{within}{name}: is missing; {_FORMS}")
    first, end = (_hour(within + name, given[name]) for name in ("from", "to"))
    if end <= first:
        raise InvalidInputError(
            f"{within}to: {end} is not after from ({first}); the range is half-open"
        )
    if first < FIRST_ARRIVAL_HOUR:
        raise InvalidInputError(
            f"{within}from: {first} is before {FIRST_ARRIVAL_HOUR}, where the landing begins"
        )
    if end > current.plus(1):
        raise InvalidInputError(
            f"{within}to: {end} lies in the future; the current hour is {current}"
        )
    return first, end.plus(-1)


def _rebuild(hours: Any, current: ArrivalHour) -> Rebuild | Refill:
    if not isinstance(hours, Mapping):
        raise InvalidInputError(
            f"rebuild: {shown(hours)} is not an object with from and to; {_FORMS}"
        )
    if set(hours) == {"table"} and isinstance(hours["table"], str):
        return Refill(hours["table"])
    _check_known(hours, {"from", "to"}, "rebuild.")
    return Rebuild(*_range(hours, "rebuild.", current))


def _erase(wanted: Any) -> Erase:
    if not isinstance(wanted, Mapping):
        raise InvalidInputError(f"erase: {shown(wanted)} is not an object with values; {_FORMS}")
    _check_known(wanted, {"field", "values"}, "erase.")
    field, values = wanted.get("field"), wanted.get("values")
    if field is not None and not isinstance(field, str):
        raise InvalidInputError(f"erase.field: {shown(field)} is not text")
    if not isinstance(values, list) or not 0 < len(values) <= MAX_ERASED_VALUES:
        raise InvalidInputError(
            f"erase.values: {shown(values)} is not a list of 1 to {MAX_ERASED_VALUES} values"
        )
    for value in values:
        if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
            raise InvalidInputError(
                f"erase.values: {shown(value)} is neither a text nor a whole number"
            )
        if "\x00" in str(value):
            raise InvalidInputError(f"erase.values: {shown(value)} has a NUL, which no query can")
    return Erase(field, tuple(values))


def _retry(hours: Any) -> Retry:
    if hours is True:
        return Retry(None)
    if not isinstance(hours, list) or not hours:
        raise InvalidInputError(
            f"retry: {shown(hours)} is neither true nor a list of arrival hours"
        )
    if len(hours) > MAX_RETRIED_HOURS:
        raise InvalidInputError(
            f"retry: {len(hours):,} hours are more than the {MAX_RETRIED_HOURS} that one input may"
            " name; give them in several"
        )
    return Retry(tuple(_hour("retry", hour) for hour in hours))


def _hour(name: str, value: Any) -> ArrivalHour:
    if not isinstance(value, str):
        raise InvalidInputError(
            f"{name}: {shown(value)} is not text; give an hour like 2020-07-01T00"
        )
    try:
        return ArrivalHour.parse(value)
    except ValueError as err:
        raise InvalidInputError(f"{name}: {err}; hours are in UTC and have no minutes") from None
