"""What a stack has measured, and how it compares with what has landed."""

from collections import Counter

from tests import cloudwatch
from tests.pipeline.rig import Rig


def sums(it: Rig) -> Counter[str]:
    """The sums of what was measured, and of the metrics, which are the same."""
    found, metrics = Counter[str](), Counter[str]()
    for each in cloudwatch.measured(it.machine):
        found.update({n: int(v) for n, v in each.values.items() if not isinstance(v, dict)})
    for point in cloudwatch.metrics(it.machine):
        metrics[point.name] += int(point.value)
    assert {name: found[name] for name in metrics} == metrics
    return found


def expect_sums(it: Rig) -> Counter[str]:
    """Compares the sums with what the independent reference counts of all that has landed."""
    expected, found = it.expect(), sums(it)
    assert found["Lines"] == expected.lines
    assert found["Accepted"] == expected.lines - len(expected.quarantine)
    assert found["Duplicates"] == expected.duplicates
    assert found["Rejected"] == len(expected.quarantine)
    return found
