"""Checks a data set's own SQL over empty tables, and runs a sample of its landing."""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from springtide.dataset import glue_tables
from springtide.dataset.declaration import Column, DataSet, Derived, Field
from springtide.dataset.loading import folder_of_data_sets
from springtide.dataset.paths import Entry
from springtide.dataset.toml_tables import Reader, read_toml
from springtide.ledger.line_account import Account
from springtide.sql.derive import filled
from springtide.sql.quoting import identifier

from cli.errors import CommandError
from cli.guessing.members import members
from cli.guessing.sample import Sample, evenly, take
from cli.guessing.sources import Folder
from cli.landing import LandingFolder, read_landing
from cli.launch import RunFailedError, ingest
from cli.own_sql import CONDITIONS, clock_or_chance, faults
from cli.progress import Update, unseen
from cli.query import Answer, ask
from cli.target import explaining, offline
from offline import clock
from offline.athena.errors import QueryFailed
from offline.files_below import files_below

# The bounds of a sample: how many files, and how large one may be.
_FILES = 20
_LARGEST = 8_000_000
_EXAMPLES = """SELECT reject_reason, reject_detail, line
FROM (
  SELECT *, row_number() OVER (PARTITION BY reject_reason ORDER BY source_path, line) AS number
  FROM quarantine
)
WHERE number <= 3
ORDER BY reject_reason, number"""
_NO_HOUR = "event_date = '2000-01-01'"
_PLACE = re.compile(r"line \d+:\d+: ")
# The part of a run's reason that has no meaning for a run that keeps nothing.
_OF_RUNS = re.compile(
    r"^QueryFailedError: query \S+ FAILED: |, then (`springtide retry` and )?run again$"
)

_Columns = Callable[[str], list[tuple[str, str]]]


def sql_mistakes(data_set: DataSet) -> Iterator[str]:
    """Yield each mistake in the rules and in the SQL of derived tables, as file: place."""
    folder = folder_of_data_sets() / data_set.name
    document, at = read_toml(folder / "dataset.toml")
    parameters = {"DataSet": data_set.name}
    with (
        TemporaryDirectory(prefix="springtide-") as home,
        explaining(None),
        offline(Path(home), parameters) as found,
    ):
        glue_tables.ensure_tables(found.settings)

        def columns(sql: str) -> list[tuple[str, str]]:
            found.machine.athena.query(sql, found.settings.database)
            result: list[tuple[str, str]] = found.machine.athena.history[-1].columns
            return result

        at.each(document, "rules", lambda _, rule: _check_rule(data_set, at, rule, columns))
        yield from at.found
        for derived in data_set.derived:
            for name, sql, wanted, conditions in _statements(derived):
                yield from (f"{folder / name}: {wrong}" for wrong in faults(sql, conditions))
                planned = filled(sql, **dict.fromkeys(CONDITIONS, f"({_NO_HOUR})"))
                try:
                    yield from _differing(f"{folder / name}", columns(planned), wanted)
                except QueryFailed as err:
                    yield f"{folder / name}: {err}"


def _check_rule(data_set: DataSet, at: Reader, rule: Mapping[str, Any], columns: _Columns) -> None:
    condition = rule["reject_when"]
    names = ", ".join(identifier(field.name) for field in data_set.fields)
    events = f"SELECT {names} FROM events WHERE {_NO_HOUR}"
    wrong = _fault(condition, f"SELECT ({condition}) AS condition FROM ({events})", columns)
    if wrong is not None:
        shown = " ".join(condition.split())
        raise at.error(f"rule {rule['reason']}", f"reject_when {shown}: {wrong}")


def _fault(condition: str, planned: str, columns: _Columns) -> str | None:
    """Why no run should have this condition; None if it may."""
    try:
        if word := clock_or_chance(condition):
            return f"{word}: a line that is read again would be judged otherwise"
        ((_, kind),) = columns(planned)
        if kind != "boolean":
            return f"is a {kind}, and no condition"
        columns(f"{planned} WHERE TRY({condition})")  # as a run does; refuses aggregates
    except QueryFailed as err:
        return _PLACE.sub("", str(err))  # in the statement that contains the rule
    return None


def _statements(derived: Derived) -> Iterator[tuple[str, str, Sequence[Column], Sequence[str]]]:
    """Yield each file with its SQL, the columns it selects and the conditions it reads under."""
    hours = tuple(Column(name, "varchar") for name in derived.partition_keys)
    by_name = {column.name: column for column in derived.columns}
    key = tuple(by_name[name] for name in derived.key)
    yield f"{derived.table}.sql", derived.sql, (*derived.columns, *hours), ("read_hours",)
    yield f"{derived.table}_keys.sql", derived.keys_sql, (*key, *hours), CONDITIONS


def _differing(
    file: str, found: Sequence[tuple[str, str]], wanted: Sequence[Column]
) -> Iterator[str]:
    names = [name for name, _ in found]
    declared = [column.name for column in wanted]
    if names != declared:
        yield f"{file}: selects {names}; declared are {declared}, in this order"
        return
    for (name, kind), column in zip(found, wanted, strict=True):
        if _plain(kind) != _plain(column.type):
            yield f"{file}: column {name} is a {kind}, and declared as {column.type}"


def _plain(kind: str) -> str:
    """The type without what Athena adds to it."""
    name, _, size = kind.replace(" ", "").partition("(")
    return kind.replace(" ", "") if name == "decimal" and size else name


@dataclass(frozen=True)
class SampleReport:
    """What a run over a sample found; nested members are written with dots."""

    files: int
    of_files: int
    account: Account
    # By field: values that do not fit, and lines that have the member.
    misfits: dict[str, tuple[int, int]]
    never: list[str]
    hints: list[str]
    undeclared: list[str]
    examples: Answer
    failed: list[str]  # why queries over the sample failed


def run_sample(data_set: DataSet, folder: Path, update: Update = unseen) -> SampleReport:
    """Run a bounded part of a landing through the whole pipeline, and keep nothing of it.

    Raises CommandError if the landing is not in the data set's layout or the run fails, and OSError
    for a file that cannot be read.
    """
    landing = read_landing(folder, data_set.landing)
    with TemporaryDirectory(prefix="springtide-") as scratch:
        part, out = Path(scratch, "landing"), Path(scratch, "out")
        files, of_files = _link(landing, part)
        sampled = read_landing(part, data_set.landing)
        parameters = {"MaxRejectShare": "1"}
        # A sample does not wait until its arrival hours are over.
        clock.set_to(max(clock.now(), sampled.hours[-1].start + timedelta(days=2)))
        try:
            account = ingest(sampled, out, data_set.name, parameters, update).account
        except RunFailedError as err:
            raise CommandError(_failed("{error}: {cause}".format(**err.failure))) from err
        finally:
            clock.reset()
        sample = take(Folder(part), data_set.records)
        examples = ask(_EXAMPLES, out)
    documents = [document for _, document in sample.documents]
    present = {f.name: sum(is_there(d, f) for d in documents) for f in data_set.fields}
    return SampleReport(
        files,
        of_files,
        account,
        {name: (lines, present[name]) for name, lines in account.misfits.items()},
        [f.name for f in data_set.fields if not present[f.name]],
        list(_hints(data_set, documents)),
        _undeclared(data_set, sample),
        examples,
        sorted({_failed(each["reason"]) for each in (*account.held, *account.held_derived)}),
    )


def _failed(reason: str) -> str:
    return f"the sample cannot be ingested: {_OF_RUNS.sub('', reason)}"


def _link(landing: LandingFolder, part: Path) -> tuple[int, int]:
    """Link some files of the layout, evenly chosen, into a folder with the same layout."""
    below = [path for path in files_below(landing.root) if path.is_file()]
    names = (path.relative_to(landing.root).as_posix() for path in below)
    every = [p for p, name in zip(below, names, strict=True) if landing.layout.match(name)]
    fit = [path for path in every if path.stat().st_size <= _LARGEST]
    chosen = evenly(fit, _FILES)
    if not chosen:
        raise CommandError(
            f"--landing {landing.folder}: each file is larger than {_LARGEST:,} bytes, more than a"
            " sample may have"
        )
    for path in chosen:
        with path.open("rb"):
            pass  # an error of the run would name the link
        link = part / path.relative_to(landing.folder)
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(path.resolve())
    return len(chosen), len(every)


def _hints(data_set: DataSet, documents: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    flat = {name for document in documents for name in document}
    for field in data_set.fields:
        name = ".".join(map(str, field.path))
        if len(field.path) < 2 or name not in flat:
            continue
        if not any(is_there(document, field) for document in documents):
            yield f'field {field.name}: the sample has a member {name!r}: path = ["{name}"]'


def _undeclared(data_set: DataSet, sample: Sample) -> list[str]:
    declared = [tuple(map(str, (*field.json_in, *field.path))) for field in data_set.fields]
    declared = [(path[0].lower(), *path[1:]) for path in declared]
    found = []
    for member in members(document for _, document in sample.documents):
        path = (member.path[0].lower(), *member.path[1:])
        near = (path[: len(each)] == each or each[: len(path)] == path for each in declared)
        if member.present and not any(near):
            name = member.name or repr(member.name)
            found.append(f"{name} ({member.present / len(sample.documents):.1%})")
    return found


def is_there(document: Mapping[str, Any], field: Field) -> bool:
    """Whether the field's member is there and not null."""
    value: Any = {name.lower(): below for name, below in document.items()}
    path = (*field.json_in, *field.path)
    for depth, part in enumerate(path):
        name = part.lower() if depth == 0 and isinstance(part, str) else part
        if isinstance(part, str):
            value = value.get(name) if isinstance(value, dict) else None
        elif isinstance(part, Entry):
            value = _entry(value, part)
        else:
            value = value[part] if isinstance(value, list) and len(value) > part else None
        if isinstance(value, str) and depth + 1 < len(path):
            return True  # JSON within a text is not looked into here
    return value is not None


def _entry(value: Any, wanted: Entry) -> Any:
    """The element of a list that the entry names; None if there is none."""
    for each in value if isinstance(value, list) else ():
        found = each.get(wanted.member) if isinstance(each, dict) else None
        if (found if isinstance(found, str) else json.dumps(found)) == wanted.value:
            return each
    return None
