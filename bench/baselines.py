"""The bare job in other tools: read, parse, drop duplicates, write by event hour.

None has a quarantine, an account of lines, an audit or a second run. Each script takes the folder
of the landing, the columns with DuckDB's types as a Python dict, and the folder to write to.
"""

DUCKDB = """
import duckdb, sys
landing, columns, out = sys.argv[1:]
duckdb.sql("SET threads = 2; SET TimeZone = 'UTC'")
duckdb.sql(f'''
COPY (
  SELECT * EXCLUDE (position),
    strftime(moment, '%Y-%m-%d') AS event_date,
    strftime(moment, '%H') AS event_hour
  FROM (
    SELECT *, row_number() OVER (
      PARTITION BY unieke_id, moment ORDER BY tijd_laatst_gewijzigd DESC NULLS LAST
    ) AS position
    FROM (
      SELECT *, coalesce(
        try_cast(tijd_waarneming AS TIMESTAMPTZ), to_timestamp(try_cast(tijd_waarneming AS DOUBLE))
      ) AS moment
      FROM read_json('{landing}/**/*.gz', format = 'newline_delimited', ignore_errors = true,
        columns = {columns})
    )
    WHERE unieke_id IS NOT NULL AND year(moment) BETWEEN 2019 AND 2021
  )
  WHERE position = 1
) TO '{out}' (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (event_date, event_hour))
''')
"""

POLARS = """
import gzip, io, json, os, sys
from ast import literal_eval
from pathlib import Path
os.environ["POLARS_MAX_THREADS"] = "2"
import polars as pl
landing, columns, out = sys.argv[1:]
kinds = literal_eval(columns)
def is_object(line):
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False
def parsed(path):
    # polars ends at a broken line, and at a number as text in a column of integers.
    whole = b"\\n".join(filter(is_object, gzip.decompress(path.read_bytes()).split(b"\\n")))
    return pl.read_ndjson(io.BytesIO(whole), schema=dict.fromkeys(kinds, pl.String))
frame = pl.concat(parsed(path) for path in sorted(Path(landing).rglob("*.gz")))
text = pl.col("tijd_waarneming")
moment = pl.coalesce(
    text.str.to_datetime("%+", time_unit="ms", time_zone="UTC", strict=False),
    pl.from_epoch((text.cast(pl.Float64, strict=False) * 1000).cast(pl.Int64), "ms")
    .dt.replace_time_zone("UTC"),
)
rows = (
    frame.with_columns(moment=moment)
    .with_columns(pl.col(name).cast(pl.Int64, strict=False)
                  for name, kind in kinds.items() if kind == "BIGINT")
    .filter(pl.col("unieke_id").is_not_null() & pl.col("moment").dt.year().is_between(2019, 2021))
    .sort("tijd_laatst_gewijzigd", descending=True, nulls_last=True, maintain_order=True)
    .unique(["unieke_id", "moment"], keep="first")
    .with_columns(event_date=pl.col("moment").dt.strftime("%Y-%m-%d"),
                  event_hour=pl.col("moment").dt.strftime("%H"))
)
for (date, hour), part in rows.partition_by("event_date", "event_hour", as_dict=True).items():
    folder = Path(out, f"event_date={date}", f"event_hour={hour}")
    folder.mkdir(parents=True)
    part.drop("event_date", "event_hour").write_parquet(folder / "data.parquet", compression="zstd")
"""
