{{ config(materialized='view') }}
select event_hour, count(*) as events from {{ ref('all_events') }} group by 1
