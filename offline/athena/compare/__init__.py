"""Compares the results of two engines for the same statements."""
