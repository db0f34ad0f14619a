-- Reads: events, the days that are built and what lies around them.
-- The keys that sessions must hold: every event that no other of its visitor came before for half an hour.
SELECT
  user_id,
  event_time,
  event_date
FROM (
  SELECT
    user_id,
    event_time,
    event_date,
    lag(event_time) OVER (PARTITION BY user_id ORDER BY event_time, event_id) AS before
  FROM events
  WHERE {read_hours}
    AND user_id IS NOT NULL
)
WHERE {built_hours}
  AND (before IS NULL OR before <= date_add('minute', -30, event_time))
