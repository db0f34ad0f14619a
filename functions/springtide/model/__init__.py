"""The words of the pipeline: hours, partitions, versions, errors, settings. Pure values."""
