"""What lands before a rebuild, and what people see before and after one."""

from collections.abc import Callable
from typing import Any

from tests.pipeline.rig import Rig, event
from tests.pipeline.starts import Start
from tests.pipeline.undo import records, state

Ingested = Start[None]
Declare = Callable[..., None]
DAY = {"rebuild": {"from": "2020-07-13T00", "to": "2020-07-14T00"}}
RULE = '\n[[rules]]\nreason = "broken_detector"\nreject_when = "defect = 1"\n'
# A rule that rejects what lies at hour 01, when hour 05 is rebuilt.
RULE_ELSEWHERE = RULE.replace("defect = 1", "unieke_id = 8")
HOUR = {"rebuild": {"from": "2020-07-13T05", "to": "2020-07-13T06"}}


def land(it: Rig) -> None:
    """Two days and a bit: late, duplicate, revised, defect and broken lines among them."""
    it.land(
        "2020/07/12/22/a.gz",
        event(1, "2020-07-12T22:10:00Z"),
        event(2, "2020-07-12T22:59:00Z"),
    )
    it.land(
        "2020/07/13/00/a.gz",
        event(1, "2020-07-13T00:01:00Z"),
        event(2, "2020-07-13T00:02:00Z", defect=1),
        event(3, "2020-07-12T23:59:00Z", tijd_laatst_gewijzigd="2020-07-13T00:10:00Z"),
        "broken",
    )
    it.land(
        "2020/07/13/01/a.gz",
        event(1, "2020-07-13T00:01:00Z", tijd_laatst_gewijzigd="2020-07-13T01:00:00Z", defect=1),
        event(4, "2020-07-13T01:30:00Z"),
    )
    it.land(
        "2020/07/13/01/aa.gz",
        event(5, "2020-07-13T01:31:00Z", tijd_laatst_gewijzigd="2020-07-13T05:00:00Z"),
    )
    it.land("2020/07/13/05/a.gz", event(6, "2020-07-13T05:00:00Z", defect=1))
    it.land(
        "2020/07/14/09/a.gz",
        event(7, "2020-07-14T09:00:00Z"),
        event(4, "2020-07-13T01:30:00Z"),
        event(8, "2020-07-13T01:32:00Z"),
    )


def seen(it: Rig) -> tuple[Any, ...]:
    """What people see of the tables, the account, and what the ledger has of the hours."""
    account = it.account()
    rejected = sum(account.rejected.values())
    assert account.lines == account.distinct + account.duplicates + rejected
    numbers = (account.lines, account.distinct, account.duplicates, account.rejected)
    return state(it), numbers, records(it)


def ingest(it: Rig) -> None:
    """Lands that, and has one run ingest it."""
    land(it)
    assert it.run().states[-1] == "Up To Date"


def fresh(it: Rig, *lands: Callable[[Rig], None]) -> tuple[Any, ...]:
    """What one run over everything comes to under the present declaration, on an empty stack."""
    for land_some in lands:
        land_some(it)
    it.run()
    return seen(it)


def corrected_elsewhere(ingested: Ingested, declare: Declare) -> tuple[Rig, Any]:
    """A stack that took all in before `RULE_ELSEWHERE` was declared, and what then is seen."""
    declare(added=RULE_ELSEWHERE)
    expected = fresh(ingested.empty(), land)
    return ingested.again(), expected
