"""Whether two states are equivalent: the same except for times and generated ids."""

import hashlib
import json
import re
from typing import Any

from moto.s3.models import s3_backends

from offline.clients import ACCOUNT
from offline.machine import Machine
from tests.crash.lake import catalog_tables, keys, pointers
from tests.crash.readledger import raw_items

_MASKS = (
    (re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"), "ID"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)"), "TIME"),
    # Slices keep their numbers, which say in what order they came.
    (re.compile(r"(\d{6})-\d{8}T\d{6}"), r"\1"),
)


def masked(value: Any) -> Any:
    """A JSON value without times and drawn ids."""
    text = json.dumps(value, sort_keys=True, default=str)
    for pattern, replacement in _MASKS:
        text = pattern.sub(replacement, text)
    return json.loads(text)


def likeness(machine: Machine, announced: set[str]) -> str:
    """A digest of all that a later run reads, and of which slices are announced.

    From states with the same one a run does the same, since every trial lets the same time pass.
    """
    return hashlib.sha256(
        json.dumps(masked([*_all(machine), sorted(announced)])).encode()
    ).hexdigest()


def _all(machine: Machine) -> list[Any]:
    lake = machine.outputs["LakeBucketName"]
    items = raw_items(machine.outputs["LedgerTableName"])
    tags = s3_backends[ACCOUNT]["aws"].tagger.tags
    return [
        sorted(json.dumps(masked(_lasting(item)), sort_keys=True) for item in items if _read(item)),
        [list(pointer) for pointer in pointers(machine)],
        {n: t.as_dict().get("Parameters") for n, t in catalog_tables(machine).items()},
        sorted(
            json.dumps(masked([item.key.rpartition("/")[0], item.etag]))
            for item in keys(machine, "tables/", "delta/")
        ),
        [
            [item.key, json.loads(machine.objects.path(lake, item.key).read_text())]
            for item in keys(machine, "slices/")
        ],
        sorted(json.dumps(masked([k.rpartition("/")[0], v])) for k, v in tags.items() if v),
        sorted(run.state for run in machine.athena.history),
    ]


def _read(item: dict[str, Any]) -> bool:
    """Whether a later run reads the item; it does not read which failures were reported."""
    return not item["pk"]["S"].endswith("#report")


def _lasting(item: dict[str, Any]) -> dict[str, Any]:
    """A ledger item without its numeric times, and without texts that no code reads."""
    return {name: value for name, value in item.items() if name not in ("expires_at", "failure")}
