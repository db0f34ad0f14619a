-- Reads: events, the hours that are built and the twenty minutes before them.
-- Writes: traffic, one row per road location and minute.
-- Late and duplicate events are no concern here: events holds one row per measurement, and a late one
-- has its own hour and the next built again. Windows are true minutes, so that a row's values do not
-- depend on which rows happen to be there, nor on how the hours were cut.
-- Everything is summed up as whole numbers. A mean of doubles over a moving window depends on what
-- left the window before, so its last digits would follow the cut, and 40 could come out below 40.
-- No value that `events` accepts overflows a sum: what no minute can have measured is left out first.
WITH measured AS (
  SELECT
    lve_nr,
    event_time,
    CASE WHEN rekendata_bezettingsgraad <= 1000000 THEN rekendata_bezettingsgraad END AS occupancy,
    -- A million vehicles a minute, or fewer than none, is no count; it counts 0 as a missing one does.
    CASE WHEN verkeersintensiteit_klasse2 BETWEEN 0 AND 1000000 THEN verkeersintensiteit_klasse2 ELSE 0 END AS vehicles_class2,
    CASE WHEN verkeersintensiteit_klasse3 BETWEEN 0 AND 1000000 THEN verkeersintensiteit_klasse3 ELSE 0 END AS vehicles_class3,
    CASE WHEN verkeersintensiteit_klasse4 BETWEEN 0 AND 1000000 THEN verkeersintensiteit_klasse4 ELSE 0 END AS vehicles_class4,
    CASE WHEN verkeersintensiteit_klasse5 BETWEEN 0 AND 1000000 THEN verkeersintensiteit_klasse5 ELSE 0 END AS vehicles_class5,
    -- 251 and 254 are not computable, 252 means no vehicles: no speed, all three.
    CASE WHEN voertuigsnelheid_rekenkundig_klasse2 BETWEEN 0 AND 250 THEN voertuigsnelheid_rekenkundig_klasse2 END AS speed_class2,
    CASE WHEN voertuigsnelheid_rekenkundig_klasse3 BETWEEN 0 AND 250 THEN voertuigsnelheid_rekenkundig_klasse3 END AS speed_class3,
    CASE WHEN voertuigsnelheid_rekenkundig_klasse4 BETWEEN 0 AND 250 THEN voertuigsnelheid_rekenkundig_klasse4 END AS speed_class4,
    CASE WHEN voertuigsnelheid_rekenkundig_klasse5 BETWEEN 0 AND 250 THEN voertuigsnelheid_rekenkundig_klasse5 END AS speed_class5
  FROM events
  WHERE {read_hours}
    AND lve_nr IS NOT NULL
    AND defect = 0
    AND beschikbaar = 1
    AND rekendata_bezettingsgraad >= 0
),
weighed AS (
  SELECT
    lve_nr,
    event_time,
    occupancy,
    vehicles_class2,
    vehicles_class3,
    vehicles_class4,
    vehicles_class5,
    coalesce(speed_class2 * vehicles_class2, 0)
      + coalesce(speed_class3 * vehicles_class3, 0)
      + coalesce(speed_class4 * vehicles_class4, 0)
      + coalesce(speed_class5 * vehicles_class5, 0) AS speed_times_vehicles,
    -- Vehicles whose speed is not known take no part in the mean.
    CASE WHEN speed_class2 IS NULL THEN 0 ELSE vehicles_class2 END
      + CASE WHEN speed_class3 IS NULL THEN 0 ELSE vehicles_class3 END
      + CASE WHEN speed_class4 IS NULL THEN 0 ELSE vehicles_class4 END
      + CASE WHEN speed_class5 IS NULL THEN 0 ELSE vehicles_class5 END AS vehicles_with_speed
  FROM measured
),
minutes AS (
  SELECT
    lve_nr,
    event_time,
    count(*) AS lanes,
    sum(vehicles_class2) AS vehicles_class2,
    sum(vehicles_class3) AS vehicles_class3,
    sum(vehicles_class4) AS vehicles_class4,
    sum(vehicles_class5) AS vehicles_class5,
    CAST(sum(occupancy) AS double) / nullif(count(occupancy), 0) AS occupancy,
    CAST(sum(speed_times_vehicles) AS double) / nullif(sum(vehicles_with_speed), 0) AS current_speed
  FROM weighed
  GROUP BY
    lve_nr,
    event_time
),
counted AS (
  SELECT
    lve_nr,
    event_time,
    lanes,
    vehicles_class2,
    vehicles_class3,
    vehicles_class4,
    vehicles_class5,
    occupancy,
    current_speed,
    -- In billionths of a km/h, a whole number: its sums are exact.
    CAST(round(current_speed * 1e9) AS bigint) AS speed
  FROM minutes
),
windowed AS (
  SELECT
    lve_nr,
    event_time,
    lanes,
    vehicles_class2,
    vehicles_class3,
    vehicles_class4,
    vehicles_class5,
    occupancy,
    current_speed,
    speed,
    max(current_speed) OVER (
      PARTITION BY lve_nr
      ORDER BY event_time
      RANGE BETWEEN INTERVAL '1' MINUTE PRECEDING AND INTERVAL '1' MINUTE PRECEDING
    ) AS previous_speed,
    max(speed) OVER (
      PARTITION BY lve_nr
      ORDER BY event_time
      RANGE BETWEEN INTERVAL '1' MINUTE PRECEDING AND INTERVAL '1' MINUTE PRECEDING
    ) AS speed_before,
    -- (t - 3 min, t] and (t - 20 min, t]: timestamps have milliseconds.
    sum(speed) OVER (
      PARTITION BY lve_nr
      ORDER BY event_time
      RANGE BETWEEN INTERVAL '179.999' SECOND PRECEDING AND CURRENT ROW
    ) AS speeds_3min,
    count(speed) OVER (
      PARTITION BY lve_nr
      ORDER BY event_time
      RANGE BETWEEN INTERVAL '179.999' SECOND PRECEDING AND CURRENT ROW
    ) AS minutes_3min,
    sum(speed) OVER (
      PARTITION BY lve_nr
      ORDER BY event_time
      RANGE BETWEEN INTERVAL '1199.999' SECOND PRECEDING AND CURRENT ROW
    ) AS speeds_20min,
    count(speed) OVER (
      PARTITION BY lve_nr
      ORDER BY event_time
      RANGE BETWEEN INTERVAL '1199.999' SECOND PRECEDING AND CURRENT ROW
    ) AS minutes_20min
  FROM counted
),
averaged AS (
  SELECT
    lve_nr,
    event_time,
    lanes,
    vehicles_class2,
    vehicles_class3,
    vehicles_class4,
    vehicles_class5,
    occupancy,
    current_speed,
    previous_speed,
    speed - speed_before AS speed_change,
    -- Rounded to billionths again: three minutes of 39⅓, 40⅓ and 40⅓ are 40.
    round(CAST(speeds_3min AS double) / nullif(minutes_3min, 0)) / 1e9 AS avg_speed_3min,
    round(CAST(speeds_20min AS double) / nullif(minutes_20min, 0)) / 1e9 AS avg_speed_20min
  FROM windowed
),
judged AS (
  SELECT
    lve_nr,
    event_time,
    lanes,
    vehicles_class2 + vehicles_class3 + vehicles_class4 + vehicles_class5 AS vehicles,
    vehicles_class2,
    vehicles_class3,
    vehicles_class4,
    vehicles_class5,
    occupancy,
    current_speed,
    previous_speed,
    CASE
      WHEN speed_change >= 20000000000 THEN 1
      WHEN speed_change <= -20000000000 THEN -1
      WHEN speed_change IS NOT NULL THEN 0
    END AS speed_diff_indicator,
    avg_speed_3min,
    avg_speed_20min,
    CASE WHEN avg_speed_3min < 40 THEN 1 WHEN avg_speed_3min >= 40 THEN 0 ELSE -1 END AS jam_indicator,
    CASE WHEN avg_speed_20min < 40 THEN 1 WHEN avg_speed_20min >= 40 THEN 0 ELSE -1 END AS jam_indicator_long,
    date_format(event_time, '%Y-%m-%d') AS event_date,
    date_format(event_time, '%H') AS event_hour
  FROM averaged
)
SELECT
  lve_nr,
  event_time,
  lanes,
  vehicles,
  vehicles_class2,
  vehicles_class3,
  vehicles_class4,
  vehicles_class5,
  occupancy,
  current_speed,
  previous_speed,
  speed_diff_indicator,
  avg_speed_3min,
  avg_speed_20min,
  jam_indicator,
  jam_indicator_long,
  event_date,
  event_hour
FROM judged
WHERE {built_hours}
