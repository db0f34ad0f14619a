"""What a person may request of a run: a backfill, a retry, a rebuild."""
