"""The SQL of a run, generated from a data set's declaration: one statement per module."""
