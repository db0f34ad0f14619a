"""Glue tables as DuckDB relations: partitions, projection, pruning, types."""
