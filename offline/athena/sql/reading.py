"""Parses Athena's SQL, with only the functions that the embedded engine offers."""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Any, ClassVar

from sqlglot import exp
from sqlglot.dialects.trino import Trino
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.athena import AthenaTrinoParser
from sqlglot.tokenizer_core import TokenType

from offline.athena.errors import QueryFailed, refused, syntax_error
from offline.athena.functions.offered import OFFERED
from offline.athena.sql.finding import place_in
from offline.athena.sql.kinds import MOST_DIGITS, Kind, decimal, written_digits

_FORMS = {"CAST", "TRY_CAST", "EXTRACT", "LISTAGG", "POSITION", "SUBSTRING", "TRIM"}


def read(text: str) -> list[exp.Expr | None]:
    """Parse statements. Raises SqlglotError; QueryFailed for a function that is not offered."""
    dialect = _Offered()
    try:
        tokens = dialect.tokenize(text)
    except TokenError:
        if re.search(r"\b[xX]'[^']*\s", text):
            raise refused("spaces in X'…'") from None
        raise
    for token in tokens:
        if text[token.start : token.end + 1] in _SIGNS:
            raise refused(f"what is written as {text[token.start : token.end + 1]}")
        if text[token.end + 1 : token.end + 2] == "`":
            raise syntax_error(f"SYNTAX_ERROR: {place_in(text, token.start - 1)}{_BACKQUOTED}")
        form = _WRITTEN.get(token.token_type)
        if form and not form.match(text[token.start : token.end + 2]):
            raise refused(f"what is written as {text[token.start : token.end + 1]}")
    for before, token in pairwise(tokens):
        limits = before.token_type in (TokenType.LIMIT, TokenType.OFFSET)
        if limits and token.token_type == TokenType.NUMBER and not token.text.isdecimal():
            raise syntax_error(f"SYNTAX_ERROR: {_misplaced(text, token)}")
    kinds = " ".join([*(token.token_type.name for token in tokens), "EOF"])
    if found := _MISPLACED.search(kinds):
        odd = [*tokens, None][kinds.count(" ", 0, found.end())]
        raise syntax_error(f"SYNTAX_ERROR: {_misplaced(text, odd)}")
    try:
        return dialect.parser().parse(tokens, text)
    except QueryFailed as error:
        if kinds.count("L_PAREN") > kinds.count("R_PAREN"):
            raise syntax_error(f"SYNTAX_ERROR: {_misplaced(text, None)}") from error
        raise


def mismatched(text: str, start: int, end: int) -> str:
    """Return Trino's message for a token that cannot be there."""
    return f"{place_in(text, start)}mismatched input '{text[start:end] or '<EOF>'}'"


def _misplaced(text: str, token: Any) -> str:
    """Return the message for a token, or for the end if it is none."""
    start, end = (token.start, token.end + 1) if token else (len(text), len(text))
    return mismatched(text, start, end)


_BACKQUOTED = "backquoted identifiers are not supported; use double quotes to quote identifiers"
# Trino's forms of numbers, bytes and unquoted names; sqlglot accepts more.
_WRITTEN = {
    TokenType.NUMBER: re.compile(r"(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?(?!\w)"),
    TokenType.HEX_STRING: re.compile("[xX]'([0-9a-fA-F]{2})*'"),
    TokenType.VAR: re.compile(r"\w+(?![^\s\w()\[\]{},.;:=<>!+*/%|&^~@#\\'\"?-])"),
}
# Operators of other engines; their characters also end a name.
_SIGNS = frozenset("{}~@&|^#:!\\")
_MISPLACED = re.compile(
    r"\b(STRING|ALIAS) STRING\b|\bINTERVAL (NUMBER|STRING (?!VAR))"
    r"|\bLIMIT (STRING|L_PAREN|NULL|(ALL|NUMBER) (?!R_PAREN|SEMICOLON|EOF))"
    r"|\b(SELECT|COMMA) (COMMA|FROM|WHERE|GROUP_BY|ORDER_BY|R_PAREN|R_BRACKET|SEMICOLON|EOF)\b"
    r"|\bSELECT L_PAREN (?=R_PAREN\b)|\bSTAR EXCEPT L_PAREN VAR\b"
    r"|\b(CURRENT_DATE|CURRENT_TIMESTAMP|LOCALTIMESTAMP) L_PAREN R_PAREN\b"
    r"|\b(ALIAS|DISTINCT|IN|JOIN|ON|USING) EOF\b"
)


# A function's most arguments, and what is written like one and has no such limit
# (docs.aws.amazon.com/athena/latest/ug/engine-versions-reference-0003.html).
_MOST_ARGUMENTS, _NO_FUNCTIONS = 127, ("coalesce", "row")


def _checked(name: str, count: int) -> None:
    if count > _MOST_ARGUMENTS and name not in _NO_FUNCTIONS:
        raise syntax_error(f"TOO_MANY_ARGUMENTS: Too many arguments for function call {name}()")
    least, most, *_ = OFFERED[name]
    if not least <= count <= most:
        raise refused(f"the function {name} with {count} arguments")


_UNITS = ("millisecond", "second", "minute", "hour", "day", "week", "month", "quarter", "year")
_DATE_FORMAT = re.compile(r"([^%]|%[abcdefHhIijklMmpSsTWYy%])+")


# Joda's letters in format_datetime and parse_datetime, as strftime's.
_LETTERS = {
    **{"yyyy": "%Y", "yy": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m", "dd": "%d"},
    **{"d": "%-d", "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "ss": "%S"},
    **{"SSS": "%g", "a": "%p", "EEEE": "%A", "EEE": "%a"},
}


def _joda(name: str, kind: type[exp.Expr]) -> Callable[..., exp.Expr]:
    def part(found: re.Match[str]) -> str:
        if found[1] is not None:
            return found[1].replace("%", "%%") or "'"
        if found[0] not in _LETTERS:
            raise refused(f"{found[0]} in a format of {name}")
        return _LETTERS[found[0]]

    def build(arguments: list[exp.Expr]) -> exp.Expr:
        form = arguments[1]
        if not (isinstance(form, exp.Literal) and form.is_string):
            raise refused(f"a format of {name} that is no constant")
        if re.search(r"\w''|''\w", form.name) or form.name.count("'") % 2:
            raise refused(f"' in a format of {name}")
        letters = re.sub(r"'([^']*)'|([A-Za-z])\2*", part, form.name.replace("%", "'%'"))
        if kind is exp.StrToTime and "%Y" not in letters:
            raise refused(f"a format of {name} without yyyy")
        return kind(this=arguments[0], format=exp.Literal.string(letters))

    return build


def _parsed_datetime(arguments: list[exp.Expr]) -> exp.Expr:
    parsed = _joda("parse_datetime", exp.StrToTime)(arguments)
    return exp.AtTimeZone(this=parsed, zone=exp.Literal.string("UTC"))


def _known_format(name: str, arguments: list[exp.Expr]) -> None:
    form = arguments[1]
    known = isinstance(form, exp.Literal) and _DATE_FORMAT.fullmatch(form.name)
    if not known or (name == "date_parse" and "%Y" not in form.name):  # Joda fills in a year.
        raise refused(f"the format {form.sql()} of {name}")


def _known_unit(name: str, unit: exp.Expr) -> None:
    if not isinstance(unit, exp.Literal) or unit.name.lower() not in _UNITS:
        raise refused(f"the unit {unit.sql()} of {name}")


def _builder(name: str, known: Callable[..., exp.Expr] | None) -> Callable[..., exp.Expr]:
    *_, by_macro, letters = OFFERED[name]

    def build(arguments: list[exp.Expr], dialect: Any) -> exp.Expr:
        _checked(name, len(arguments))
        for at, argument in enumerate(arguments):
            if isinstance(argument, exp.IgnoreNulls | exp.RespectNulls):
                raise refused("IGNORE NULLS within brackets; write it behind them")
            argument.meta["taken"] = (name, letters[min(at, len(letters) - 1)])
        if name in ("date_format", "date_parse"):
            _known_format(name, arguments)
        if name in ("date_add", "date_diff", "date_trunc"):
            _known_unit(name, arguments[0])
        if known is None or by_macro:
            own = f"trino_{name}" if by_macro else name
            return exp.Anonymous(this=own, expressions=arguments)
        try:
            return known(arguments)
        except TypeError:
            return known(arguments, dialect=dialect)

    return build


def _refuse(name: str) -> Callable[..., exp.Expr]:
    def build(arguments: list[exp.Expr]) -> exp.Expr:
        raise syntax_error(
            f"FUNCTION_NOT_FOUND: Function '{name}' is not offered by the embedded engine;"
            " `--trino URL` runs what Trino has"
        )

    return build


class _Functions(dict[str, Callable[..., exp.Expr]]):
    """Gives a builder for every name; for one that is not offered, a builder that refuses."""

    def get(self, name: str, default: Any = None) -> Callable[..., exp.Expr]:
        return super().get(name) or _refuse(name.lower())


# Names that sqlglot maps to another function, or whose JSON path it reads its own way.
_KNOWN: dict[str, Callable[..., exp.Expr]] = {
    **AthenaTrinoParser.FUNCTIONS,
    "AT_TIMEZONE": lambda args: exp.AtTimeZone(this=args[0], zone=args[1]),
    "FORMAT_DATETIME": _joda("format_datetime", exp.TimeToStr),
    "PARSE_DATETIME": _parsed_datetime,
    "EVERY": exp.LogicalAnd.from_arg_list,
    "JSON_EXTRACT": lambda args: exp.JSONExtract(this=args[0], expression=args[1]),
    "JSON_EXTRACT_SCALAR": lambda args: exp.JSONExtractScalar(this=args[0], expression=args[1]),
}


def _decimal(parser: Any, literal: exp.Expr, kind: exp.DataType) -> exp.Expr:
    """Return the cast of a literal, DECIMAL '1.50', with the digits as written."""
    number = re.sub(r"(?<=\d)_(?=\d)", "", literal.name)
    precision, scale = written_digits(number.lstrip("+-"))
    if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", number) or precision > MOST_DIGITS:
        raise syntax_error(f"INVALID_LITERAL: '{literal.name}' is not a valid DECIMAL literal")
    return exp.Cast(this=exp.Literal.string(number), to=decimal(precision, scale).copy())


_PARTS = {
    *("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "DAY_OF_MONTH", "DAY_OF_WEEK", "DOW"),
    *("DAY_OF_YEAR", "DOY", "YEAR_OF_WEEK", "HOUR", "MINUTE", "SECOND"),
}


def _extract(parser: Any) -> exp.Expr:
    """Return the function named like the part that it extracts from a time."""
    if parser._next is None or parser._next.token_type != TokenType.FROM:
        parser.raise_error("", parser._next)
    if parser._curr.token_type == TokenType.STRING:
        parser.raise_error("")
    found = AthenaTrinoParser.FUNCTION_PARSERS["EXTRACT"](parser)
    if (part := found.name.upper()) not in _PARTS:
        raise refused(f"extract({part} …)")
    made: exp.Expr = parser.FUNCTIONS.get(part)([found.expression], dialect=parser.dialect)
    return made


def _substring(parser: Any) -> exp.Expr:
    """Parse it; FOR needs FROM before it."""
    start = parser._index
    found: exp.Expr = AthenaTrinoParser.FUNCTION_PARSERS["SUBSTRING"](parser)
    words = [token.token_type for token in parser._tokens[start : parser._index]]
    if TokenType.FOR in words and TokenType.FROM not in words:
        parser.raise_error("", parser._tokens[start + words.index(TokenType.FOR)])
    return found


class _OfferedParser(AthenaTrinoParser):
    FUNCTIONS = _Functions(
        {name.upper(): _builder(name, _KNOWN.get(name.upper())) for name in OFFERED}
    )
    FUNCTION_PARSERS: ClassVar[dict[str, Callable[..., Any]]] = {
        name: parser
        for name, parser in AthenaTrinoParser.FUNCTION_PARSERS.items()
        if name in _FORMS
    } | {"EXTRACT": _extract, "SUBSTRING": _substring}

    TYPE_LITERAL_PARSERS: ClassVar[dict[Any, Callable[..., exp.Expr]]] = {
        **AthenaTrinoParser.TYPE_LITERAL_PARSERS,
        Kind.DECIMAL: _decimal,
    }

    # No `::` casts, no arrows into JSON.
    COLUMN_OPERATORS: ClassVar[dict[Any, Any]] = {
        TokenType.DOT: AthenaTrinoParser.COLUMN_OPERATORS[TokenType.DOT]
    }

    def _parse_types(self, *args: Any, **options: Any) -> exp.Expr | None:
        """Give a decimal the digits that it has where they are not written."""
        kind = super()._parse_types(*args, **options)
        if isinstance(kind, exp.DataType) and kind.this == Kind.DECIMAL:
            written = [item.copy() for item in kind.expressions]
            default = decimal(MOST_DIGITS, 0).copy().expressions
            kind.set("expressions", [*written, *default[len(written) :]])
        return kind

    def _parse_id_var(self, *args: Any, **options: Any) -> exp.Expr | None:
        """Take a reserved word for a name only in quotes."""
        return self._unless_reserved(super()._parse_id_var, *args, **options)

    def _parse_column_parts_fast(self) -> Any:
        """Do the same where sqlglot reads a simple column at once."""
        return self._unless_reserved(super()._parse_column_parts_fast)

    def _unless_reserved(
        self, parse: Callable[..., exp.Expr | None], *args: Any, **options: Any
    ) -> exp.Expr | None:
        start = self._index
        found = parse(*args, **options)
        names = () if found is None else found.find_all(exp.Identifier)
        if any(not each.quoted and each.name.upper() in _RESERVED for each in names):
            self._retreat(start)
            return None
        return found

    def raise_error(self, message: str, token: Any = None) -> None:
        """Say as Trino does what cannot be there; sqlglot names classes of its own."""
        raise ParseError.new(_misplaced(self.sql, token or self._curr))


# Words of clauses, which Trino takes for names only in quotes; and FIRST, LAST and OF, which Athena
# reserves too (docs.aws.amazon.com/athena/latest/ug/reserved-words.html).
_RESERVED = {
    *("ALTER", "AND", "AS", "BETWEEN", "BY", "CONSTRAINT", "CREATE", "CROSS", "CUBE", "DELETE"),
    *("DESCRIBE", "DISTINCT", "DROP", "ELSE", "END", "ESCAPE", "EXCEPT", "FIRST", "FOR", "FROM"),
    *("FULL", "GROUP", "HAVING", "IN", "INNER", "INSERT", "INTERSECT", "INTO", "IS", "JOIN"),
    *("LAST", "LEFT", "LIKE", "NATURAL", "OF", "ON", "OR", "ORDER", "OUTER", "PREPARE"),
    *("RECURSIVE", "RIGHT", "ROLLUP", "SELECT", "SKIP", "TABLE", "THEN", "UESCAPE", "UNION"),
    *("USING", "WHEN", "WHERE", "WITH"),
}
# sqlglot reads every engine's type names; these are Trino's, and words of other clauses.
_TYPES = {
    *("ARRAY", "BIGINT", "BOOLEAN", "CHAR", "DATE", "DECIMAL", "DOUBLE", "DOUBLE PRECISION", "INT"),
    *("INTEGER", "INTERVAL", "JSON", "MAP", "NULL", "RANGE", "REAL", "ROW", "SMALLINT", "TIME"),
    *("TIMESTAMP", "TINYINT", "UNION", "UUID", "IPADDRESS", "VARBINARY", "VARCHAR"),
}


_OPERATORS = ("||", ">=", "<=", "<>", "!=", "->", "=>")
# Keywords of other engines, which are names in Trino.
_LACKING = {
    *("ANTI", "ASOF", "COLLATE", "DIV", "GLOB", "ILIKE", "ISNULL", "NOTNULL", "PERCENT"),
    *("PIVOT", "REGEXP", "RLIKE", "SEMI", "SIMILAR TO", "UNPIVOT", "XOR"),
}


class _Offered(Trino):
    INDEX_OFFSET = 0  # a subscript stays as written
    SUPPORTS_USER_DEFINED_TYPES = True  # so that `check` can name an unknown type
    Parser = _OfferedParser

    class Tokenizer(Trino.Tokenizer):
        KEYWORDS: ClassVar[dict[str, TokenType]] = {
            word: kind
            for word, kind in Trino.Tokenizer.KEYWORDS.items()
            if (kind not in AthenaTrinoParser.TYPE_TOKENS or word in _TYPES)
            and (word[0].isalpha() or word in _OPERATORS)
            and word not in _LACKING
        }
