MODEL (
  name mesh.by_day,
  kind INCREMENTAL_BY_TIME_RANGE (time_column (day, '%Y-%m-%d'), lookback 1),
  partitioned_by (day),
  storage_format parquet
);
SELECT unieke_id::bigint AS unieke_id, event_hour::varchar AS hour, event_date::varchar AS day
FROM springtide.events
WHERE event_date::varchar BETWEEN @start_ds AND @end_ds
