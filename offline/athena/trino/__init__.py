"""Runs the statements of the offline Athena on a real Trino."""
