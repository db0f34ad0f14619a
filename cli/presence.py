"""Whether a document has a field's member."""

import json
from collections.abc import Mapping
from typing import Any

from springtide.dataset.declaration import Field
from springtide.dataset.paths import Entry


def is_there(document: Mapping[str, Any], field: Field) -> bool:
    """Whether the field's member is there and not null."""
    value: Any = {name.lower(): below for name, below in document.items()}
    path = (*field.json_in, *field.path)
    for depth, part in enumerate(path):
        name = part.lower() if depth == 0 and isinstance(part, str) else part
        if isinstance(part, str):
            value = value.get(name) if isinstance(value, dict) else None
        elif isinstance(part, Entry):
            value = _entry(value, part)
        else:
            value = value[part] if isinstance(value, list) and len(value) > part else None
        if isinstance(value, str) and depth + 1 < len(path):
            return True  # JSON within a text, which is not gone into here
    return value is not None


def _entry(value: Any, wanted: Entry) -> Any:
    """The element of a list that the entry names; None for none."""
    for each in value if isinstance(value, list) else ():
        found = each.get(wanted.member) if isinstance(each, dict) else None
        if (found if isinstance(found, str) else json.dumps(found)) == wanted.value:
            return each
    return None
