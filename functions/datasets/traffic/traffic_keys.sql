-- Reads: events, the hours that are built.
-- The keys that traffic must hold: every road location and minute with a measurement that counts.
SELECT DISTINCT
  lve_nr,
  event_time,
  event_date,
  event_hour
FROM events
WHERE {built_hours}
  AND lve_nr IS NOT NULL
  AND defect = 0
  AND beschikbaar = 1
  AND rekendata_bezettingsgraad >= 0
