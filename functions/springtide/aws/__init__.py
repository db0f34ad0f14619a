"""One AWS service a file; nothing here knows of slices or steps."""
