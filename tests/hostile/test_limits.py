"""Too many objects with too long names to fit where the names have to go."""

import json

from springtide.ledger import open_hours
from springtide.model.unread import MAX_NAMES_BYTES
from springtide.steps.run_query import STATEMENT_LIMIT

from tests.failures.sizes import Sizes
from tests.hostile.values import long_name
from tests.pipeline.rig import Bring, event

HIDDEN_HOUR, ZIP_HOUR, GOOD_HOUR = "2020/07/13/00/", "2020/07/13/01/", "2020/07/13/02/"
OBJECTS = 400  # of 1,024 bytes: more than a statement or an item of the ledger holds


def test_hours_of_long_names_take_small_items_or_are_held_and_hold_up_nothing_else(
    rig: Bring,
) -> None:
    it = rig()
    at = "2020-07-13T00:10:00Z"
    for hour in (HIDDEN_HOUR, ZIP_HOUR, GOOD_HOUR):
        it.land(hour + "good.gz", event(int(hour[-2]), at))
    for number in range(OBJECTS):
        it.land_bytes(HIDDEN_HOUR + "_" + long_name(HIDDEN_HOUR + "_", f"{number}", ".gz"), b"x")
        it.land_bytes(ZIP_HOUR + long_name(ZIP_HOUR, f"{number}", ".zip"), b"x")
    it.land_bytes(HIDDEN_HOUR + "bad.json", b"x")
    sizes = Sizes()
    it.machine.calls.watchers.append(sizes)

    execution = it.run()

    assert execution.states.count("Notify Held") == 1
    assert {row["unieke_id"] for row in it.events().values()} == {0, 2}
    ((held, item),) = open_hours.read(it.ledger).items()
    assert (f"{held.start:%Y/%m/%d/%H}/", item["state"]) == (ZIP_HOUR, "held")
    assert f"Athena {STATEMENT_LIMIT}; it names too many objects to step around" in item["reason"]
    account = it.account()
    assert len(account.unread) + account.unread_more == OBJECTS
    assert 0 < len(json.dumps(account.unread)) < 2 * MAX_NAMES_BYTES
    assert account.rejected == {"malformed": 1}
    # What is kept of names, in a slice or in an hour; DynamoDB ends at 400 KB.
    assert MAX_NAMES_BYTES < sizes.largest < 2 * MAX_NAMES_BYTES
    assert all(entry["object"].startswith(HIDDEN_HOUR + "_") for entry in account.unread)
