{{ config(materialized='table') }}
select unieke_id, event_time, event_date, event_hour from {{ source('lake', 'events') }}
