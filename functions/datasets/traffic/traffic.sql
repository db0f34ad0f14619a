-- Reads: events, the hours that are built and the twenty minutes before them.
-- Writes: traffic, one row per road location and minute.
-- Late and duplicate events are no concern here: events holds one row per measurement, and a late one
-- has its own hour and the next built again. Windows are true minutes, so that a row's values do not
-- depend on which rows happen to be there, nor on how the hours were cut.
WITH measured AS (
  SELECT
    lve_nr,
    event_time,
    rekendata_bezettingsgraad,
    coalesce(verkeersintensiteit_klasse2, 0) AS vehicles_class2,
    coalesce(verkeersintensiteit_klasse3, 0) AS vehicles_class3,
    coalesce(verkeersintensiteit_klasse4, 0) AS vehicles_class4,
    coalesce(verkeersintensiteit_klasse5, 0) AS vehicles_class5,
    -- 251 and 254 are not computable, 252 means no vehicles: none of them is a speed.
    CASE WHEN voertuigsnelheid_rekenkundig_klasse2 < 251 THEN voertuigsnelheid_rekenkundig_klasse2 END AS speed_class2,
    CASE WHEN voertuigsnelheid_rekenkundig_klasse3 < 251 THEN voertuigsnelheid_rekenkundig_klasse3 END AS speed_class3,
    CASE WHEN voertuigsnelheid_rekenkundig_klasse4 < 251 THEN voertuigsnelheid_rekenkundig_klasse4 END AS speed_class4,
    CASE WHEN voertuigsnelheid_rekenkundig_klasse5 < 251 THEN voertuigsnelheid_rekenkundig_klasse5 END AS speed_class5
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
    rekendata_bezettingsgraad,
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
    avg(CAST(rekendata_bezettingsgraad AS double)) AS occupancy,
    CAST(sum(speed_times_vehicles) AS double) / nullif(sum(vehicles_with_speed), 0) AS current_speed
  FROM weighed
  GROUP BY
    lve_nr,
    event_time
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
    max(current_speed) OVER (
      PARTITION BY lve_nr
      ORDER BY event_time
      RANGE BETWEEN INTERVAL '1' MINUTE PRECEDING AND INTERVAL '1' MINUTE PRECEDING
    ) AS previous_speed,
    -- (t - 3 min, t] and (t - 20 min, t]: timestamps have milliseconds.
    avg(current_speed) OVER (
      PARTITION BY lve_nr
      ORDER BY event_time
      RANGE BETWEEN INTERVAL '179.999' SECOND PRECEDING AND CURRENT ROW
    ) AS avg_speed_3min,
    avg(current_speed) OVER (
      PARTITION BY lve_nr
      ORDER BY event_time
      RANGE BETWEEN INTERVAL '1199.999' SECOND PRECEDING AND CURRENT ROW
    ) AS avg_speed_20min
  FROM minutes
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
      WHEN current_speed - previous_speed >= 20 THEN 1
      WHEN current_speed - previous_speed <= -20 THEN -1
      WHEN current_speed - previous_speed IS NOT NULL THEN 0
    END AS speed_diff_indicator,
    avg_speed_3min,
    avg_speed_20min,
    CASE WHEN avg_speed_3min < 40 THEN 1 WHEN avg_speed_3min >= 40 THEN 0 ELSE -1 END AS jam_indicator,
    CASE WHEN avg_speed_20min < 40 THEN 1 WHEN avg_speed_20min >= 40 THEN 0 ELSE -1 END AS jam_indicator_long,
    date_format(event_time, '%Y-%m-%d') AS event_date,
    date_format(event_time, '%H') AS event_hour
  FROM windowed
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
