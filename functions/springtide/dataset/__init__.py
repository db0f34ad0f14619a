"""A data set's declaration, and the tables that follow from it."""
