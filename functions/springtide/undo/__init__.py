"""Rolls back to earlier versions, and collects versions that are no longer needed."""
