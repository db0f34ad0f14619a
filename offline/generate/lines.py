"""Writes measurements as JSON lines, like the feed: as text or number, whole or broken."""

from collections.abc import Iterator

import duckdb
import numpy as np

from offline.generate.faults import BROKEN, WHOLE, Arrivals
from offline.generate.traffic import CLASSES, Columns
from offline.threads import in_a_thread

BATCH_LINES = 200_000  # far below the 2 GiB that one buffer of lines may hold
ISO, EPOCH_NUMBER, EPOCH_TEXT = 0, 1, 2
_TIME_STYLES = ((ISO, 0.92), (EPOCH_NUMBER, 0.04), (EPOCH_TEXT, 0.04))
_YEAR_2100_S = 4_102_444_800
_KINDS = tuple(BROKEN)


def style_lines(rows: Columns, arrivals: Arrivals, rng: np.random.Generator) -> Columns:
    """Decide how each row is written and broken; copies are written alike."""
    styles = [style for style, _ in _TIME_STYLES]
    shares = [share for _, share in _TIME_STYLES]
    text = arrivals.text
    quoted = rng.random((4, arrivals.texts)) < rng.choice((0.05, 0.85, 1.0), arrivals.texts)
    columns: Columns = {f"quoted{group}": quoted[group][text] for group in range(4)}
    columns |= {
        "event_style": rng.choice(styles, arrivals.texts, p=shares)[text],
        "modified_style": rng.choice(styles, arrivals.texts, p=shares)[text],
        "cut": rng.random(arrivals.texts)[text],
        "broken": arrivals.broken,
    }
    event_s = rows["event_s"].astype(np.int64)
    for kind, time_s in (("year_1970", event_s % 86_400), ("far_future", event_s % 86_400)):
        base_s = _YEAR_2100_S if kind == "far_future" else 0
        event_s = np.where(arrivals.broken == _KINDS.index(kind), base_s + time_s, event_s)
    return rows | columns | {"event_s": event_s}


def render_lines(columns: Columns) -> Iterator[tuple[memoryview, np.ndarray]]:
    """Yield the lines' bytes, with line ends, and the offset where each begins."""
    connection = duckdb.connect()
    count = len(columns["event_s"])
    for first in range(0, count, BATCH_LINES):
        batch = {name: values[first : first + BATCH_LINES] for name, values in columns.items()}
        connection.register("lines", batch)
        rows = in_a_thread(lambda: connection.sql(_SQL).to_arrow_table())
        text = rows.column("line").combine_chunks()
        _, offsets, data = text.buffers()
        starts = np.frombuffer(offsets, dtype=np.int32)[: len(text) + 1]
        yield memoryview(data), starts
        connection.unregister("lines")
    connection.close()


def _time(name: str) -> str:
    """Return the SQL for a time as text: the feed's clock stays at +01:00 in summer too."""
    seconds = f"{name}_s"
    return f"""CASE {name}_style
            WHEN {EPOCH_NUMBER} THEN {seconds}::VARCHAR
            WHEN {EPOCH_TEXT} THEN concat('"', {seconds}, '"')
            ELSE strftime(make_timestamp(({seconds} + 3600) * 1000000),
                '"%Y-%m-%dT%H:%M:%S+01:00"')
        END"""


def _quote(group: int) -> str:
    return f"""CASE WHEN quoted{group} THEN '"' ELSE '' END AS q{group}"""


def _number(field: str, column: str, group: int) -> str:
    return f"""',"{field}":', q{group}, {column}, q{group}"""


def _class(number: int) -> str:
    return f"""CASE WHEN absent{number} THEN '' ELSE concat(
            {_number(f"verkeersintensiteit_klasse{number}", f"intensity{number}", 2)},
            {_number(f"voertuigsnelheid_rekenkundig_klasse{number}", f"mean{number}", 3)},
            {_number(f"voertuigsnelheid_harmonisch_klasse{number}", f"harmonic{number}", 3)}
        ) END"""


def _broken(kind: str) -> str:
    return f"broken = {_KINDS.index(kind)}"


_SQL = f"""
WITH quoted AS (
    SELECT *, {", ".join(map(_quote, range(4)))}
    FROM lines
),
documents AS (
    SELECT
        broken,
        cut,
        concat(
        '{{"beschrijvende_id":"H', lpad(lve_nr::VARCHAR, 3, '0'), 'L', lane, '0"',
        CASE WHEN {_broken("missing_key")} THEN ''
            ELSE concat({_number("unieke_id", "unieke_id", 0)}) END,
        {_number("lve_nr", "lve_nr", 0)},
        CASE WHEN {_broken("missing_event_time")} THEN ''
            WHEN {_broken("unparseable_event_time")} THEN ',"tijd_waarneming":"onbekend"'
            ELSE concat(',"tijd_waarneming":', {_time("event")}) END,
        ',"tijd_laatst_gewijzigd":', {_time("modified")},
        {_number("actueel_publicatie", "actueel_publicatie", 1)},
        {_number("beschikbaar", "beschikbaar", 1)},
        {_number("defect", "defect", 1)},
        {_number("geldig", "geldig", 1)},
        {", ".join(_class(number) for number in CLASSES)},
        {_number("rekendata_bezettingsgraad", "occupancy", 2)},
        {_number("rekendata_beschikbaarheidsgraad", "availability", 2)},
        {_number("rekendata_onrustigheid", "unrest", 2)},
        '}}') AS document
    FROM quoted
)
SELECT CASE
    WHEN broken = {WHOLE} THEN concat(document, chr(10))
    WHEN {_broken("truncated")}
        THEN concat(left(document, 1 + (cut * (length(document) - 2))::BIGINT), chr(10))
    WHEN {_broken("not_json")} THEN concat('ERROR 503 upstream timed out after ',
        (cut * 30000)::BIGINT, ' ms', chr(10))
    WHEN {_broken("two_documents")} THEN concat(document, document, chr(10))
    WHEN {_broken("array")} THEN concat('[', document, ']', chr(10))
    ELSE concat(document, chr(10))
END AS line
FROM documents
"""
