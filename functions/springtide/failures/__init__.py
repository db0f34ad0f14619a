"""What happens when a step or a run fails."""
