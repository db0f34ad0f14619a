"""Finds what has landed and is still to be ingested."""
