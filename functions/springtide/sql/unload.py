"""The UNLOAD around every statement that writes."""

from collections.abc import Sequence

from springtide.sql.quoting import literals, location


def unload(select: str, target: str, partitioned_by: Sequence[str] = ()) -> str:
    """An UNLOAD of the query to an s3:// prefix that no other attempt writes to.

    The partition columns must come last in the query, and are left out of the files
    (docs.aws.amazon.com/athena/latest/ug/unload.html).
    """
    properties = ["format = 'PARQUET'", "compression = 'ZSTD'"]
    if partitioned_by:
        properties.append(f"partitioned_by = ARRAY[{literals(partitioned_by)}]")
    return f"UNLOAD (\n{select}\n)\nTO {location(target)}\nWITH ({', '.join(properties)})"
