"""What the handlers share: one AWS service per module, planning without side effects, and the SQL."""
