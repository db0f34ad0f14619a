"""Sends an event to EventBridge for each recorded slice, at least once."""

import json
from typing import Any

from springtide.aws import clients
from springtide.dataset import loading
from springtide.dataset.declaration import DataSet
from springtide.ledger import announcements, completeness
from springtide.ledger.announcements import Announcement
from springtide.ledger.chunks import underived
from springtide.ledger.documents import Documents
from springtide.ledger.table import Ledger
from springtide.model.errors import SpringtideError
from springtide.model.partitions import EVENTS, keys_of
from springtide.model.settings import Settings
from springtide.model.wording import listed

SOURCE = "springtide"
DETAIL_TYPE = "Springtide Slice Published"
# EventBridge takes 262,144 bytes an entry, envelope included
# (docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html). Some targets have the
# same limit and an envelope of their own, so this leaves room.
MAX_DETAIL_BYTES = 200_000
_DOCUMENT = "announcement"


def announce(settings: Settings) -> int:
    """Sends an event for each slice that is to be announced, the oldest first; returns how many.

    An announcement is removed after its event was sent: a crash in between sends it again.
    Raises SpringtideError for events that cannot be built or that EventBridge refuses, once all
    others are sent.
    """
    ledger = Ledger(settings.ledger_table, settings.data_set)
    announced, refused = 0, []
    for item in announcements.intended(ledger):
        try:
            _send(_detail(settings, ledger, item))
        except SpringtideError as err:
            refused.append(f"slice {item['sk']}: {err}")
            continue
        announcements.sent(ledger, item["sk"])
        announced += 1
    if refused:
        raise SpringtideError(listed(refused) + "\nthey are tried again at the next turn")
    return announced


def _detail(settings: Settings, ledger: Ledger, item: Announcement) -> str:
    """The event's detail as JSON, without partitions if there are too many of them."""
    documents = Documents(settings.lake_bucket, item["sk"])
    tables = _tables(documents, loading.load(settings.data_set))
    detail = {
        "stack": settings.stack,
        "data_set": settings.data_set,
        "slice": item["sk"],
        "kind": item["kind"],
        "arrival_hours": item["arrival_hours"],
        "account": item["account"],
        **completeness.upto(ledger, settings.start_from).parameters(),
        "database": settings.database,
        "tables": tables,
        "partitions_listed": True,
        "document": documents.uri(_DOCUMENT),
    }
    documents.write(_DOCUMENT, detail)
    text = json.dumps(detail)
    if len(text.encode()) <= MAX_DETAIL_BYTES:
        return text
    counted = {name: {**table, "partitions": []} for name, table in tables.items()}
    return json.dumps({**detail, "tables": counted, "partitions_listed": False})


def _tables(documents: Documents, data_set: DataSet) -> dict[str, dict[str, Any]]:
    """The tables that a slice has published to, each with its partitions.

    Keyed by name and not a list, since EventBridge rules match object members. Raises
    SpringtideError if a document of the slice is gone.
    """
    partitions: dict[str, list[list[str]]] = {}
    try:
        for chunk in documents.all_passed():
            found = partitions.setdefault(chunk["table"], [])
            found += [entry["partition"] for entry in chunk["staged"]]
        before = underived(documents.plan())
    except clients.s3().exceptions.NoSuchKey as err:
        raise SpringtideError("a document of what it has published is gone") from err
    # Published by a slice that died before it was announced. A retried day of a daily table is not
    # a partition of hourly `events`.
    keys = len(data_set.event_keys)
    for values in (list(values) for values in before if len(values) == keys):
        events = partitions.setdefault(EVENTS.table, [])
        events += [values] if values not in events else []
    return {
        table: {
            "partition_keys": list(keys_of(table)[: len(values[0])]),
            "partition_count": len(values),
            "partitions": sorted(values),
        }
        for table, values in partitions.items()
    }


def _send(detail: str) -> None:
    answer = clients.events().put_events(
        Entries=[{"Source": SOURCE, "DetailType": DETAIL_TYPE, "Detail": detail}]
    )
    if answer["FailedEntryCount"]:
        (entry,) = answer["Entries"]
        raise SpringtideError(
            f"EventBridge did not take the event: {entry['ErrorCode']}: {entry['ErrorMessage']}"
        )
