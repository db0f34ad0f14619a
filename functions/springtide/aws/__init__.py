"""One AWS service per file; nothing here knows slices or steps."""
