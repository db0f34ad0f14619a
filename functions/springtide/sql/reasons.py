"""SQL for why a line is rejected, and for the detail that the quarantine shows.

Each function returns SQL over extract.py's CTEs `typed` (reason) and `judged` (detail).
"""

import re
from collections.abc import Sequence

from springtide.dataset.declaration import TIME_UNITS, DataSet, Field
from springtide.dataset.paths import has_entry
from springtide.sql.conversions import ISO8601_WITHOUT_OFFSET, like
from springtide.sql.fields import TEXT, Fields
from springtide.sql.json_paths import json_path
from springtide.sql.quoting import identifier, literal

# The beginning of the detail of a line that starts like a binary format.
BEGINS_AS = "binary, begins as "
# The first bytes of formats that are not lines of text, in hexadecimal.
MAGIC = {
    "gzip": "1F8B08", "zstd": "28B52FFD", "bzip2": "425A68", "xz": "FD377A585A", "zip": "504B0304",
    "Parquet": "50415231", "ORC": "4F5243", "Avro": "4F626A01",
}  # fmt: skip
# An aggregated record of the Kinesis Producer Library
# (github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md).
_AGGREGATED = "F3899AC2"
# A byte order mark, or an opening brace or a quote with a NUL beside it.
UTF16 = ("FFFE", "FEFF", "7B00", "007B", "2200", "0022")
# Byte order marks removed, wherever they stand.
_UNMARKED = "replace(springtide_line, chr(65279), '')"
MEMBER_ALONE = r'^([{\[]|[}\]]+,?|"([^"\\]|\\.)*"\s*:.*)$'
IN_UTF16 = "UTF-16: write UTF-8"
NOT_UTF8 = "bytes that are not UTF-8"
SPREAD = "part of a document over several lines: write each on one line"
ARRAY = "an array is not an event: write each of its elements on one line"
# Characters that a detail shows of a value: enough to find it by.
_SHOWN = 100
# Columns that the reason and the detail share with extract.py, each computed once: the arrival
# hour's start, the first bytes of a line that is not a document, and whether it is none.
ARRIVAL, BEGINS, MALFORMED = '"landed.arrival"', '"landed.begins"', '"landed.malformed"'
_UNITS = {"seconds": 1, "milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}


def reason(data_set: DataSet, fields: Fields) -> str:
    """The first reason that applies; NULL for an accepted event.

    A rule is evaluated line by line: if it fails, as 1 / items does for 0, it is NULL and does not
    reject.
    """
    moment = fields.moment(data_set.event_time)
    missing = " OR ".join(f"{identifier(name)} IS NULL" for name in data_set.key)
    branches = [
        f"WHEN {MALFORMED} THEN 'malformed'",
        f"WHEN {missing} THEN 'missing_key'",
        f"WHEN {moment} IS NULL THEN 'missing_event_time'",
        f"WHEN {moment} < date_add('hour', {-data_set.too_old_hours}, {ARRIVAL}) THEN 'too_old'",
        f"WHEN {moment} > date_add('hour', {data_set.latest_hours}, {ARRIVAL}) THEN 'in_future'",
        *(f"WHEN TRY(({rule.reject_when})) THEN {literal(rule.reason)}" for rule in data_set.rules),
    ]
    return _case(branches)


def detail(data_set: DataSet, fields: Fields) -> str:
    """The field, value and bound that a reject is about, and a hint at its cause."""
    event_time = data_set.field(data_set.event_time)
    unit = "day" if data_set.landing.daily else "hour"
    early = f"{data_set.too_old_hours} hours before the start of arrival {unit} "
    late = f"{data_set.in_future_hours} hours after the end of arrival {unit} "
    branches = [
        "WHEN springtide_reject_reason IS NULL THEN NULL",
        f"WHEN springtide_reject_reason = 'malformed' THEN {_malformed(data_set)}",
        *(
            f"WHEN springtide_reject_reason = 'missing_key' AND {identifier(key)} IS NULL{rest}"
            for key in data_set.key
            for rest in _unfit(fields, data_set.field(key), f"no {data_set.field(key).type}")
        ),
        *(
            f"WHEN springtide_reject_reason = 'missing_event_time'{rest}"
            for rest in _unfit(fields, event_time, f"no time in {' or '.join(event_time.formats)}")
        ),
        "WHEN springtide_reject_reason IN ('too_old', 'in_future')"
        f" THEN {_beyond(fields, event_time, early, late)}",
        *(
            f"WHEN springtide_reject_reason = {literal(rule.reason)}"
            f" THEN {_ruled(data_set, fields, rule.reject_when)}"
            for rule in data_set.rules
        ),
    ]
    return f"{_case(branches)} || {_hint(data_set, fields.text(event_time))}"


def begins() -> str:
    """The expression of BEGINS."""
    # Eight characters, since the embedded engine has two for each byte that is not UTF-8.
    return f"CASE WHEN {MALFORMED} THEN to_hex(to_utf8(substr(springtide_line, 1, 8))) END"


def _case(branches: Sequence[str]) -> str:
    return "\n      ".join(["CASE", *(b.replace("\n", "\n  ") for b in branches)]) + "\n    END"


def _malformed(data_set: DataSet) -> str:
    """What a line that is not a JSON object most likely is."""
    records, taken_apart = data_set.records, data_set.concatenated or data_set.records
    first = f"substr(ltrim({_UNMARKED}), 1, 1)"
    is_document = f"{first} = '{{' AND TRY(json_parse({_UNMARKED})) IS NOT NULL"

    def begins_as(codes: Sequence[str]) -> str:
        return " OR ".join(f"{BEGINS} LIKE '{code}%'" for code in codes)

    guesses = [
        *((begins_as([code]), BEGINS_AS + name) for name, code in MAGIC.items()),
        (begins_as([_AGGREGATED]), "an aggregated record of the Kinesis Producer Library:"
            " deaggregate before Firehose, or switch aggregation off"),
        (begins_as(UTF16), IN_UTF16),
        ("from_utf8(to_utf8(springtide_line)) <> springtide_line", NOT_UTF8),
        ("trim(springtide_line) = ''", "blank line"),
        (r"strpos(springtide_line, '}\n{') > 0 OR strpos(springtide_line, '}\r\n{') > 0",
            r"several documents with a literal \n between them: write real line ends"),
        (like("springtide_line", r"\}[ \t\x1e]*\{"),
            "several documents on one line, not taken apart: a text among them holds }{"
            if taken_apart else "several documents on one line: the producer writes no line ends"),
        (like("trim(springtide_line)", MEMBER_ALONE), SPREAD),
        (f"{first} = '['", ARRAY),
        (f"{first} = '\"'", "a JSON text, not an object: write the document itself"),
        *([(f"{TEXT} IS NULL AND {is_document}",
            f"no event: its list {' / '.join(records)} is missing or empty, or it is too"
            " deeply nested")] if records else ()),
        (is_document, "a declared field comes twice, or is too deeply nested"),
        (f"{first} = '{{' AND substr(rtrim(springtide_line), -1) <> '}}'",
            "a document that is cut off, or with something behind it"),
    ]  # fmt: skip
    branches = [f"WHEN {found} THEN {literal(guess)}" for found, guess in guesses]
    return _case([*branches, "ELSE 'not a JSON object'"])


def _value(fields: Fields, field: Field) -> str:
    """The sent value as text: as it was written, if a member has exactly the field's name."""
    text = fields.text(field)
    if not field.json_in and not has_entry(field.path):
        text = f"coalesce(json_extract_scalar({TEXT}, {json_path(field.path)}), {text})"
    return f"substr({text}, 1, {_SHOWN})"


def _unfit(fields: Fields, field: Field, what: str) -> list[str]:
    """WHEN branches for a field that is missing, null, or not `what` it must be."""
    return [
        f" AND {fields.text(field)} IS NULL THEN {literal(field.name + ' is missing or null')}",
        f" THEN {literal(f'{field.name} is {what}: ')} || {_value(fields, field)}",
    ]


def _beyond(fields: Fields, field: Field, early: str, late: str) -> str:
    """The sent event time, and the bound that it lies beyond."""
    moment = "coalesce(date_format(event_time, '%Y-%m-%d %H:%i:%s'), 'not in the years 1 to 9999')"
    return (
        f"{literal(field.name + ': ')} || {_value(fields, field)} || ' is ' || {moment} ||"
        f" CASE WHEN springtide_reject_reason = 'too_old' THEN {literal(', more than ' + early)}"
        f" ELSE {literal(', more than ' + late)} END || arrival_hour"
    )


def _hint(data_set: DataSet, sent: str) -> str:
    """What a rejected event time lacks, or the unit in which it would be accepted; else empty."""
    formats = data_set.field(data_set.event_time).formats
    declared = {TIME_UNITS[name] for name in formats if name in TIME_UNITS}
    first = f"to_unixtime({ARRIVAL}) - {data_set.too_old_hours * 3600}"
    last = f"to_unixtime({ARRIVAL}) + {data_set.latest_hours * 3600}"
    units = [
        f"WHEN x / {scale}e0 BETWEEN {first} AND {last} THEN '; looks like {unit}'"
        for unit, scale in _UNITS.items()
        if scale not in declared
    ]
    in_unit = _case(["WHEN x IS NULL THEN ''", *units, "ELSE ''"])
    # A lambda, so that the engine converts the text once.
    of_number = f"element_at(transform(ARRAY[TRY_CAST({sent} AS double)], x -> {in_unit}), 1)"
    no_offset = like(sent, ISO8601_WITHOUT_OFFSET)
    lacks = f"WHEN {no_offset} THEN '; it has no offset, such as Z or +01:00'"
    times = "('missing_event_time', 'too_old', 'in_future')"
    looks = _case([lacks, f"ELSE {of_number}"])
    return _case([f"WHEN springtide_reject_reason IN {times} THEN {looks}", "ELSE ''"])


def _ruled(data_set: DataSet, fields: Fields, condition: str) -> str:
    """The rule, and the sent values of the fields that it names."""
    named = set(re.findall(r"[a-z][a-z0-9_]*", condition.lower()))
    values = "".join(
        f" || {literal('; ' + field.name + ' = ')} || coalesce({_value(fields, field)}, 'missing')"
        for field in data_set.fields
        if field.name in named
    )
    return literal(" ".join(condition.split())[:_SHOWN]) + values
