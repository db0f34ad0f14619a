"""Tells the kinds of statements apart and takes an UNLOAD's envelope off its query."""

import re
from dataclasses import dataclass
from functools import cached_property

from sqlglot import exp
from sqlglot.errors import SqlglotError

from offline.athena.service.errors import not_supported, syntax_error
from offline.athena.sql.reading import read

_UNLOAD = re.compile(r"\s*UNLOAD\s*\(", re.IGNORECASE)
_TARGET = re.compile(r"\)\s*TO\s*'((?:[^']|'')*)'\s*(?:WITH\s*\((.*)\))?\s*\Z", re.I | re.S)
_PROPERTY = re.compile(
    r"\s*(\w+)\s*=\s*(ARRAY\s*\[[^\]]*\]|'(?:[^']|'')*'|[\w.]+)\s*(?:,|\Z)", re.IGNORECASE
)
_CREATE = re.compile(
    r"\s*CREATE\s+TABLE\s+((?:\"[^\"]+\"|`[^`]+`|\w+)(?:\.(?:\"[^\"]+\"|`[^`]+`|\w+))?)\s*"
    r"(?:WITH\s*\((.*?)\)\s*)?AS\s+(?=[(]*\s*(?:SELECT|WITH|VALUES)\b)(.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_PROPERTIES = {"format", "compression", "compression_level", "field_delimiter", "partitioned_by"}
_TABLE_PROPERTIES = {
    "format",
    "external_location",
    "partitioned_by",
    "write_compression",
    "parquet_compression",
    "compression_level",
}
_COMPRESSIONS = {"ZSTD", "GZIP", "SNAPPY", "LZ4", "NONE"}
_SHOW = re.compile(r"\s*SHOW\s+(PARTITIONS|TABLES|COLUMNS\s+IN)\b\s*(?:IN\s+)?(\S*)\s*\Z", re.I)
_SHOW_DATABASES = re.compile(r"\s*SHOW\s+(?:DATABASES|SCHEMAS)\s*\Z", re.I)
_DESCRIBE = re.compile(r"\s*(?:DESCRIBE|DESC)\s+(?:FORMATTED\s+|EXTENDED\s+)?(\S+)\s*\Z", re.I)
_OTHER_STATEMENT = re.compile(
    r"(ALTER|ANALYZE|CALL|CREATE|DEALLOCATE|DELETE|DROP|EXECUTE|EXPLAIN|GRANT|INSERT|MERGE|MSCK"
    r"|OPTIMIZE|PREPARE|REVOKE|SHOW|TRUNCATE|UPDATE|VACUUM)\Z"
)
_DDL = re.compile(r"\s*(ALTER|CREATE|DESC|DESCRIBE|DROP|MSCK|SHOW)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Query:
    """A SELECT, or the query of an UNLOAD."""

    text: str

    @cached_property
    def tree(self) -> exp.Query:
        """The query, parsed.

        Raises QueryFailed for one that is wrong or is not offered here.
        """
        return _parse_query(self.text)


@dataclass(frozen=True)
class Unload:
    """An UNLOAD: the query, the folder it writes to, and how."""

    query: Query
    target: str
    compression: str
    compression_level: int | None
    partitioned_by: tuple[str, ...]


@dataclass(frozen=True)
class CreateTable:
    """A CREATE TABLE AS: the table's name and how its rows are written.

    `rows.target` is empty where the statement leaves the place to Athena.
    """

    database: str
    name: str
    rows: Unload


@dataclass(frozen=True)
class Show:
    """A question about the catalog: `what` is databases, tables, partitions or columns."""

    what: str
    name: str


Statement = Query | Unload | CreateTable | Show


def is_ddl(sql: str) -> bool:
    """Tell whether Athena's StatementType for this text is DDL."""
    return bool(_DDL.match(sql))


def parse(sql: str) -> Statement:
    """Return the statement.

    Raises QueryFailed for a kind that is not offered; its query is not parsed yet.
    """
    text = sql.strip().rstrip(";").strip()
    if _UNLOAD.match(text):
        return _parse_unload(text)
    if found := _CREATE.match(text):
        return _parse_create(found[1], found[2] or "", found[3])
    if found := _SHOW.match(text):
        what = found[1].lower().split()[0]
        return Show(what, found[2].strip('`"'))
    if _SHOW_DATABASES.match(text):
        return Show("databases", "")
    if found := _DESCRIBE.match(text):
        return Show("columns", found[1].strip('`"'))
    if re.match(r"\s*[(]*\s*(SELECT|WITH|VALUES)\b", text, re.IGNORECASE):
        return Query(text)
    word = text.split(maxsplit=1)[0].upper() if text else ""
    if _OTHER_STATEMENT.match(word):
        raise not_supported(
            f"{word} statements; the offline Athena runs SELECT, UNLOAD, CREATE TABLE AS, SHOW and"
            " DESCRIBE"
        )
    raise syntax_error(f"SYNTAX_ERROR: line 1:1: mismatched input '{word}'")


def _parse_query(text: str) -> exp.Query:
    try:
        trees = read(text)
    except SqlglotError as error:
        raise syntax_error(f"SYNTAX_ERROR: {_plain(str(error))}") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query | exp.Values):
        raise syntax_error("SYNTAX_ERROR: Only one sql statement is allowed")
    tree = trees[0]
    if isinstance(tree, exp.Values):
        return exp.select("*").from_(tree)
    while isinstance(tree, exp.Subquery) and not tree.args.get("alias"):
        tree = tree.this
    return tree


def _plain(message: str) -> str:
    """Return sqlglot's message on one line and without its colours."""
    return " ".join(re.sub(r"\x1b\[\d+m", "", message).split())


def _parse_unload(text: str) -> Unload:
    opened = text.index("(")
    found = None
    # The last `) TO '…'` is the envelope's: text inside the query may look like one
    for position in (match.start() for match in re.finditer(r"\)\s*TO\s*'", text, re.I)):
        found = _TARGET.match(text, position) or found
    if found is None:
        raise syntax_error("SYNTAX_ERROR: UNLOAD needs (query) TO 's3://…' WITH (…)")
    query = Query(text[opened + 1 : found.start()])
    target = found[1].replace("''", "'")
    properties = _properties(found[2] or "", _PROPERTIES)
    if not properties.get("format"):
        raise syntax_error("SYNTAX_ERROR: UNLOAD needs the property format")
    return _rows(query, target, properties, properties.get("compression", "GZIP"))


def _parse_create(name: str, properties_text: str, query: str) -> CreateTable:
    properties = _properties(properties_text, _TABLE_PROPERTIES)
    parts = [part.strip('"`').lower() for part in name.split(".")]
    if "partitioned_by" in properties:
        raise not_supported("partitioned_by in CREATE TABLE AS; use UNLOAD")
    compression = properties.get("write_compression") or properties.get("parquet_compression")
    rows = _rows(
        Query(query),
        properties.get("external_location", ""),
        properties,
        compression or "GZIP",
    )
    return CreateTable(parts[0] if len(parts) > 1 else "", parts[-1], rows)


def _rows(query: Query, target: str, properties: dict[str, str], compression: str) -> Unload:
    if target and not re.match(r"s3://[^/]+/", target):
        raise syntax_error(f"SYNTAX_ERROR: Invalid S3 location: {target}")
    kind = properties.get("format", "PARQUET").upper()
    if kind != "PARQUET":
        raise not_supported(f"writing the format {kind}; the offline Athena writes PARQUET")
    compression = compression.upper()
    if compression not in _COMPRESSIONS:
        raise not_supported(f"Parquet compression {compression}")
    level = properties.get("compression_level")
    keys = re.findall(r"'([^']*)'", properties.get("partitioned_by", ""))
    return Unload(query, target, compression, int(level) if level else None, tuple(keys))


def _properties(text: str, known: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    position = 0
    while position < len(text.rstrip()):
        match = _PROPERTY.match(text, position)
        if match is None:
            raise syntax_error(f"SYNTAX_ERROR: mismatched input in WITH: {text[position:]}")
        found[match[1].lower()] = match[2].strip("'")
        position = match.end()
    for name in found:
        if name not in known:
            raise syntax_error(f"INVALID_TABLE_PROPERTY: property '{name}' does not exist")
    return found
