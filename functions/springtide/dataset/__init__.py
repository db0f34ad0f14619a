"""What a data set declares, and the tables that follow from it."""
