"""How the functions of texts, their patterns and their bytes are written for DuckDB."""

from collections.abc import Callable

from sqlglot import exp

from offline.athena.functions.regexps import is_plain, spelled, template
from offline.athena.sql.building import call, once, text, unary, with_one
from offline.athena.sql.casts import plain
from offline.athena.sql.kinds import Kind, kind_of

# The white space of airlift's SliceUtf8; a no-break space is not part of it.
_WHITE_SPACE = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2008\u2009"
    "\u200a\u2028\u2029\u205f\u3000"
)


def _regexp(node: exp.Expr) -> exp.Expr:
    """Use DuckDB's own matcher if it reads the pattern like Trino."""
    pattern = node.expression.name
    written = text(spelled(pattern))
    if isinstance(node, exp.RegexpLike):
        if is_plain(pattern, parts=False):
            return call("regexp_matches", node.this, written)
        if pattern.endswith("$") and is_plain(pattern[:-1] + ".", parts=False):
            return call("regexp_matches", node.this, text(written.name[:-1] + r"\n?\z"))
        return with_one(node.this, "searched", lambda x: call("careful_like", x, written))
    if isinstance(node, exp.RegexpReplace):
        new = node.args.get("replacement") or text("")
        if isinstance(new, exp.Literal):
            new = text(template(new.name))
        if is_plain(pattern, parts=True):
            return call("regexp_replace", node.this, written, new, text("g"))
        return call("py_regexp_replace", node.this, written, new)
    group = node.args.get("group") or exp.Literal.number(0)
    plain = is_plain(pattern, parts=True)
    if isinstance(node, exp.RegexpExtractAll):
        macro = "regexp_extract_all" if plain else "py_regexp_extract_all"
        return call(macro, node.this, written, group)
    macro = "trino_regexp_extract" if plain else "py_regexp_extract"
    return once([node.this], lambda x: call(macro, x, written, group))


def regexp_count(node: exp.Expr) -> exp.Expr:
    """Count the matches of a pattern."""
    searched, pattern = node.expressions
    found = exp.RegexpExtractAll(this=searched, expression=pattern)
    return call("as_bigint", call("len", found))


def _reverse(node: exp.Expr) -> exp.Expr:
    """Reverse code points; DuckDB's own reverses grapheme clusters."""
    if kind_of(node.this) == Kind.ARRAY:
        return call("list_reverse", node.this)
    points = call("regexp_extract_all", node.this, text("(?s)."))
    return call("array_to_string", call("list_reverse", points), text(""))


def _substring(node: exp.Expr) -> exp.Expr:
    """Leave the usual form to DuckDB; the two differ at 0 and beyond the start."""
    start, length = node.args.get("start"), node.args.get("length")
    usual = isinstance(start, exp.Literal) and start.name != "0"
    if usual and (length is None or isinstance(length, exp.Literal)):
        return node
    return call("trino_substr", *(item for item in (node.this, start, length) if item is not None))


def _trim(node: exp.Expr) -> exp.Expr:
    """Remove all of Trino's white space; DuckDB removes only spaces."""
    if node.expression is not None:
        return node
    sides = {"LEADING": "trino_ltrim", "TRAILING": "rtrim"}
    side = sides.get(node.args.get("position") or "", "trim")
    return call(side, node.this, text(_WHITE_SPACE))


def _listagg(node: exp.Expr) -> exp.Expr:
    node.set("separator", node.args.get("separator") or text(""))
    return node


def _java_format(node: exp.Expr) -> exp.Expr:
    varchar = exp.DataType.build("varchar")
    texts = [plain(exp.Cast(to=varchar.copy()), item) for item in node.expressions]
    return call("py_format", node.this, call("json_array", *texts))


def _from_utf8(node: exp.Expr) -> exp.Expr:
    """Decode bytes; the bytes of a text are that text, unless some of them are escaped."""
    if isinstance(node.this, exp.Encode):
        return with_one(node.this.this, "operand", lambda x: call("trino_reread", x))
    return unary("trino_from_utf8")(node)


def _character(node: exp.Expr) -> exp.Expr:
    """Write a character itself if its code is a constant: DuckDB need not bind a call."""
    (code,) = node.expressions
    number = int(code.name) if isinstance(code, exp.Literal) and code.is_int else 0
    if 0 < number < 0xD800 or 0xDFFF < number <= 0x10FFFF:  # no NUL, no surrogate
        return text(chr(number))
    return call("chr", call("as_integer", code))


RULES: dict[type[exp.Expr], Callable[[exp.Expr], exp.Expr]] = {
    exp.RegexpExtract: _regexp,
    exp.RegexpExtractAll: _regexp,
    exp.RegexpLike: _regexp,
    exp.RegexpReplace: _regexp,
    exp.Reverse: _reverse,
    exp.Substring: _substring,
    exp.Trim: _trim,
    exp.GroupConcat: _listagg,
    exp.Format: _java_format,
    exp.Chr: _character,
    exp.Encode: unary("trino_to_utf8"),
    exp.Decode: _from_utf8,
}
