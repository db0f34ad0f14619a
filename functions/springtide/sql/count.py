"""The statement that counts a slice's delta: per object, per event hour, and per reject reason.

Reads: delta, four narrow columns of it. Grain of the result: one row per kind and thing counted.
"""

from __future__ import annotations

from springtide.sql.quoting import literal

OBJECT, EVENT_HOUR, REJECT = "object", "event_hour", "reject"


def count(version: str) -> str:
    """The SELECT over the delta of that version; columns kind, subject, aspect, lines."""
    where = f"version = {literal(version)}"
    return f"""SELECT
  '{OBJECT}' AS kind,
  source_path AS subject,
  arrival_hour AS aspect,
  count(*) AS lines
FROM delta
WHERE {where}
GROUP BY source_path, arrival_hour
UNION ALL
SELECT
  '{EVENT_HOUR}' AS kind,
  event_date AS subject,
  event_hour AS aspect,
  count(*) AS lines
FROM delta
WHERE {where}
  AND reject_reason IS NULL
GROUP BY event_date, event_hour
UNION ALL
SELECT
  '{REJECT}' AS kind,
  arrival_hour AS subject,
  reject_reason AS aspect,
  count(*) AS lines
FROM delta
WHERE {where}
  AND reject_reason IS NOT NULL
GROUP BY arrival_hour, reject_reason"""
