"""Errors that Step Functions sees by class name; renaming one changes a contract."""


class SpringtideError(Exception):
    """When anything of ours goes wrong; the base of the others."""


class InvalidInputError(SpringtideError):
    """When the input of an execution is not one of the forms it may have."""


class DataSetError(SpringtideError):
    """When a data set's declaration is wrong; the message names the file and the field."""


class SettingsError(SpringtideError):
    """When a function's environment lacks a variable or holds one that makes no sense."""


class AthenaBusyError(SpringtideError):
    """When Athena throttles calls or has no room for another query."""


class TransientQueryError(SpringtideError):
    """When a query failed for a transient reason inside Athena, so that a retry may succeed."""


class QueryFailedError(SpringtideError):
    """When a query failed or was cancelled for good; the message holds Athena's reason."""


class LedgerBusyError(SpringtideError):
    """When DynamoDB leaves items unwritten or unread after all retries."""


class LeaseLostError(SpringtideError):
    """When a run is about to write and the lease is no longer its own."""


class LeaseHeldError(SpringtideError):
    """When another writer holds the lease, so that nothing may be written now."""


class RollbackRefusedError(SpringtideError):
    """When a run could not restore what a rollback undoes; the message names each obstacle."""


class RebuildRefusedError(SpringtideError):
    """When event hours cannot be rebuilt; the message says why, and nothing was changed."""


class RebuildTooNarrowError(SpringtideError):
    """When a rebuild has to read more arrival hours; its request names them from now on."""


class DataSetChangedError(SpringtideError):
    """When a deployment has changed the data set since the slice was planned."""


class ListingNotCoveredError(SpringtideError):
    """When a landed object that was listed has content but none of its lines were read."""


class MisnamedObjectsError(SpringtideError):
    """When landed objects hold no text, though their names say so; they are named as unread."""


class TooManyRejectsError(SpringtideError):
    """When too large a share of a slice was rejected, so that the rest would mislead."""


class AuditFailedError(SpringtideError):
    """When staged versions do not hold exactly the rows that they should."""


class FenceLostError(SpringtideError):
    """When a partition no longer points where the merge read it."""


class CatalogError(SpringtideError):
    """When the Glue catalog refuses a change or holds something that we did not put there."""


class StaleReadError(SpringtideError):
    """When Athena read another version of a partition than the catalog points at."""
