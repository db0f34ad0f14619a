"""What the Glue catalog says of tables and their types, and the tables of the system."""
