"""The meter that the model is held against counts every call, or says that it cannot."""

from collections.abc import Callable

import pytest

from offline.api_calls import Principal, acting_as
from tests.cost.billing import Meter, UncountedError
from tests.pipeline.rig import Rig


@pytest.mark.parametrize(
    ("service", "operation", "named"),
    [("sqs", "list_queues", "sqs ListQueues"), ("s3", "list_buckets", "s3 ListBuckets")],
)
def test_a_call_that_the_model_knows_nothing_of_is_refused(
    rig: Callable[..., Rig], service: str, operation: str, named: str
) -> None:
    it = rig()
    meter = Meter(it)
    with acting_as(Principal("function", "PlanSliceFunction")):
        getattr(it.client(service), operation)()

    with pytest.raises(UncountedError, match=named):
        meter.counts()
