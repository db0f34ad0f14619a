"""Trino's functions, casts and JSON rules in DuckDB."""
