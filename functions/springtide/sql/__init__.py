"""Generates the SQL of a run from a data set's declaration: one statement per module."""
