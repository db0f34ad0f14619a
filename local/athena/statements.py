"""Tells the kinds of statements apart and takes an UNLOAD's envelope off its query."""

import re
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from local.athena.errors import not_supported, syntax_error

_UNLOAD = re.compile(r"\s*UNLOAD\s*\(", re.IGNORECASE)
_TARGET = re.compile(r"\)\s*TO\s*'((?:[^']|'')*)'\s*(?:WITH\s*\((.*)\))?\s*\Z", re.I | re.S)
_PROPERTY = re.compile(
    r"\s*(\w+)\s*=\s*(ARRAY\s*\[[^\]]*\]|'(?:[^']|'')*'|[\w.]+)\s*(?:,|\Z)", re.IGNORECASE
)
_PROPERTIES = {"format", "compression", "compression_level", "field_delimiter", "partitioned_by"}
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
    """A SELECT, or the query of an UNLOAD, parsed."""

    tree: exp.Query


@dataclass(frozen=True)
class Unload:
    """An UNLOAD: the query, the folder it writes to, and how."""

    query: Query
    target: str
    compression: str
    compression_level: int | None
    partitioned_by: tuple[str, ...]


@dataclass(frozen=True)
class Show:
    """A question about the catalog: `what` is databases, tables, partitions or columns."""

    what: str
    name: str


Statement = Query | Unload | Show


def is_ddl(sql: str) -> bool:
    """Tell whether Athena's StatementType for this text is DDL."""
    return bool(_DDL.match(sql))


def parse(sql: str) -> Statement:
    """Return the statement.

    Raises QueryFailed for one that is wrong or is not offered here.
    """
    text = sql.strip().rstrip(";").strip()
    if _UNLOAD.match(text):
        return _parse_unload(text)
    if found := _SHOW.match(text):
        what = found[1].lower().split()[0]
        return Show(what, found[2].strip('`"'))
    if _SHOW_DATABASES.match(text):
        return Show("databases", "")
    if found := _DESCRIBE.match(text):
        return Show("columns", found[1].strip('`"'))
    if re.match(r"\s*[(]*\s*(SELECT|WITH|VALUES)\b", text, re.IGNORECASE):
        return Query(_parse_query(text))
    word = text.split(maxsplit=1)[0].upper() if text else ""
    if _OTHER_STATEMENT.match(word):
        raise not_supported(
            f"{word} statements; the offline Athena runs SELECT, UNLOAD, SHOW and DESCRIBE"
        )
    raise syntax_error(f"SYNTAX_ERROR: line 1:1: mismatched input '{word}'")


def _parse_query(text: str) -> exp.Query:
    try:
        trees = sqlglot.parse(text, read="athena")
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
    query = Query(_parse_query(text[opened + 1 : found.start()]))
    target = found[1].replace("''", "'")
    if not re.match(r"s3://[^/]+/", target):
        raise syntax_error(f"SYNTAX_ERROR: Invalid S3 location: {target}")
    properties = _properties(found[2] or "")
    kind = properties.get("format", "").upper()
    if not kind:
        raise syntax_error("SYNTAX_ERROR: UNLOAD needs the property format")
    if kind != "PARQUET":
        raise not_supported(f"UNLOAD with format {kind}; the offline Athena writes PARQUET")
    compression = properties.get("compression", "GZIP").upper()
    if compression not in _COMPRESSIONS:
        raise not_supported(f"Parquet compression {compression}")
    level = properties.get("compression_level")
    keys = re.findall(r"'([^']*)'", properties.get("partitioned_by", ""))
    return Unload(query, target, compression, int(level) if level else None, tuple(keys))


def _properties(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    position = 0
    while position < len(text.rstrip()):
        match = _PROPERTY.match(text, position)
        if match is None:
            raise syntax_error(f"SYNTAX_ERROR: mismatched input in WITH: {text[position:]}")
        found[match[1].lower()] = match[2].strip("'")
        position = match.end()
    for name in found:
        if name not in _PROPERTIES:
            raise syntax_error(f"INVALID_TABLE_PROPERTY: UNLOAD property '{name}' does not exist")
    return found
