"""The offline Glue: what moto's lacks."""
