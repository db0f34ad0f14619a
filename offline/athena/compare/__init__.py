"""Compares what two engines answer to the same statements."""
