"""The failures of statements as Athena reports them, and the translation of DuckDB's errors."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

SYSTEM, USER, OTHER = 1, 2, 3  # AthenaError.ErrorCategory
DATA_ERROR, SYNTAX_ERROR, CANCELLED_BY_USER, NOT_SUPPORTED = 1007, 1006, 1011, 1200  # ErrorType
INTERNAL_ERROR, OUT_OF_RESOURCES = 200, 1

_OWN_REASON = re.compile(
    r"(?:Could not convert string '|ValueError: )([A-Z_]{6,}: .*?)(?:' to INT64.*)?\Z", re.DOTALL
)
_PATTERNS = (
    (
        r'(?:Referenced (?:column|table)|does not have a column named) "([^"]+)"',
        "COLUMN_NOT_FOUND: Column '{}' cannot be resolved",
    ),
    (r"Could not find key \"([^\"]+)\" in struct", "COLUMN_NOT_FOUND: Field '{}' not found in row"),
    (
        r"Function with name (\S+) does not exist",
        "FUNCTION_NOT_FOUND: Function '{}' not registered",
    ),
    (
        r"(?:No function matches .* types '|for the function call \"|Macro )(?:trino_)?(\w+)",
        "TYPE_MISMATCH: Unexpected parameters for {} (or `--trino URL` takes them)",
    ),
    (
        r'(?i)column "([^"]+)" must appear in the GROUP BY clause',
        "EXPRESSION_NOT_AGGREGATE: '{}' must be an aggregate expression or appear in GROUP BY"
        " clause (or try `--trino URL`)",
    ),
    (
        r'Ambiguous reference to column name "([^"]+)"',
        "AMBIGUOUS_NAME: Column '{}' is ambiguous",
    ),
    (
        r"(WHERE|GROUP BY) clause cannot contain (?:aggregate|window)",
        "EXPRESSION_NOT_SCALAR: {} clause cannot contain aggregations or window functions",
    ),
    (
        r"(GROUP BY|ORDER) term out of range",
        "INVALID_COLUMN_REFERENCE: {} names a position that is not in the select list",
    ),
    (r"(aggregate function calls) cannot be nested", "NESTED_AGGREGATION: {} cannot be nested"),
    (r"struct_extract with an (integer) key", "NOT_SUPPORTED: row[{}]; `--trino URL` runs it"),
    (r"Unimplemented type for cast \((.+)\)", "TYPE_MISMATCH: Cannot cast {}"),
    (r"Overflow (?:in|on) (\w+)", "NUMERIC_VALUE_OUT_OF_RANGE: overflow in {}"),
    (r"value (\S+) can't be cast because", "INVALID_CAST_ARGUMENT: Out of range: {}"),
    (r"Could not convert string '(.*)' to", "INVALID_CAST_ARGUMENT: Cannot cast '{}'"),
    (
        r"(?i)(Division by zero)",
        "DIVISION_BY_ZERO: {} (for doubles Trino gives Infinity or NaN: `--trino URL`)",
    ),
)


@dataclass(eq=False)
class Ended(Exception):
    """A statement has not succeeded, or goes back to the queue."""

    state: str
    reason: str  # Athena's StateChangeReason
    category: int = SYSTEM
    error_type: int = INTERNAL_ERROR
    retryable: bool = False
    seconds: float = 0.0  # that it waits in the queue

    def __str__(self) -> str:
        return self.reason


class QueryFailed(Ended):
    """A statement ends as FAILED."""

    def __init__(
        self,
        reason: str,
        *,
        category: int = USER,
        error_type: int = DATA_ERROR,
        retryable: bool = False,
    ) -> None:
        super().__init__("FAILED", reason, category, error_type=error_type, retryable=retryable)


class QueryCancelled(Ended):
    """A statement ends as CANCELLED."""

    def __init__(self, reason: str = "Query cancelled by user") -> None:
        super().__init__("CANCELLED", reason, OTHER, error_type=CANCELLED_BY_USER)


def syntax_error(message: str) -> QueryFailed:
    """Return the failure of a statement that cannot be parsed."""
    return QueryFailed(message, error_type=SYNTAX_ERROR)


def not_supported(message: str) -> QueryFailed:
    """Return the failure of a valid statement that is not offered."""
    return QueryFailed(f"NOT_SUPPORTED: {message}", error_type=NOT_SUPPORTED)


def refused(what: str) -> QueryFailed:
    """Return the failure for SQL that Athena accepts and the embedded engine does not."""
    return not_supported(f"the embedded engine does not offer {what}; `--trino URL` runs it")


def translate(error: duckdb.Error, uris: Mapping[str, str]) -> QueryFailed:
    """Translate DuckDB's error to Athena's, with S3 URIs in place of local paths."""
    message = str(error)
    for path, uri in uris.items():
        message = message.replace(path, uri)
    if own := _OWN_REASON.search(message):
        return QueryFailed(own[1])
    binding = isinstance(error, duckdb.BinderException | duckdb.CatalogException)
    for pattern, reason in _PATTERNS:
        if found := re.search(pattern, message, re.DOTALL):
            failure = reason.format(found[1])
            return syntax_error(failure) if binding else QueryFailed(failure)
    first = re.sub(r"^[A-Z][A-Za-z ]* Error: ", "", message.split("\n")[0])
    if isinstance(error, duckdb.OutOfMemoryException):
        return QueryFailed(
            f"Query exhausted resources at this scale factor ({first})",
            category=SYSTEM,
            error_type=OUT_OF_RESOURCES,
        )
    if isinstance(error, duckdb.ParserException):
        return refused("this form of a statement")
    if binding:
        return syntax_error(f"SYNTAX_ERROR: {first} (or try `--trino URL`)")
    if any(uri in message for uri in uris.values()):
        return QueryFailed(f"HIVE_BAD_DATA: {first}")
    if isinstance(error, duckdb.ConversionException | duckdb.OutOfRangeException):
        return QueryFailed(f"INVALID_CAST_ARGUMENT: {first} (or try `--trino URL`)")
    if isinstance(error, duckdb.InvalidInputException | duckdb.NotImplementedException):
        return QueryFailed(f"INVALID_FUNCTION_ARGUMENT: {first} (or try `--trino URL`)")
    return QueryFailed(
        f"GENERIC_INTERNAL_ERROR: {first}", category=SYSTEM, error_type=INTERNAL_ERROR
    )
