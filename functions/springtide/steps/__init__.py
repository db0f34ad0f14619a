"""One file per step of the state machine, under the name of its function."""
