"""Athena's API: queues statements, runs them and describes their states."""
