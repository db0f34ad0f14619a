"""JSON as Trino reads it: cases that DuckDB's fast functions get wrong, one value at a time.

Most documents never get here: the SQL macros in `functions` test for the few shapes that DuckDB
treats differently, and pass on only those.
"""

import json
import math
import re
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any, NoReturn

from offline.athena.functions.escapes import MARK, escape, replaced, unescape
from offline.athena.functions.json_depth import DEEPEST, shallow

JAVA_PLAIN_FROM, JAVA_PLAIN_TO = 1e-3, 1e7  # Double.toString writes an exponent outside of these.

SEPARATOR = "\x1f"  # of the names of a row's fields
_LONGEST_NAME = 50_000  # of a member, in characters: Jackson's limit
_ESCAPED = re.compile(r"\\(?:u([0-9a-f]{4})|.)|[\U00010000-\U0010ffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class NotJsonError(ValueError):
    """A text is not one JSON document."""


def java_double(value: float) -> str:
    """Write a double as Java's Double.toString does."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0:
        return "-0.0" if math.copysign(1, value) < 0 else "0.0"
    sign, text, point = _shortest(value)
    if JAVA_PLAIN_FROM <= abs(value) < JAVA_PLAIN_TO:
        if point <= 0:
            plain = "0." + "0" * -point + text
        elif point >= len(text):
            plain = text + "0" * (point - len(text)) + ".0"
        else:
            plain = f"{text[:point]}.{text[point:]}"
        return sign + plain
    return f"{sign}{text[0]}.{text[1:] or '0'}E{point - 1}"


def double_text(value: float) -> str:
    """Write a double as Trino 476 casts it to varchar: always with an exponent."""
    if math.isnan(value) or math.isinf(value):
        return java_double(value)
    if value == 0:
        return "-0E0" if math.copysign(1, value) < 0 else "0E0"
    sign, digits, point = _shortest(value)
    return f"{sign}{digits[0]}.{digits[1:] or '0'}E{point - 1}"


def _shortest(value: float) -> tuple[str, str, int]:
    """Return the sign, the shortest digits that identify it, and how many precede the point."""
    two = f"{value:.1e}"  # the nearest of two digits, where one would do: 4.9E-324, not 5.0E-324
    shortest = two if float(two) == value else repr(value)
    sign, digits, exponent = Decimal(shortest).normalize().as_tuple()
    return "-" if sign else "", "".join(map(str, digits)), len(digits) + int(exponent)


class _Number(str):
    """A number as it is written in the document, kept as text so that no digit is lost."""

    __slots__ = ()


def _integer(text: str) -> _Number:
    return _Number("0" if text == "-0" else text)


def _double(text: str) -> str:
    """Return a number, or the text that Jackson writes for one beyond a double's range."""
    value = float(text)
    return java_double(value) if math.isinf(value) else _Number(java_double(value))


def _refuse_constant(name: str) -> NoReturn:
    raise NotJsonError(f"{name} is not JSON")


_AS_WRITTEN = json.JSONDecoder(
    parse_int=_Number, parse_float=_Number, parse_constant=_refuse_constant
)
_STEP = re.compile(r'\[(\d+)\]|\."([^"]*)"|\.(\w+)')
_SPACE = re.compile(r"[ \t\n\r]*")


class _Members(list[tuple[str, Any]]):
    """An object's members as they come, equal keys included."""


def _of_short_names(kind: Callable[[Any], Any], pairs: list[tuple[str, Any]]) -> Any:
    if any(len(name) > _LONGEST_NAME for name, _ in pairs):
        raise NotJsonError("a name is too long")
    return kind(pairs)


def parse(
    text: str, constant: Callable[[str], str] = _refuse_constant, *, every: bool = False
) -> Any:
    """Return the document; numbers stay as written.

    The last of equal keys counts, unless `every` member is wanted. `constant` is what NaN and the
    infinities become. Raises NotJsonError.
    """
    members: Callable[[Any], Any] = _Members if every else dict
    if len(text) > _LONGEST_NAME:
        members = partial(_of_short_names, members)
    try:
        return json.loads(
            text,
            parse_int=_integer,
            parse_float=_double,
            parse_constant=constant,
            object_pairs_hook=members,
        )
    except RecursionError as error:
        raise NotJsonError("nested too deeply") from error
    except json.JSONDecodeError as error:
        raise NotJsonError(str(error)) from error


def _utf16(name: str) -> bytes:
    """Return the key by which Java orders text."""
    return name.encode("utf-16-be", "surrogatepass")


def render(value: Any, *, in_order: bool) -> str:
    """Write a parsed document like Trino: no spaces, and keys in order, or else as they come."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict | _Members):
        members = list(value.items() if isinstance(value, dict) else value)
        if in_order:
            members.sort(key=lambda member: _utf16(member[0]))
        pairs = (f"{_text(name)}:{render(item, in_order=in_order)}" for name, item in members)
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(render(item, in_order=in_order) for item in value) + "]"
    return _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def formatted(text: str) -> str | None:
    """Return the result of `json_format` for JSON that DuckDB holds as this text.

    json_parse has sorted the keys; where they come from elsewhere Trino leaves them as they are.
    """
    try:
        rendered = render(parse(_characters(text), every=True), in_order=False)
    except NotJsonError:
        return None
    return _LONE_SURROGATE.sub("?", shown(rendered))


def shown(text: str) -> str:
    """Return a document as Trino shows it.

    Characters beyond 16 bits are two escapes, and escapes have upper-case digits.
    """
    return _ESCAPED.sub(_as_escapes, text)


def _as_escapes(found: re.Match[str]) -> str:
    if found[0][0] == "\\":
        return f"\\u{found[1].upper()}" if found[1] else found[0]
    units = found[0].encode("utf-16-be").hex().upper()
    return f"\\u{units[:4]}\\u{units[4:]}"


def canonical(text: str) -> str | None:
    """Return the result of `json_format(json_parse(text))`, or None if json_parse fails."""
    if usual := _usual(text):
        return usual
    try:
        return _written(render(parse(_characters(text)), in_order=True))
    except NotJsonError:
        return None


def _usual(text: str) -> str | None:
    """Return most documents in half the time of the careful way, and None for the others.

    Without escapes, and characters beyond 16 bits, Python writes them like Trino.
    """
    is_short = len(text) <= _LONGEST_NAME
    if not is_short or "\\" in text or len(text.encode("utf-16-le")) > 2 * len(text):
        return None
    try:
        value = json.loads(text, parse_float=_plain_double, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _plain_double(text: str) -> float:
    """Return a number that Java writes without an exponent, as Python does; else ValueError."""
    value = float(text)
    if value and not JAVA_PLAIN_FROM <= abs(value) < JAVA_PLAIN_TO:
        raise ValueError(text)
    return value


def cast_to_json(text: str) -> str:
    """Return the result of a cast to JSON, from DuckDB's text of it: NaN becomes text.

    Raises NotJsonError.
    """
    return _written(render(parse(_characters(text), str), in_order=True))


def _characters(text: str) -> str:
    """The text of a varchar whose bytes that are not UTF-8 are escaped."""
    return replaced(unescape(text)) if MARK in text else text


def _written(rendered: str) -> str:
    """A document as a varchar: half a surrogate pair has no UTF-8 and becomes `?`."""
    whole = _LONE_SURROGATE.sub("?", rendered)
    return escape(whole.encode()) if MARK in whole else whole


def doubled(text: str) -> bool:
    """Tell whether any object of the document has two equal keys."""
    found = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal found
        found = found or len({key for key, _ in pairs}) < len(pairs)

    try:
        json.loads(text, object_pairs_hook=look)
    except (ValueError, RecursionError):
        return True  # left to the careful way
    return found


def found(text: str, path: str) -> str | None:
    """Return json_extract of a varchar, as it is written there: equal keys stay, in order."""
    if (place := _place(text, path)) is None:
        return None
    try:
        value = parse(_characters(text[slice(*place)]), every=True)
    except NotJsonError:
        return None
    return _written(render(value, in_order=False))


def scalar(text: str, path: str) -> str | None:
    """Return json_extract_scalar of a varchar: a number is as it is written there."""
    place = _place(text, path)
    value = None if place is None else _AS_WRITTEN.decode(text[slice(*place)])
    if isinstance(value, bool):
        return "true" if value else "false"
    return _written(value) if isinstance(value, str) else None


def _place(text: str, path: str) -> tuple[int, int] | None:
    """Return where the value at a path begins and ends; Trino reads no further than that.

    So the first of equal keys counts, and the rest of the text may be invalid.
    """
    try:
        at = _next(text, 0)
        for index, quoted, name in _STEP.findall(path):
            at = _inner(text, at, int(index) if index else quoted or name)
        value, end = _AS_WRITTEN.raw_decode(text, at)
    except (ValueError, IndexError, RecursionError):
        return None
    whole = not isinstance(value, _Number) or text[end : end + 1] in ",]} \t\n\r"
    return (at, end) if whole else None


def _inner(text: str, at: int, wanted: int | str) -> int:
    """Return where the wanted member or element begins. Raises ValueError and IndexError."""
    closed = {"{": str, "[": int}.get(text[at])
    if closed is not type(wanted):
        raise ValueError("neither an object nor an array")
    key: int | str = -1
    while key != wanted:
        if key != -1:
            at = _next(text, _AS_WRITTEN.raw_decode(text, at)[1])
            if text[at] != ",":
                raise ValueError("no such member")
        at = _next(text, at + 1)
        if isinstance(wanted, int):
            key = int(key) + 1
            continue
        key, at = _AS_WRITTEN.raw_decode(text, at)
        at = _next(text, at)
        if text[at] != ":":
            raise ValueError("no member")
        at = _next(text, at + 1)
    return at


def _next(text: str, at: int) -> int:
    """Return the position of the next character that is not white space."""
    return _SPACE.match(text, at).end()  # type: ignore[union-attr]  # it matches everywhere


def row(text: str, names: str) -> str | None:
    """Return a JSON object with only the named fields, as Trino's cast to ROW finds them.

    Keys match case-insensitively and get the fields' names; an array is read by position. None if
    Trino refuses it: two keys for one field, an array of another length, a scalar.
    """
    fields = {name.lower(): name for name in names.split(SEPARATOR)}
    try:
        value = parse(text)
    except NotJsonError:
        return None
    if isinstance(value, list) and len(value) == len(fields):
        return render(dict(zip(fields.values(), value, strict=True)), in_order=False)
    if not isinstance(value, dict):
        return None
    wanted = [key for key in value if key.lower() in fields]
    if len({key.lower() for key in wanted}) < len(wanted):
        return None
    return render({fields[key.lower()]: value[key] for key in wanted}, in_order=False)


def text_row(text: str, names: str) -> str | None:
    """Do the same for a cast directly over json_parse.

    Trino makes one step of the two, over the text itself, so a field that comes twice is refused
    even in equal spellings: no map has dropped one of them before. It skips other members, however
    deep.
    """
    fields = names.lower().split(SEPARATOR)
    text = _characters(text)
    keys: list[str] = []

    def outermost_last(pairs: list[tuple[str, Any]]) -> None:
        if any(len(key) > _LONGEST_NAME for key, _ in pairs):
            raise NotJsonError("a name is too long")
        keys[:] = [key.lower() for key, _ in pairs if key.lower() in fields]

    try:
        if text.count("[") + text.count("{") > DEEPEST:
            text = shallow(text, fields)
        json.loads(text, object_pairs_hook=outermost_last, parse_int=_integer)
    except ValueError:
        return None
    if text.lstrip().startswith("{") and len(set(keys)) < len(keys):
        return None
    found = row(text, names)
    return found and _written(found)
