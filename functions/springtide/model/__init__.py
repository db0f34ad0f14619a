"""The pipeline's plain values, without AWS: hours, partitions, versions, errors, settings."""
