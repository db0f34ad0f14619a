"""Athena of the offline machine: Trino's SQL run by DuckDB over moto's Glue and S3."""
