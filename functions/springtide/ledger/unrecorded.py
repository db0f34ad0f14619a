"""What a slice that was not recorded leaves to the next one."""

from springtide.ledger import held_derived, slices
from springtide.ledger.chunks import underived
from springtide.ledger.documents import Documents
from springtide.ledger.journal import flips
from springtide.ledger.table import Ledger
from springtide.model.documents import Plan
from springtide.model.partitions import EVENTS
from springtide.model.settings import Settings


def hand_on(settings: Settings, ledger: Ledger, plan: Plan) -> None:
    """Adds to a plan what the slice before it left, if that one was not recorded.

    `underived` are event hours that it published, or was itself left: their arrival hours are
    ingested again, but without objects that are gone or skipped since, so that nothing else might
    derive from them. `derive_hours` and `changed` are what Isolate Failure decided about it. Held
    hours of derived tables that are retried are added to any slice.
    """
    again = held_derived.retried(ledger)
    newest = slices.newest(ledger)
    if newest is None or newest["state"] not in ("planned", "failed"):
        plan["underived"] = [list(hour) for hour in sorted(again)]
        return
    before = Documents(settings.lake_bucket, newest["sk"]).plan()
    published = {flip.partition for flip in flips(ledger, newest["sk"], f"{EVENTS.table}#")}
    plan["underived"] = [list(hour) for hour in sorted(published.union(underived(before), again))]
    for decided in (before, newest.get("decision")):
        if decided is not None and "derive_hours" in decided:
            plan["derive_hours"] = decided["derive_hours"]
        if decided is not None and "changed" in decided:
            plan["changed"] = decided["changed"]
