"""Glue of the offline machine: what moto's lacks."""
