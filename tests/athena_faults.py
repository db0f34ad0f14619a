"""What a test makes Athena do to a statement: an AthenaService's `faults` hand these out."""

from offline.athena.errors import OTHER, USER, Ended
from offline.athena.service.runs import CANCELLED, FAILED, QUEUED


class Fault(Ended):
    """What a test makes Athena do to a statement."""

    @classmethod
    def transient(cls, reason: str = "Query exhausted resources at this scale factor") -> "Fault":
        """FAILED, with an error that Athena calls worth a retry."""
        return cls(FAILED, reason, retryable=True)

    @classmethod
    def permanent(cls, reason: str) -> "Fault":
        """FAILED because of the statement or its data."""
        return cls(FAILED, reason, USER)

    @classmethod
    def cancelled(cls, reason: str = "Query cancelled by user") -> "Fault":
        """CANCELLED."""
        return cls(CANCELLED, reason, OTHER)

    @classmethod
    def requeued(cls, seconds: float = 0.0) -> "Fault":
        """RUNNING back to QUEUED for a while, then run again; written files stay."""
        return cls(QUEUED, "", seconds=seconds)
