"""The offline S3: moto's, with large objects kept in files."""
