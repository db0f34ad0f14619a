"""Writes the published tables as Hive-style folders, rewriting only partitions that changed."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from cli.state import TABLES, home_of

_MANIFEST = "exported.json"

Locations = dict[str, str]  # `events/event_date=2020-07-13/event_hour=05` to where its files are


@dataclass(frozen=True)
class Exported:
    """What an export did, by folder below --out."""

    written: list[str]
    removed: list[str]


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
        for page in pages.paginate(DatabaseName=database, TableName=table):
            for partition in page["Partitions"]:
                parts = zip(keys, partition["Values"], strict=True)
                folder = "/".join([table, *(f"{key}={value}" for key, value in parts)])
                found[folder] = partition["StorageDescriptor"]["Location"]
    return found


def _is_published(table: dict[str, Any]) -> bool:
    """Tell the tables that runs publish from those that are addressed by version or by hour."""
    parameters = table.get("Parameters", {})
    projected = parameters.get("projection.enabled") == "true"
    return parameters.get("classification") == "parquet" and not projected


def export(machine: Any, out: Path) -> Exported:
    """Make the folders below `out` equal to the published tables.

    Each partition's folder is replaced by a rename, so that nobody reads a half-written one.
    """
    manifest = home_of(out) / _MANIFEST
    before: Locations = json.loads(manifest.read_text()) if manifest.exists() else {}
    now: Locations = {}
    written: list[str] = []
    for folder, location in partition_locations(machine).items():
        objects = _objects(machine, location)
        if not objects:
            continue  # a partition that became empty points at nothing
        now[folder] = location
        if before.get(folder) != location or not (out / folder).is_dir():
            _replace(out, folder, objects)
            written.append(folder)
    tables = {*TABLES, *(folder.split("/")[0] for folder in (*before, *now))}
    removed = [folder for folder in _present(out, tables) if folder not in now]
    for folder in removed:
        _remove(out, folder)
    part = manifest.with_name(f".{_MANIFEST}")
    part.write_text(json.dumps(now, indent=1))
    part.replace(manifest)
    return Exported(written, removed)


def _objects(machine: Any, location: str) -> list[Path]:
    bucket, _, prefix = location.removeprefix("s3://").partition("/")
    return [
        machine.objects.path(found.bucket, found.key)
        for found in machine.objects.list(bucket, prefix.rstrip("/") + "/")
    ]


def _replace(out: Path, folder: str, objects: list[Path]) -> None:
    scratch = Path(mkdtemp(prefix="export-", dir=home_of(out)))
    new, old = scratch / "new", scratch / "old"
    new.mkdir()
    for source in objects:
        name = source.name if source.name.endswith(".parquet") else f"{source.name}.parquet"
        _link(source, new / name)
    target = out / folder
    target.parent.mkdir(parents=True, exist_ok=True)
    if target.exists():
        target.rename(old)  # a rename cannot replace a folder that holds files
    new.rename(target)
    shutil.rmtree(scratch)


def _link(source: Path, target: Path) -> None:
    """Show a file in a second place without a copy; published files are never changed."""
    try:
        os.link(source, target)
    except OSError:  # another file system, or one without links
        shutil.copyfile(source, target)


def _present(out: Path, tables: set[str]) -> list[str]:
    """Return the partition folders that are there: the innermost `key=value` ones."""
    folders = [p for table in tables for p in (out / table).glob("**/*=*") if p.is_dir()]
    outer = {folder.parent for folder in folders}
    return sorted(p.relative_to(out).as_posix() for p in folders if p not in outer)


def _remove(out: Path, folder: str) -> None:
    scratch = Path(mkdtemp(prefix="export-", dir=home_of(out)))
    (out / folder).rename(scratch / "old")
    shutil.rmtree(scratch)
    parent = (out / folder).parent
    while "=" in parent.name and not any(parent.iterdir()):
        parent.rmdir()
        parent = parent.parent
