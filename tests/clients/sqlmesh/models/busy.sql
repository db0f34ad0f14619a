MODEL (name mesh.busy, kind VIEW);
SELECT hour::varchar AS hour FROM mesh.hours WHERE events > 3
