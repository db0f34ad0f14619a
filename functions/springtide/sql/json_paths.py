"""SQL that extracts the value at a path of JSON."""

from collections.abc import Sequence

from springtide.dataset.paths import Entry, Step
from springtide.sql.quoting import literal


def json_path(path: Sequence[Step]) -> str:
    """The literal of a JSON path of names and positions."""
    steps = (f"[{step}]" if isinstance(step, int) else f'["{step}"]' for step in path)
    return literal("$" + "".join(steps))


def extracted(json: str, path: Sequence[Step], function: str = "json_extract") -> str:
    """The value at the path, as JSON, or as text with `json_extract_scalar`.

    NULL if the path leads nowhere, or if a declared list is another value.
    """
    last = max((at for at, step in enumerate(path) if isinstance(step, Entry)), default=-1)
    if last >= 0:
        entry, listed = path[last], extracted(json, path[:last])
        assert isinstance(entry, Entry)
        member = json_path([entry.member])
        json = (
            f"element_at(filter(TRY(CAST({listed} AS ARRAY(JSON))),"
            f" e -> json_extract_scalar(e, {member}) = {literal(entry.value)}), 1)"
        )
    rest = path[last + 1 :]
    if not rest and function == "json_extract":
        return json
    return f"{function}({json}, {json_path(rest)})"
