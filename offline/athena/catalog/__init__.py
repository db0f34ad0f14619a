"""Reads tables and types from the Glue catalog, and provides the system tables."""
