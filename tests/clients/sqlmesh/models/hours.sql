MODEL (name mesh.hours, kind FULL);
SELECT hour::varchar AS hour, count(*)::bigint AS events FROM mesh.by_day GROUP BY 1
