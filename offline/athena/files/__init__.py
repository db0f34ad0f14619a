"""The files that statements read and write."""
