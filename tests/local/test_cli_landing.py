"""What a landing folder may look like, and what is said about one that does not."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from springtide.dataset.layout import Layout

from cli.errors import CommandError
from cli.guessing.sources import Folder
from cli.landing import LandingFolder
from cli.landing import read_landing as read_landing_as


def read_landing(folder: Path, template: str = Layout().template) -> LandingFolder:
    return read_landing_as(folder, Layout(template))


def put(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"")
    return root


@pytest.mark.parametrize(
    ("names", "prefix", "hours"),
    [
        (["2020/07/13/05/a.gz", "2020/07/13/06/b"], "", 2),
        (["raw/traffic/2020/07/13/05/a.gz", "raw/traffic/2020/07/13/05/b"], "raw/traffic/", 1),
        (["2020/2020/07/13/05/a.gz"], "2020/", 1),
        (["2020/07/13/05/below/a.gz"], "", 1),
        (["2020/07/13/05/.hidden"], "", 1),
        (["2020/02/29/23/_a"], "", 1),
    ],
)
def test_folders_above_the_years_are_the_prefix(
    tmp_path: Path, names: list[str], prefix: str, hours: int
) -> None:
    found = read_landing(put(tmp_path, *names))

    assert (found.prefix, len(found.hours), found.files) == (prefix, hours, len(names))
    assert found.root == tmp_path / prefix


def test_hidden_files_outside_the_hours_are_ignored_and_named(tmp_path: Path) -> None:
    found = read_landing(put(tmp_path, "2020/07/13/05/a", ".DS_Store", ".git/config", "2020/.x"))

    assert found.files == 1
    assert set(found.ignored) == {".DS_Store", ".git/config", "2020/.x"}


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "no files in the layout {yyyy}/{MM}/{dd}/{HH}/NAME"),
        (["2020/13/01/00/a"], "holds 1 others: 2020/13/01/00/a"),
        (["2019/02/29/00/a"], "2019/02/29/00/a"),
        (["1999/01/01/00/a"], "from 2000"),
        (["2020/07/13/a"], "2020/07/13/a"),
        (["year=2020/month=07/day=13/hour=05/a"], "is declared in .landing. of the data set"),
        (["a.json"], "Files must lie in a folder for each hour or day of their arrival"),
        ([f"{n}.json" for n in range(8)], "8 others: .*0.json, .*4.json and 3 more"),
        (
            ["x/2020/07/13/05/a", "y/2020/07/13/05/b"],
            "2 different folders: x/2020/07/13/05/a, y/2020/07/13/05/b",
        ),
        (["my data/2020/07/13/05/a"], "'my data/' above the years has white space"),
        (["2020/07/13/05/\udcff"], r"05/.+udcff is not a UTF-8 name"),
    ],
)
def test_any_other_layout_is_refused_by_name(
    tmp_path: Path, names: list[str], message: str
) -> None:
    with pytest.raises(CommandError, match=message):
        read_landing(put(tmp_path, *names))


def test_files_outside_the_layout_are_named_beside_those_in_it(tmp_path: Path) -> None:
    found = read_landing(put(tmp_path, "notes.txt", "2020/07/13/05/a", "2020/07/13/b"))

    assert (found.files, found.outside) == (1, ("2020/07/13/b", "notes.txt"))


def test_declared_layout_is_found_below_any_folder(tmp_path: Path) -> None:
    names = ["raw/dt=2020-07-13/a", "raw/dt=2020-07-14/b"]
    found = read_landing(put(tmp_path, *names), "dt={yyyy}-{MM}-{dd}")

    assert (found.prefix, list(map(str, found.hours))) == (
        "raw/",
        ["2020-07-13T00", "2020-07-14T00"],
    )
    assert found.hours_not_over(datetime(2020, 7, 14, 23, tzinfo=UTC)) == [found.hours[1]]


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="nowhere: no such folder"):
        read_landing(tmp_path / "nowhere")


def test_a_file_in_place_of_the_folder_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "a.json").touch()

    with pytest.raises(CommandError, match=r"a.json: is a file; give a folder"):
        read_landing(tmp_path / "a.json")


@pytest.mark.parametrize("read", [read_landing, lambda folder: Folder(folder).names()])
def test_a_folder_that_cannot_be_read_is_named(
    tmp_path: Path, close: Callable[[Path], None], read: Callable[[Path], object]
) -> None:
    put(tmp_path, "2020/07/13/05/a", "2020/07/13/06/b")
    close(tmp_path / "2020/07/13/06")

    with pytest.raises(PermissionError, match="2020/07/13/06"):
        read(tmp_path)


def test_hours_that_are_not_over_are_known(tmp_path: Path) -> None:
    found = read_landing(put(tmp_path, "2020/07/13/05/a", "2020/07/13/06/a", "2021/01/01/00/a"))

    waiting = found.hours_not_over(datetime(2020, 7, 13, 6, 59, tzinfo=UTC))

    assert list(map(str, waiting)) == ["2020-07-13T06", "2021-01-01T00"]


@pytest.mark.parametrize("target", ["folder", "nowhere"])
def test_links_that_would_be_left_out_are_refused(tmp_path: Path, target: str) -> None:
    put(tmp_path, "landing/2020/07/13/05/a", "folder/2020/07/13/06/b")
    (tmp_path / "landing/2021").symlink_to(tmp_path / target)

    with pytest.raises(CommandError, match="2021 is not a file: links to folders"):
        read_landing(tmp_path / "landing")


def test_a_link_to_a_file_is_a_file(tmp_path: Path) -> None:
    put(tmp_path, "landing/2020/07/13/05/a")
    (tmp_path / "landing/2020/07/13/05/b").symlink_to(tmp_path / "landing/2020/07/13/05/a")

    assert read_landing(tmp_path / "landing").files == 2


def test_errors_of_firehose_beside_the_years_are_passed_over_and_named(tmp_path: Path) -> None:
    put(
        tmp_path,
        "2020/07/13/05/a.gz",
        "processing-failed/2020/07/13/00/err",
        "x/y-failed/2020/07/13/01/b",
    )

    found = read_landing(tmp_path)

    assert (found.prefix, found.files, len(found.hours)) == ("", 1, 1)
    assert found.beside == (("processing-failed/", 1), ("x/y-failed/", 1))
