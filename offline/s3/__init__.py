"""S3 of the offline machine: moto's, with large objects kept in files."""
