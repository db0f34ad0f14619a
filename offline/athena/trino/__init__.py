"""Runs the offline Athena's statements on a real Trino."""
