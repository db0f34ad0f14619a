"""SQL that finds a data set's fields in the document and converts them to columns.

Fields of one type are converted together, as arrays, with one lambda. An expression for each field
would be parsed, planned and compiled once per field, which costs an engine more than the rows do.

The document is read as a ROW in which a plain field is a varchar. A document that does not fit, for
example with an object in place of a text, is read as a ROW of JSON: same result, more work.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from springtide.dataset.declaration import DataSet, Field
from springtide.sql import conversions
from springtide.sql.json_paths import extracted, json_path
from springtide.sql.quoting import identifier, literals, quoted

# The statement's own columns: no field's own name has a dot.
TEXT = '"landed.text"'
DOCUMENT, MEMBERS = '"landed.document"', '"landed.members"'
# Trino accepts at most 127 arguments of a function, and 254 of ARRAY.
_MOST_IN_A_GROUP = 100
# For types with long expressions: Trino compiles an array to one method; 80 fit, 100 do not.
_MOST_DECIMALS = 25
# A member's text; an object or a list, which is no value of such a type, is shown as JSON.
_AS_TEXT = "coalesce(json_extract_scalar(x, '$'), nullif(json_format(x), 'null'))"


class Group(NamedTuple):
    """Fields that are converted alike: of one type, from members of one kind."""

    number: int
    fields: tuple[Field, ...]
    plain: bool  # members that are varchar in the document's ROW

    @property
    def sent(self) -> str:
        """The column with the sent value of each field: text, or JSON for varchar and json."""
        return f'"landed.sent.{self.number}"'

    @property
    def values(self) -> str:
        """The column with each field's converted value."""
        return f'"landed.values.{self.number}"'

    @property
    def unfit(self) -> str:
        """The column that tells for each field whether its value does not fit its type."""
        return f'"landed.unfit.{self.number}"'

    @property
    def type(self) -> str:
        """The type of the fields."""
        return self.fields[0].type

    @property
    def is_json(self) -> bool:
        """Whether `sent` is JSON."""
        return self.type in ("varchar", "json")


class Fields:
    """The columns of one data set's Extract."""

    def __init__(self, data_set: DataSet) -> None:
        self._data_set = data_set
        self._tops = dict.fromkeys((f.outermost for f in data_set.fields), "varchar")
        self._tops |= {f.outermost: "JSON" for f in data_set.fields if not _plain(f)}
        self.groups = _grouped(
            data_set.fields, [self._tops[f.outermost] == "varchar" for f in data_set.fields]
        )
        self._place = {
            field.name: (group, at)
            for group in self.groups
            for at, field in enumerate(group.fields, start=1)
        }

    def document(self) -> str:
        """The document as a ROW; NULL if it is not a document, or has a member of another kind."""
        return self._row(self._tops)

    def members(self) -> str:
        """The document as a ROW of JSON; NULL if it is not a document."""
        return self._row(dict.fromkeys(self._tops, "JSON"))

    def _row(self, tops: dict[str, str]) -> str:
        """A cast to ROW directly over json_parse, so that Trino makes one strict step of the two.

        It allows no text after the document, and no field twice. Trino looks members up by their
        names in lower case, so a quoted name with a capital letter finds none.
        """
        listed = ",\n        ".join(f"{quoted(name)} {kind}" for name, kind in tops.items())
        return f"TRY(CAST(json_parse({TEXT}) AS ROW(\n        {listed}\n      )))"

    def sent(self) -> list[str]:
        """The columns `sent` of all groups, as expressions with their names."""
        return [f"{self._sent(group)} AS {group.sent}" for group in self.groups]

    def _sent(self, group: Group) -> str:
        if group.plain:
            texts = _array(f"{DOCUMENT}.{quoted(f.outermost)}" for f in group.fields)
            members = _array(f"{MEMBERS}.{quoted(f.outermost)}" for f in group.fields)
            return (
                f"CASE WHEN {DOCUMENT} IS NOT NULL THEN {texts}"
                f" ELSE transform({members}, x -> {_AS_TEXT}) END"
            )
        if group.type.startswith("decimal"):
            return _array(self._digits(field) for field in group.fields)
        members = _array(self._member(field) for field in group.fields)
        return members if group.is_json else f"transform({members}, x -> {_AS_TEXT})"

    def _member(self, field: Field) -> str:
        """The field's JSON."""
        top = quoted(field.outermost)
        found = f"coalesce({DOCUMENT}.{top}, {MEMBERS}.{top})"
        if field.json_in:
            text = extracted(found, field.json_in[1:], "json_extract_scalar")
            return extracted(f"TRY(json_parse({text}))", field.path)
        return extracted(found, field.path[1:])

    def _digits(self, field: Field) -> str:
        """The field's text as written: json_parse turns a number with a fraction into a double.

        So it is looked up in the text, where names match case-sensitively; a member whose name
        differs only in case has a text that is not a number.
        """
        text, is_read = TEXT, f"{DOCUMENT} IS NOT NULL OR {MEMBERS} IS NOT NULL"
        if field.json_in:
            text = f"json_extract_scalar({text}, {json_path(field.json_in)})"
            is_read = f"TRY(json_parse({text})) IS NOT NULL"
        # Only over documents: in other text a name of 50,000 characters causes an error that TRY
        # does not catch.
        found = f"CASE WHEN {is_read} THEN json_extract_scalar({text}, {json_path(field.path)}) END"
        return f"coalesce({found}, 'JSON ' || nullif(json_format({self._member(field)}), 'null'))"

    def values(self) -> list[str]:
        """The columns `values` of all groups; timestamps are not bounded yet."""
        return [f"{_values(group)} AS {group.values}" for group in self.groups]

    def columns(self) -> list[str]:
        """The fields' own columns, from which the groups' arrays are built."""
        return [
            f"{self._value(field)} AS {identifier(field.name)}" for field in self._data_set.fields
        ]

    def _value(self, field: Field) -> str:
        value = self.moment(field.name)
        if field.type == "timestamp":
            return f"CASE WHEN {conversions.in_bounds(value)} THEN {value} END"
        return value

    def moment(self, name: str) -> str:
        """A field's converted value; a timestamp may be out of bounds."""
        group, at = self._place[name]
        return f"element_at({group.values}, {at})"

    def text(self, field: Field) -> str:
        """The field's sent value as text; NULL if it is missing or null."""
        group, at = self._place[field.name]
        found = f"element_at({group.sent}, {at})"
        return _AS_TEXT.replace("(x", f"({found}") if group.is_json else found

    def unfit(self) -> list[str]:
        """The columns `unfit` of all groups."""
        return [f"{_unfit(group)} AS {group.unfit}" for group in self.groups]

    def misfits(self) -> str:
        """The names of fields whose value does not fit their type, with commas; NULL for none."""
        return _joined([_misfits(group) for group in self.groups])


def _plain(field: Field) -> bool:
    """Whether the field is a member of the document itself, and its text is enough."""
    exact = field.type in ("varchar", "json") or field.type.startswith("decimal")
    return not exact and not field.json_in and len(field.path) == 1


def _grouped(fields: Sequence[Field], plain: Sequence[bool]) -> list[Group]:
    alike: dict[tuple[Field, bool], list[Field]] = defaultdict(list)
    for field, is_plain in zip(fields, plain, strict=True):
        kind = field._replace(name="", path=(), description="", json_in=())
        alike[kind, is_plain].append(field)
    parts = []
    for (field, is_plain), members in alike.items():
        most = _MOST_DECIMALS if field.type.startswith("decimal") else _MOST_IN_A_GROUP
        for start in range(0, len(members), most):
            parts.append((tuple(members[start : start + most]), is_plain))
    return [Group(number, members, is_plain) for number, (members, is_plain) in enumerate(parts)]


def _values(group: Group) -> str:
    if group.type == "varchar":
        return f"transform({group.sent}, x -> json_extract_scalar(x, '$'))"
    if group.type == "json":
        # Parsed once more, so that members are ordered by name however they were sent.
        text = "nullif(json_format(TRY(json_parse(json_format(x)))), 'null')"
        return f"transform({group.sent}, x -> {text})"
    return conversions.converted(group.fields[0], group.sent)


def _unfit(group: Group) -> str:
    was_sent = {
        "varchar": "NOT is_json_scalar(x)",
        "json": "json_format(x) <> 'null'",
    }.get(group.type, "x IS NOT NULL")
    fits = conversions.in_bounds("y") if group.type == "timestamp" else "y IS NOT NULL"
    return f"zip_with({group.sent}, {group.values}, (x, y) -> NOT ({fits}) AND {was_sent})"


def _misfits(group: Group) -> str:
    names = f"ARRAY[{literals(field.name for field in group.fields)}]"
    # Most lines have none, and testing costs less than joining.
    listed = f"concat_ws(',', zip_with({group.unfit}, {names}, (x, y) -> CASE WHEN x THEN y END))"
    return f"CASE WHEN contains({group.unfit}, TRUE) THEN {listed} END"


def _joined(texts: Sequence[str]) -> str:
    """The texts that are not NULL, separated by commas; NULL if all are."""
    if len(texts) > _MOST_IN_A_GROUP:
        starts = range(0, len(texts), _MOST_IN_A_GROUP)
        texts = [_joined(texts[start : start + _MOST_IN_A_GROUP]) for start in starts]
    return f"nullif(concat_ws(',', {', '.join(texts)}), '')"


def _array(items: Iterable[str]) -> str:
    return f"ARRAY[{', '.join(items)}]"
