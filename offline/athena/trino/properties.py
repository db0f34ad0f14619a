"""The catalog properties with which a Trino reads and writes the served stack."""

from offline.clients import CREDENTIALS, REGION


def catalog_properties(endpoint: str) -> dict[str, str]:
    """Return the properties of a Trino catalog over the stack that is served at a URL."""
    key, secret = CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"]
    return {
        "connector.name": "hive",
        "hive.metastore": "glue",
        "hive.metastore.glue.endpoint-url": endpoint,
        "hive.metastore.glue.region": REGION,
        "hive.metastore.glue.aws-access-key": key,
        "hive.metastore.glue.aws-secret-key": secret,
        "hive.metastore-cache-ttl": "0s",
        "fs.native-s3.enabled": "true",
        "s3.endpoint": endpoint,
        "s3.region": REGION,
        "s3.aws-access-key": key,
        "s3.aws-secret-key": secret,
        "s3.path-style-access": "true",
        # Features of Athena that Trino leaves off by default: projection, folders within a
        # partition, writing to external tables, and no owners of tables.
        "hive.partition-projection-enabled": "true",
        "hive.recursive-directories": "true",
        "hive.non-managed-table-writes-enabled": "true",
        "hive.security": "allow-all",
        "hive.timestamp-precision": "MILLISECONDS",
        "hive.compression-codec": "ZSTD",
    }
