{{ config(materialized='incremental', incremental_strategy='insert_overwrite', partitioned_by=['event_date', 'event_hour']) }}
select unieke_id, event_time, event_date, event_hour
from {{ source('lake', 'events') }}
{% if is_incremental() %}
where event_hour in ('00', '02')
{% endif %}
