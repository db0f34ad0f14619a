"""What is remembered between runs, and who may write it."""
