"""What the handlers share: AWS by service, planning without side effects, and the SQL."""
