"""Writes the published tables as Hive-style folders; rewrites only partitions that changed."""

import shutil
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import mkdtemp
from typing import Any

from springtide.model.locations import split

from cli import console, exchange
from cli.manifest import Manifest, Partition, file_stamps
from cli.progress import Update, unseen
from cli.state import TABLES, home_of

FOREIGN = "foreign"  # below the state's folder: files found among the tables that no run wrote
_SCRATCH = "export-"

# Folders like `events/event_date=2020-07-13/event_hour=05`, and where their files are.
Locations = dict[str, str]


@dataclass(frozen=True)
class Exported:
    """What an export did, by folder below --out; `foreign` names files that no run wrote."""

    written: list[str]
    removed: list[str]
    foreign: list[str]


def partition_locations(machine: Any) -> Locations:
    """Return where each published partition points, by its folder in an export."""
    glue = machine.client("glue")
    pages = glue.get_paginator("get_partitions")
    database = machine.outputs["DatabaseName"]
    found: Locations = {}
    for shown in glue.get_tables(DatabaseName=database)["TableList"]:
        if not _is_published(shown):
            continue
        table, keys = shown["Name"], [column["Name"] for column in shown["PartitionKeys"]]
        for page in pages.paginate(
            DatabaseName=database, TableName=table, ExcludeColumnSchema=True
        ):
            for partition in page["Partitions"]:
                parts = zip(keys, partition["Values"], strict=True)
                folder = "/".join([table, *(f"{key}={value}" for key, value in parts)])
                found[folder] = partition["StorageDescriptor"]["Location"]
    return found


def _is_published(table: dict[str, Any]) -> bool:
    """Tell whether runs publish a table, rather than address it by version or by hour."""
    parameters = table.get("Parameters", {})
    projected = parameters.get("projection.enabled") == "true"
    return parameters.get("classification") == "parquet" and not projected


def export(machine: Any, out: Path, update: Update = unseen) -> Exported:
    """Make the folders below `out` equal to the published tables.

    Each partition's folder is replaced as a whole, so readers never see it half written. Files that
    were changed or deleted since are written again; files that no run wrote are moved to FOREIGN.
    """
    home = home_of(out)
    for left in home.glob(f"{_SCRATCH}*"):
        shutil.rmtree(left)  # left by a process that was killed
    manifest = Manifest.read(home)
    wanted = {
        folder: (location, objects)
        for folder, location in partition_locations(machine).items()
        # A partition that became empty has no location.
        if (objects := _objects(machine, location))
    }
    changed = {
        folder: _names(objects)
        for folder, (location, objects) in wanted.items()
        if not manifest.shows(out, folder, location)
    }
    tables = {*TABLES, *(folder.split("/")[0] for folder in (*manifest.known, *wanted))}
    manifest.begin(changed)
    foreign = [_move_away(out, file) for file in manifest.foreign(out, tables)]
    for moved in foreign:  # reported here, since every command that exports may find some
        console.note(f"moved {moved}: no run wrote it, and it was in a table")
    # A partition's outer folder may be there without the inner one, which a user has deleted.
    kept = {*wanted, *(str(outer) for folder in wanted for outer in PurePosixPath(folder).parents)}
    removed = [folder for folder in _present(out, tables) if folder not in kept]
    for done, folder in enumerate(changed):
        update(done=done, total=len(changed))
        location, objects = wanted[folder]
        manifest.known[folder] = Partition(location, _replace(out, folder, objects))
    for folder in removed:
        _remove(out, folder)
    manifest.end(wanted)
    return Exported(list(changed), removed, foreign)


def _objects(machine: Any, location: str) -> list[Path]:
    found = machine.objects.list(*split(location))
    return [machine.objects.path(each.bucket, each.key) for each in found]


def _names(objects: list[Path]) -> list[str]:
    return [
        source.name if source.name.endswith(".parquet") else f"{source.name}.parquet"
        for source in objects
    ]


def _replace(out: Path, folder: str, objects: list[Path]) -> dict[str, list[int]]:
    """Write a partition's files and swap them in; returns their stamps.

    They are copies: a change to a published file must not change the state's own.
    """
    scratch = Path(mkdtemp(prefix=_SCRATCH, dir=home_of(out)))
    new, target = scratch / "new", out / folder
    new.mkdir()
    for source, name in zip(objects, _names(objects), strict=True):
        shutil.copyfile(source, new / name)
    stamps = file_stamps(new)
    target.parent.mkdir(parents=True, exist_ok=True)
    exchange.put(new, target)
    shutil.rmtree(scratch)
    return stamps


def _present(out: Path, tables: set[str]) -> list[str]:
    """Return the partition folders that exist: the innermost `key=value` ones."""
    folders = [p for table in tables for p in (out / table).glob("**/*=*") if p.is_dir()]
    outer = {folder.parent for folder in folders}
    return sorted(p.relative_to(out).as_posix() for p in folders if p not in outer)


def _move_away(out: Path, file: str) -> str:
    target = home_of(out) / FOREIGN / file
    while target.exists():
        target = target.with_name(f"{target.name}~")
    target.parent.mkdir(parents=True, exist_ok=True)
    (out / file).rename(target)
    return f"{file} to {target.relative_to(out)}"


def _remove(out: Path, folder: str) -> None:
    scratch = Path(mkdtemp(prefix=_SCRATCH, dir=home_of(out)))
    (out / folder).rename(scratch / "old")
    shutil.rmtree(scratch)
    parent = (out / folder).parent
    while "=" in parent.name and not any(parent.iterdir()):
        parent.rmdir()
        parent = parent.parent
