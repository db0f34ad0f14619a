"""Lambda of the offline machine: runs the stack's handlers in this process."""
