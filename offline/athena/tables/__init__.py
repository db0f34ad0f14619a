"""Makes Glue tables readable by DuckDB: partitions, projection, pruning, types."""
