"""The kinds of statements, told apart by their first words."""

import re
from dataclasses import dataclass, replace
from functools import cached_property

from sqlglot import exp
from sqlglot.errors import SqlglotError

from offline.athena.errors import not_supported, syntax_error
from offline.athena.sql import envelopes, shows
from offline.athena.sql.finding import find
from offline.athena.sql.reading import mismatched, read
from offline.athena.sql.shows import Show

_PROPERTIES = {"format", "compression", "compression_level", "field_delimiter", "partitioned_by"}
_TABLE_PROPERTIES = {
    *("format", "compression_level", "external_location", "is_external", "parquet_compression"),
    *("partitioned_by", "table_type", "write_compression"),
}
_COMPRESSIONS = {"ZSTD", "GZIP", "SNAPPY", "LZ4", "NONE"}
_EXPLAIN = re.compile(
    r"\s*EXPLAIN\b\s*(ANALYZE\b)?\s*(?:\(([\w\s,]*)\))?(?=[\s(])(.*)\Z", re.I | re.S
)
_QUERY = re.compile(r"[\s(]*(SELECT|WITH|VALUES)\b", re.IGNORECASE)
_WITH_DATA = re.compile(r"\bWITH\s+(NO\s+)?DATA\s*\Z", re.IGNORECASE)
_OTHER_STATEMENT = re.compile(
    r"(ANALYZE|CALL|DEALLOCATE|DELETE|EXECUTE|GRANT|MERGE|MSCK|OPTIMIZE|PREPARE|REVOKE"
    r"|TRUNCATE|UPDATE|VACUUM)\Z"
)


@dataclass(frozen=True)
class Query:
    """A SELECT, or the query of an UNLOAD."""

    text: str

    @cached_property
    def tree(self) -> exp.Query:
        """The parsed query. Raises QueryFailed for one that is wrong or is not offered here."""
        return _parse_query(self.text)


@dataclass(frozen=True)
class Unload:
    """An UNLOAD: the query, its target folder and its options."""

    query: Query
    target: str
    compression: str = "GZIP"
    compression_level: int | None = None
    partitioned_by: tuple[str, ...] = ()
    may_be_filled: bool = False  # whether objects may lie below the target
    inserts: bool = False  # into a table, whose columns convert the values


@dataclass(frozen=True)
class CreateTable:
    """A CREATE TABLE AS: the table's address and how its rows are written.

    `rows.target` is empty if the statement leaves the location to Athena.
    """

    table: exp.Table
    rows: Unload
    if_not_exists: bool
    with_data: bool


@dataclass(frozen=True)
class CreateView:
    """A CREATE VIEW."""

    view: exp.Table
    query: Query
    replace: bool


@dataclass(frozen=True)
class Insert:
    """An INSERT INTO; without columns it means the table's."""

    table: exp.Table
    columns: tuple[str, ...]
    query: Query


@dataclass(frozen=True)
class Change:
    """A CREATE, DROP or ALTER that reads and writes no rows."""

    tree: exp.Create | exp.Drop | exp.Alter


@dataclass(frozen=True)
class Explain:
    """An EXPLAIN: `validate` only checks whether the query could run, `analyze` runs it."""

    text: str
    query: Query
    analyze: bool
    validate: bool


Statement = Query | Unload | CreateTable | CreateView | Insert | Change | Explain | Show


def parse(sql: str) -> Statement:
    """Return the statement; its query is not parsed yet.

    Raises QueryFailed for a kind that is not offered.
    """
    whole = sql.rstrip().rstrip(";").rstrip()
    text = whole.lstrip()
    word = text.split(maxsplit=1)[0].upper() if text else ""
    if re.match(r"UNLOAD\s*\(", text, re.IGNORECASE):
        return _parse_unload(whole)
    if word in ("CREATE", "DROP", "ALTER", "INSERT"):
        return _parse_definition(whole)
    if found := _EXPLAIN.match(whole):
        query = envelopes.cut(whole, found.start(3))
        return _parse_explain(whole, bool(found[1]), found[2] or "", query)
    if word in ("SHOW", "DESC", "DESCRIBE"):
        return shows.parse(text)
    if _QUERY.match(text):
        return Query(whole)
    if word == "TABLE":
        raise not_supported("TABLE and a name; write SELECT * FROM and the name")
    if _OTHER_STATEMENT.match(word):
        raise not_supported(
            f"{word} statements of this kind; docs/offline.md lists what the offline Athena runs"
        )
    start = len(whole) - len(text)
    raise syntax_error(f"SYNTAX_ERROR: {mismatched(whole, start, start + len(word))}")


def _parse_query(text: str) -> exp.Query:
    try:
        trees = read(text)
    except SqlglotError as error:
        raise syntax_error(f"SYNTAX_ERROR: {envelopes.plain(str(error))}") from error
    if len(trees) != 1 or not isinstance(trees[0], exp.Query | exp.Values):
        raise syntax_error("SYNTAX_ERROR: Only one sql statement is allowed")
    tree = trees[0]
    if isinstance(tree, exp.Values):
        return exp.select("*").from_(tree)
    for part in find(tree, exp.Subquery):
        if part.is_wrapper and isinstance(part.parent, exp.Subquery):
            part.replace(part.this)
    for select in find(tree, exp.Select):
        _open_brackets(select)
    if not isinstance(tree, exp.Subquery):
        return tree
    inner: exp.Query = tree.this
    if tree.is_wrapper:
        return inner
    # (SELECT …) LIMIT 1
    whole = exp.select("*").from_(exp.Subquery(this=inner))
    for name, clause in tree.args.items():
        if name != "this":
            whole.set(name, clause)
    return whole


def _open_brackets(select: exp.Select) -> None:
    """Write a join in brackets without them if it is the first: that means the same."""
    clause = select.args.get("from_")
    if clause is None or not isinstance(clause.this, exp.Subquery) or not clause.this.is_wrapper:
        return
    if isinstance(first := clause.this.this, exp.Table | exp.Subquery):
        joins = first.args.pop("joins", None) or []
        clause.set("this", first)
        select.set("joins", [*joins, *(select.args.get("joins") or [])])
        _open_brackets(select)


def _parse_unload(text: str) -> Unload:
    query, target, properties = envelopes.unload(text)
    if not properties.get("format"):
        raise syntax_error("SYNTAX_ERROR: UNLOAD needs the property format")
    _check_known(properties, _PROPERTIES)
    rows = _rows(query, target, properties, properties.get("compression", "GZIP"))
    return replace(rows, may_be_filled=bool(rows.partitioned_by))


def _parse_definition(text: str) -> CreateTable | CreateView | Insert | Change:
    tree, query = envelopes.split(text)
    if isinstance(tree, exp.Insert):
        named = tree.this
        columns = tuple(item.name.lower() for item in named.expressions)
        table = named.this if isinstance(named, exp.Schema) else named
        return Insert(table, columns, Query(query))
    if isinstance(tree, exp.Create) and query:
        return _parse_create(tree, query)
    assert isinstance(tree, exp.Create | exp.Drop | exp.Alter)
    return Change(tree)


def _parse_create(tree: exp.Create, query: str) -> CreateTable | CreateView:
    if tree.kind == "VIEW":
        return CreateView(tree.this, Query(query), bool(tree.args["replace"]))
    properties = envelopes.properties(tree)
    _check_known(properties, _TABLE_PROPERTIES)
    if (kind := properties.get("table_type", "hive").lower()) != "hive":
        raise not_supported(f"tables of type {kind.upper()}; the offline Athena writes Hive tables")
    compression = properties.get("write_compression") or properties.get("parquet_compression")
    target = properties.get("external_location", "")
    data = _WITH_DATA.search(query)
    query = query[: data.start()] if data else query
    rows = _rows(query, target, properties, compression or "GZIP")
    return CreateTable(tree.this, rows, bool(tree.args["exists"]), not (data and data[1]))


def _parse_explain(text: str, analyze: bool, options: str, query: str) -> Explain:
    chosen = " ".join(options.upper().replace(",", " ").split())
    if chosen.removesuffix("FORMAT TEXT").strip() not in ("", "TYPE VALIDATE"):
        raise not_supported(f"EXPLAIN ({options}); leave it out, or write (TYPE VALIDATE)")
    if not _QUERY.match(query):
        raise not_supported("EXPLAIN of anything but a query; explain the query alone")
    return Explain(text, Query(query), analyze, "VALIDATE" in chosen)


def _rows(query: str, target: str, properties: dict[str, str], compression: str) -> Unload:
    if target and not re.match(r"s3://[^/]+/", target):
        raise syntax_error(f"SYNTAX_ERROR: Invalid S3 location: {target}")
    kind = properties.get("format", "PARQUET").upper()
    if kind != "PARQUET":
        raise not_supported(f"writing the format {kind}; the offline Athena writes PARQUET")
    compression = compression.upper()
    if compression not in _COMPRESSIONS:
        raise not_supported(f"Parquet compression {compression}")
    level = properties.get("compression_level")
    keys = properties.get("partitioned_by")
    return Unload(
        Query(query),
        target and target.rstrip("/") + "/",
        compression,
        int(level) if level else None,
        tuple(keys.split(",")) if keys else (),
    )


def _check_known(properties: dict[str, str], known: set[str]) -> None:
    for name in properties:
        if name not in known:
            raise syntax_error(f"INVALID_TABLE_PROPERTY: property '{name}' does not exist")
