"""The checks, in the order in which a run would depend on them."""

import gzip
import zlib
from urllib.parse import urlsplit

from springtide.arrivals.landing import ARCHIVED
from springtide.aws import athena, clients
from springtide.dataset import loading
from springtide.ledger import marks
from springtide.ledger.table import Ledger
from springtide.model.errors import SpringtideError
from springtide.model.settings import Settings
from springtide.sql.unload import unload

from cli.doctor.findings import DIFFERS, FAILED, OK, REFUSALS, Findings
from cli.doctor.questions import QUESTIONS, Question
from cli.doctor.scratch import Scratch

_GRANTS = (
    "without permission: see docs/deploy.md, Before the first deployment (Lake Formation, an"
    " encrypted catalog)"
)
_LEDGER = "the table must be there, and dynamodb:GetItem and the key's kms:Decrypt allowed"
# Like records that a stream compresses again: many gzip members, an odd name, a byte that other
# SerDe settings would split at.
_LINES = [f'{{"n":{n},"text":"a\x01b"}}' for n in range(400)]


def examine(settings: Settings, findings: Findings, *, landed: bool = True) -> None:
    """Make all checks; add a finding for each, and for what could not be removed again.

    Without `landed` the landing is not checked: a run below --out is given its landing each time.
    """
    if landed:
        _landing(settings, findings)
    with findings.trying("the data set's declaration", "correct it, then deploy again") as seen:
        declared = loading.load(settings.data_set)
        if settings.delivers:
            loading.check_delivered(declared)
        seen.append(f"{declared.name}, {len(declared.fields)} fields")
    with findings.trying("read the ledger", _LEDGER) as seen:
        mark = marks.mark(Ledger(settings.ledger_table, settings.data_set))
        seen.append(f"{settings.ledger_table}, {'no run yet' if mark is None else f'mark {mark}'}")
    _workgroup(settings, findings)
    try:
        with Scratch(settings) as made:
            with findings.trying("write to the lake bucket", "allow s3:PutObject on it"):
                made.put("probe", b"x")
            with findings.trying("read the catalog", _GRANTS) as seen:
                clients.glue().get_database(Name=settings.database)
                seen.append(f"database {settings.database}")
            _round_trip(made, findings)
            _empty(made, findings)
            _lines(made, findings)
            for question in QUESTIONS:
                _ask(made, findings, question)
    except SpringtideError as err:
        advice = "delete tables by hand, and tag objects with springtide=condemned"
        findings.add("leave nothing behind", FAILED, str(err), advice)


def _landing(settings: Settings, findings: Findings) -> None:
    advice = "check LandingBucketName, LandingPrefix and LandingKmsKeyArn, and the bucket's policy"
    with findings.trying("list and read the landing", advice) as seen:
        s3, bucket = clients.s3(), settings.landing_bucket
        page = s3.list_objects_v2(Bucket=bucket, Prefix=settings.landing_prefix, MaxKeys=1000)
        objects = page.get("Contents", [])
        place = f"s3://{bucket}/{settings.landing_prefix}"
        for each in objects:
            if each.get("StorageClass") not in ARCHIVED:
                s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read(1)
                break
        seen.append(f"{len(objects)} objects below {place}" if objects else f"{place} is empty")


def _workgroup(settings: Settings, findings: Findings) -> None:
    with findings.trying("the workgroup", "deploy the template as it is") as seen:
        found = clients.athena().get_work_group(WorkGroup=settings.workgroup)["WorkGroup"]
        configuration = found["Configuration"]
        results = configuration["ResultConfiguration"]["OutputLocation"]
        engine = configuration.get("EngineVersion", {})
        version = engine.get("EffectiveEngineVersion") or engine.get("SelectedEngineVersion", "")
        if urlsplit(results).netloc != settings.lake_bucket:
            raise SpringtideError(f"results go to {results}, not to {settings.lake_bucket}")
        if not configuration.get("EnforceWorkGroupConfiguration"):
            raise SpringtideError("it does not enforce its settings")
        if "3" not in version:
            raise SpringtideError(f"its engine is {version or 'unknown'}; version 3 is needed")
        seen.append(version)


def _round_trip(made: Scratch, findings: Findings) -> None:
    """UNLOAD a row as a run does, compare the manifest with the files, and read the row back."""
    target = made.uri("version=1/")
    row = (
        "SELECT 1 AS n, TIMESTAMP '2020-07-13 00:30:00.123' AS at,"
        " '2020-07-13' AS event_date, '00' AS event_hour"
    )
    with findings.trying("UNLOAD a row, and its manifest", "see the reason; kms and s3 rights"):
        _, outcome = made.query(unload(row, target, ("event_date", "event_hour")))
        athena.check_manifest(outcome.manifest, target)
    with findings.trying("make a table and read the row back", _GRANTS) as seen:
        columns = [{"Name": "n", "Type": "int"}, {"Name": "at", "Type": "timestamp"}]
        table = made.parquet_table("version=1/event_date=2020-07-13/event_hour=00/", columns)
        (found,) = made.rows(f'SELECT n, CAST(at AS varchar) AS at FROM "{table}"')
        if found != {"n": "1", "at": "2020-07-13 00:30:00.123"}:
            raise SpringtideError(f"wrote n=1 and at=2020-07-13 00:30:00.123, read {found}")
        seen.append("timestamps keep their milliseconds")


def _empty(made: Scratch, findings: Findings) -> None:
    target = made.uri("version=2/")
    with findings.trying("UNLOAD no row", "a slice without rows would be retried for ever"):
        _, outcome = made.query(unload("SELECT 1 AS n WHERE 1 = 0", target))
        athena.check_manifest(outcome.manifest, target)


def _lines(made: Scratch, findings: Findings) -> None:
    """Read odd objects the way the landing is read."""
    odd = "a b+c%20d=é.gz"
    with findings.trying("read lines as they landed", _GRANTS) as seen:
        made.put(f"lines/{odd}", b"".join(gzip.compress(f"{line}\n".encode()) for line in _LINES))
        made.put("lines/b.deflate", zlib.compress(f"{_LINES[0]}\n".encode()))
        table = made.landing_table("lines/")
        found = made.rows(f'SELECT "$path" AS path, line FROM "{table}"')
        members = [row["line"] for row in found if row["path"] == made.uri(f"lines/{odd}")]
        if sorted(map(str, members)) != sorted(_LINES):
            raise SpringtideError(
                f"of 400 lines in 400 gzip members of {odd!r}, {len(members)} were read under the"
                " object's own name, or their bytes differ"
            )
        seen.append("many gzip members, odd names and control characters")
        deflated = [row["line"] for row in found if row["path"] == made.uri("lines/b.deflate")]
        state = OK if deflated == [_LINES[0]] else DIFFERS
        findings.add(
            "read .deflate", state, f"{len(deflated)} lines", "do not land objects named .deflate"
        )


def _ask(made: Scratch, findings: Findings, question: Question) -> None:
    wrong = FAILED if question.vital else DIFFERS
    try:
        (row,) = made.rows(_select(made, question))
    except REFUSALS as err:
        findings.add(question.about, wrong, str(err), question.consequence)
        return
    (seen,) = row.values()
    state = OK if seen == question.expected else wrong
    findings.add(question.about, state, str(seen), question.consequence)


def _select(made: Scratch, question: Question) -> str:
    # A line end, since one of the questions ends with a comment.
    select = f"SELECT {question.sql}\n"
    if question.line is None:
        return select
    below = f"lines-{QUESTIONS.index(question)}/"
    made.put(f"{below}line", question.line.encode())
    return f'{select}FROM "{made.landing_table(below)}"'
