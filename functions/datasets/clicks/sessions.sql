-- Reads: events, the days that are built, half an hour before them and a day after them.
-- Writes: sessions, one row per visitor and session, in the day of its first event.
-- An event without another of the same visitor in the half hour before it begins a session. What comes
-- a day or more after a session's first event counts for none, so that no row looks further ahead.
WITH acts AS (
  SELECT
    user_id,
    event_time,
    event_id,
    type,
    url,
    items,
    lag(event_time) OVER (PARTITION BY user_id ORDER BY event_time, event_id) AS before
  FROM events
  WHERE {read_hours}
    AND user_id IS NOT NULL
),
marked AS (
  SELECT
    user_id,
    event_time,
    event_id,
    type,
    url,
    items,
    before IS NULL OR before <= date_add('minute', -30, event_time) AS begins
  FROM acts
),
placed AS (
  SELECT
    user_id,
    event_time,
    type,
    url,
    items,
    begins,
    max(CASE WHEN begins THEN event_time END) OVER (
      PARTITION BY user_id
      ORDER BY event_time, event_id
      ROWS UNBOUNDED PRECEDING
    ) AS began_at
  FROM marked
),
counted AS (
  SELECT
    user_id,
    began_at AS event_time,
    max(event_time) AS ended_at,
    count(*) AS events,
    count_if(type = 'buy') AS purchases,
    sum(CASE WHEN type = 'buy' THEN coalesce(json_array_length(items), 0) ELSE 0 END) AS articles,
    max(CASE WHEN begins THEN url END) AS first_url,
    date_format(began_at, '%Y-%m-%d') AS event_date
  FROM placed
  WHERE event_time < date_add('hour', 24, began_at)
  GROUP BY
    user_id,
    began_at
)
SELECT
  user_id,
  event_time,
  ended_at,
  events,
  purchases,
  articles,
  first_url,
  event_date
FROM counted
WHERE {built_hours}
