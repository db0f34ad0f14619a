"""Reads and writes the files of statements."""
