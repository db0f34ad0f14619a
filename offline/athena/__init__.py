"""The offline Athena: runs Trino's SQL on DuckDB, over moto's Glue and S3."""
