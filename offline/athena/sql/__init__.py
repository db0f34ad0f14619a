"""Parses Athena's SQL and rewrites it into DuckDB's."""
