"""`make sam-local`: every built function, called with its input of events/."""
