"""What people ask of runs into a folder, and do about them: `plan`, `status`, `retry` and more."""

import json
import re
import shutil
from pathlib import Path

import pytest
from springtide.dataset.loading import FOLDER

from offline.generate import GenerateOptions, generate
from tests.commands import done, refused, shown, springtide
from tests.files import ROOT, put, put_lines
from tests.pipeline.rebuilds import RULE
from tests.pipeline.rig import event


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A landing folder that a run has ingested, except for one late hour; and its --out."""
    folder = tmp_path_factory.mktemp("operate")
    generate(GenerateOptions(out=folder / "landing", detectors=3, days=0.125, seed=3))
    done("run", "--landing", f"{folder}/landing", "--out", f"{folder}/out")
    put_lines(folder / "landing/2020/08/20/00/late", event(1, "2020-08-19T23:10:00Z"))
    put(folder / "landing/2020/08/20/00/_SUCCESS")
    return str(folder / "landing"), str(folder / "out")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small landing and what a run has made of it."""
    folder = tmp_path_factory.mktemp("small")
    generate(GenerateOptions(out=folder / "landing", detectors=1, days=1 / 24, seed=3))
    done("run", "--landing", folder / "landing", "--out", folder / "out")
    return folder


@pytest.fixture
def small(ran: Path, tmp_path: Path) -> tuple[object, ...]:
    """A copy of its folders, as options."""
    shutil.copytree(ran, tmp_path, dirs_exist_ok=True)
    return ("--landing", tmp_path / "landing", "--out", tmp_path / "out")


def test_plan_needs_no_run_before_it(tmp_path: Path) -> None:
    generate(GenerateOptions(out=tmp_path / "landing", detectors=3, days=0.125, seed=3))

    found = shown("plan", "--landing", f"{tmp_path}/landing")

    assert found["arrival_hours"] == found["new"] > 0
    assert found["price"]["total"] > 0
    assert [path.name for path in tmp_path.iterdir()] == ["landing"]
    misspelt = springtide("plan", "--landing", tmp_path / "landing", "--out", tmp_path / "ot")
    assert misspelt.exit_code == 0
    assert "ot: no run has written there; this is the plan of a first run" in misspelt.stderr


def test_page_shows_what_the_commands_print(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs" / "operations.md").read_text()
    for block in re.findall(r"^```\n(\$ springtide .*?)^```$", page, re.MULTILINE | re.DOTALL):
        commands = re.findall(r"^\$ springtide (.*)\n", block, re.MULTILINE)
        printed = [done(*command.split()) for command in commands][-1]
        shown_there = re.sub(r"^\$ .*\n", "", block, flags=re.MULTILINE)
        pattern = re.escape(shown_there.strip()).replace(r"\[\.\.\.\]", ".*")
        pattern = re.sub(r"000001\\-[0-9T]+", r"000001-[0-9T]+", pattern)
        assert re.fullmatch(pattern, re.sub(" +$", "", printed.strip(), flags=re.MULTILINE)), (
            printed
        )


def test_plan_shows_what_the_next_run_ingests(folders: tuple[str, str]) -> None:
    landing, out = folders

    found = shown("plan", "--landing", landing, "--out", out)
    assert (found["arrival_hours"], found["unread"]) == (1, 1)
    assert found["slices"][0]["first_hour"] == "2020-08-20T00"
    assert found["recent"]["slices"] == 1

    asked = ("--from", "2020-07-13T00", "--to", "2020-07-14T00")
    assert shown("plan", "--landing", landing, "--out", out, *asked)["arrival_hours"] == 1
    table = done("plan", "--landing", landing, "--out", out, "--all")
    assert "1 (0 pending, 0 changed, 1 new)" in table


def test_plan_shows_what_a_changed_declaration_means(
    folders: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    landing, out = folders
    shutil.copytree(FOLDER / "traffic", tmp_path / "traffic")
    with (tmp_path / "traffic" / "dataset.toml").open("a") as file:
        file.write(RULE)
    assert shown("plan", "--landing", landing, "--out", out)["changes"] == []
    monkeypatch.setenv("SPRINGTIDE_DATASETS", str(tmp_path))

    found = shown("plan", "--landing", landing, "--out", out)

    assert [change["what"] for change in found["changes"]] == ["new rule broken_detector"]
    again = found["rebuild"]
    assert again["event_hours"] > 0 and again["bytes"] > 0 and again["price"] > 0
    table = done("plan", "--landing", landing, "--out", out)
    assert "new rule broken_detector" in table and "To rebuild all of it: " in table


def test_status_shows_the_run(folders: tuple[str, str]) -> None:
    found = shown("status", "--out", folders[1])

    assert [each["state"] for each in found["slices"]] == ["recorded"]
    assert found["tables"]["events"]["complete_up_to"] == found["mark"]
    text = done("status", "--out", folders[1])
    assert "No run is writing." in text
    assert "Pending: 0 arrival hours" in text


def test_late_rows_wait_if_a_run_is_not_to_settle_and_are_shown(tmp_path: Path) -> None:
    folder, out = tmp_path / "landing", str(tmp_path / "out")
    many = [event(n, "2020-07-13T00:30:00Z") for n in range(100)]
    late = [event(200, "2020-07-13T05:00:00Z"), event(201, "2020-07-13T00:30:00Z")]
    for hour, events in ((0, many), (5, late)):
        put_lines(folder / f"2020/07/13/{hour:02}/a", *events)
        run = done("run", "--landing", str(folder), "--out", out, "--no-settle")

    assert "late, waiting for their event hour │     1" in run
    report = json.loads(Path(out, "run.json").read_text())
    assert (report["lines"], report["distinct"], report["waiting"]) == (102, 101, 1)
    now = shown("status", "--out", out)
    assert (now["complete_up_to"], now["fresh_up_to"]) == ("2020-07-13T04", "2020-07-13T05")
    (row,) = shown("query", now["waiting"]["sql"], "--out", out)
    assert row["unieke_id"] == 201
    text = done("status", "--out", out)
    assert "Waiting: 1 late rows of 1 event hours" in text
    planned = shown("plan", "--landing", str(folder), "--out", out)
    assert (planned["waiting_rows"], planned["settles"]) == (1, False)

    done("run", "--landing", str(folder), "--out", out)
    report = json.loads(Path(out, "run.json").read_text())
    assert (report["distinct"], report["waiting"]) == (102, 0)


def test_retry_is_kept_for_the_next_run(folders: tuple[str, str], tmp_path: Path) -> None:
    landing, out = folders
    (hour, *_) = [each["first_hour"] for each in shown("status", "--out", out)["slices"]]

    freed = shown("retry", hour, "--out", out)

    assert freed == {"freed": [], "again": [hour], "objects": [], "derived": []}
    (pending,) = shown("status", "--out", out)["pending"]
    assert pending["arrival_hour"] == hour
    assert shown("plan", "--landing", landing, "--out", out)["pending"] == 1
    assert "Nothing to do." in done("retry", "--out", out)


def test_rebuild_of_a_folder_makes_the_account_of_a_run(
    small: tuple[object, ...], tmp_path: Path
) -> None:
    before = json.loads((tmp_path / "out/run.json").read_text())
    hours = ("--from", "2020-07-13T00", "--to", "2020-07-14T00")

    assert shown("rebuild", *hours, *small) == before

    assert len(shown("status", *small[2:])["slices"]) == 2
    refused("rebuild.to", "rebuild", *hours[:3], "2020-07-13T00", *small)
    refused("--landing", "rebuild", *hours, *small[2:])


@pytest.mark.parametrize("failure", [None, {"status": "FAILED", "error": "A", "cause": "b"}])
def test_refused_rebuild_says_that_nothing_is_left_of_it(
    small: tuple[object, ...], tmp_path: Path, failure: object
) -> None:
    account = tmp_path / "out/run.json"
    before = {**json.loads(account.read_text()), "failure": failure}
    account.write_text(json.dumps(before))

    result = springtide("rebuild", "--from", "2021-07-13T00", "--to", "2021-07-13T02", *small)

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-2:] == [
        "Error: the rebuild was refused: no arrival hour that can hold the event hours"
        " 2021-07-13T00 to 2021-07-13T01 was ingested and lies in the landing",
        "Its request is removed, and nothing is changed. Request one that this allows.",
    ]
    assert shown("status", *small[2:])["rebuilds"] == []
    assert json.loads(account.read_text()) == before


def test_rollback_of_a_rebuild_leaves_nothing_to_do_again(small: tuple[object, ...]) -> None:
    (first,) = shown("versions", "--slices", *small[2:])
    done("rebuild", "--from", "2020-07-13T00", "--to", "2020-07-13T01", *small)

    told = done("rollback", "--to", first["slice"], "--hold", "--yes", *small)

    assert "0 arrival hours held again" in told
    assert told.endswith("Only rebuilds are undone, so the next run has nothing to do again.\n")
    assert done("resume", *small[2:]) == "No hour is held by a rollback.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("rebuild", "--table", "trafic"), "'trafic' is not a derived table; there are traffic"),
        (("erase", "--key", "abc"), "'abc' is not a whole number, as field unieke_id is"),
        (("erase", "--key", 2**63), "is beyond what field unieke_id can hold"),
        (("erase", "--key", "1", "--field", "nonsense"), "'nonsense' is not a field of type"),
    ],
)
def test_what_the_data_set_does_not_have_is_refused_before_a_run(
    folders: tuple[str, str], arguments: tuple[object, ...], message: str
) -> None:
    landing, out = folders

    refused(message, *arguments, "--landing", landing, "--out", out, "--quiet")

    assert json.loads(Path(out, "run.json").read_text())["failure"] is None


def test_erasure_that_finds_nothing_is_reported_in_one_line_and_as_json(
    small: tuple[object, ...],
) -> None:
    (erased,) = shown("erase", "--key", "999999999", *small, "--quiet")["erasures"]

    assert (erased["state"], erased["event_rows"]) == ("done", 0)
    (line, *_) = done("erase", *small[2:]).splitlines()
    moment = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d"
    assert re.fullmatch(
        rf"1 value of unieke_id, arrived up to \S+: erased at {moment},"
        " 0 rows of 0 event hours and 0 rejected lines",
        line,
    )


def test_rollback_that_is_refused_does_not_ask_to_be_confirmed(small: tuple[object, ...]) -> None:
    done("erase", "--key", "999999999", *small)

    result = springtide("rollback", "--to", "none", *small)

    assert result.exit_code == 1
    assert result.stdout.endswith("Nothing was changed.\n")


def test_report_names_a_folder_that_is_not_there_before_it_begins(
    folders: tuple[str, str],
) -> None:
    result = springtide("report", "--out", folders[1], "--to", "/nowhere/r.html")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == (
        "Error: --to /nowhere/r.html: there is no folder /nowhere"
    )
    assert "Collecting" not in result.stderr


def test_report_replaces_nothing_but_a_report(folders: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "run.json").write_text("{}")
    to = ("report", "--out", folders[1], "--to")
    for there in (tmp_path, tmp_path / "run.json"):
        refused(f"--to {there}: exists and is no HTML", *to, there)
    assert (tmp_path / "run.json").read_text() == "{}"
    (tmp_path / ".new.html").mkdir()
    refused(f"--to {tmp_path}/new.html: Is a directory", *to, tmp_path / "new.html")
    for _ in range(2):
        done(*to, tmp_path / "page", "--days", 10**9)


def test_report_that_cannot_be_written_into_out_names_the_option_for_another_file(
    folders: tuple[str, str],
) -> None:
    out = Path(folders[1])
    there = out / ".report.html"  # written first, then renamed
    there.mkdir()
    try:
        refused(f"{out}/report.html: Is a directory; give a file with --to", "report", "--out", out)
    finally:
        there.rmdir()


def test_doctor_of_a_folder_says_nothing_of_a_landing(folders: tuple[str, str]) -> None:
    checks = [each["check"] for each in shown("doctor", "--out", folders[1])]
    assert "the data set's declaration" in checks
    assert "list and read the landing" not in checks


def test_slices_that_read_no_hours_are_listed_with_what_they_did(
    small: tuple[object, ...], tmp_path: Path
) -> None:
    out = small[2:]
    done("rebuild", "--table", "traffic", *small)
    done("rollback", "--to", "none", "--yes", *small)
    done("run", *small)
    done("erase", "--key", "1", *small)

    listed = [each["arrival hours"] for each in shown("versions", "--slices", *out)]

    assert listed[0] == "none, erased values"
    assert listed[2:4] == ["back to none", "none, traffic built from events"]
    assert listed[1] == listed[4] and listed[1].startswith("2020-07-13T00 to ")
    status = done("status", *out)
    assert [words in status for words in listed] == [True] * 5
    done("report", *out)
    page = (tmp_path / "out/report.html").read_text()
    assert [words in page for words in listed if words != "back to none"] == [True] * 4


def test_fill_that_a_rollback_holds_is_shown_and_freed(small: tuple[object, ...]) -> None:
    out = small[2:]
    (first,) = shown("versions", "--slices", *out)
    done("rebuild", "--table", "traffic", *small)
    back = ("rollback", "--to", first["slice"], "--hold", *small)
    assert shown(*back)["fills"] == ["traffic"]

    told = done(*back, "--yes")

    assert "1 derived tables filled from events again by the next run, once resumed" in told
    status = done("status", *out)
    assert "To be filled from events: traffic; held by a rollback: springtide resume" in status
    assert "The next run fills traffic from events." in done("resume", *out)
    done("run", *small)
    assert shown("status", *out)["filling"] == {}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("status",), "--out and --stack: give one of them"),
        (("status", "--out", "x", "--stack", "y"), "--out and --stack: give one of them"),
        (("status", "--out", "nowhere"), "no run has written there"),
        (("retry", "5 o'clock", "--out", "nowhere"), "is not an hour like 2020-07-01T00"),
        (("plan",), "give --landing FOLDER"),
        (("plan", "--stack", "x", "--landing", "y"), "cannot stand beside"),
    ],
)
def test_what_a_command_is_about_must_be_clear(arguments: tuple[str, ...], message: str) -> None:
    refused(message, *arguments)


def test_plan_names_a_wrong_range(folders: tuple[str, str]) -> None:
    landing, out = folders
    plan = ("plan", "--landing", landing, "--out", out, "--from", "2020-07-13T00")
    refused("--from: needs --to too", *plan)
