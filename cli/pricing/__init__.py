"""The price model: a turn's work, the quantities that AWS bills, and dollars; to about 20 %."""
