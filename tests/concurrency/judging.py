"""What must be there in the end, whoever was at work at once."""

from tests.pipeline import trafficreference
from tests.pipeline.rig import Rig


def expect_all(it: Rig) -> None:
    """Asserts events, quarantine and account by the oracle, and traffic by its own reference."""
    it.expect()
    trafficreference.check(it)
