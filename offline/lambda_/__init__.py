"""The offline Lambda: runs the stack's handlers in this process."""
