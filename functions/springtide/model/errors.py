"""Errors that Step Functions matches by class name; renaming one changes a contract."""


class SpringtideError(Exception):
    """The base of all errors that Springtide raises."""


class InvalidInputError(SpringtideError):
    """The input of an execution is not one of the accepted forms."""


class DataSetError(SpringtideError):
    """A data set's declaration is wrong; the message names the file and the field."""


class SettingsError(SpringtideError):
    """A function's environment lacks a variable or holds an invalid value."""


class AthenaBusyError(SpringtideError):
    """Athena throttles calls or has no room for another query."""


class TransientQueryError(SpringtideError):
    """A query failed for a transient reason inside Athena, so a retry may succeed."""


class QueryFailedError(SpringtideError):
    """A query failed or was cancelled for good; the message holds Athena's reason."""


class LedgerBusyError(SpringtideError):
    """DynamoDB left items unwritten or unread after all retries."""


class LeaseLostError(SpringtideError):
    """A run is about to write, and another writer holds its lease now."""


class LeaseHeldError(SpringtideError):
    """Another writer holds the lease, so nothing may be written now."""


class RollbackRefusedError(SpringtideError):
    """A run could not restore what the rollback undoes; the message names each obstacle."""


class RebuildRefusedError(SpringtideError):
    """Event hours cannot be rebuilt; the message says why, and nothing was changed."""


class RebuildTooNarrowError(SpringtideError):
    """A rebuild has to read more arrival hours; its request names them from now on."""


class DataSetChangedError(SpringtideError):
    """A deployment has changed the data set since the slice was planned."""


class ListingNotCoveredError(SpringtideError):
    """A listed object has content, but none of its lines were read."""


class MisnamedObjectsError(SpringtideError):
    """Landed objects hold no text, though their names say so; the slice counts them as unread."""


class TooManyRejectsError(SpringtideError):
    """Too large a share of a slice's lines was rejected, so the rest would mislead."""


class AuditFailedError(SpringtideError):
    """Staged versions do not hold exactly the rows that they should."""


class FenceLostError(SpringtideError):
    """A partition no longer points where the merge read it."""


class CatalogError(SpringtideError):
    """The Glue catalog refuses a change, or holds something that Springtide did not put there."""


class StaleReadError(SpringtideError):
    """Athena read another version of a partition than the catalog points at."""
