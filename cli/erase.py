"""`springtide erase`: removes the rows of a key from all declared tables."""

from pathlib import Path
from typing import Annotated, Any

from rich.console import Console
from typer import Option

from cli import console
from cli.errors import CommandError
from cli.options import OutOption, ProfileOption, RegionOption, StackOption
from cli.rebuild import check, run_again, start
from cli.state import require_state
from cli.target import target


def erase(
    key: Annotated[
        list[str] | None,
        Option(help="A value to erase; may be repeated. Without one, show what was erased."),
    ] = None,
    field: Annotated[
        str | None, Option(help="The field that has the value; the key's, if it has one.")
    ] = None,
    out: OutOption = None,
    landing: Annotated[
        Path | None, Option(help="With --out and --key: the landing folder.")
    ] = None,
    stack: StackOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    as_json: Annotated[
        bool, Option("--json", help="Print the erasures; for --stack, the execution.")
    ] = False,
    quiet: Annotated[bool, Option("--quiet", "-q", help="Print only errors.")] = False,
) -> None:
    """Remove the rows of a key from all declared tables; show what is left of it and until when.

    Lines that arrived up to now and are read again later are left out too. It cannot be undone. Of
    a deployed stack this starts a run and does not wait for its end.

    Example: `springtide erase --key A-17 --out out --landing landing`
    """
    if (out is None) == (stack is None):
        raise CommandError("--out and --stack: give one of them")
    if key is None:
        if field is not None or landing is not None:
            raise CommandError("--key: give a value to erase, or leave out --field and --landing")
        _show(_erasures(out, stack, region, profile), out, as_json=as_json)
        return
    asked: dict[str, Any] = {"erase": {"values": key, **({"field": field} if field else {})}}
    if stack is not None:
        check(asked)
        start(stack, region, profile, asked, as_json=as_json)
        return
    assert out is not None
    require_state(out)
    if landing is None:
        raise CommandError("--landing: give the folder that --out was made of")
    run_again(out, landing, asked, quiet=quiet or as_json)
    if as_json or not quiet:
        _show(_erasures(out, None, None, None), out, as_json=as_json)


def _erasures(
    out: Path | None, stack: str | None, region: str | None, profile: str | None
) -> dict[str, Any]:
    """The erasures, and the locations of tables that none reaches, since they are not declared."""
    from springtide.ledger.table import Ledger
    from springtide.ledger.undeclared import undeclared
    from springtide.requests import erasures

    with target(out, stack, region, profile) as found:
        ledger = Ledger(found.settings.ledger_table, found.settings.data_set)
        others = undeclared(found.settings, ledger)
        return {"erasures": erasures.shown_all(ledger), "undeclared": others}


def _show(found: dict[str, Any], out: Path | None, *, as_json: bool) -> None:
    if as_json:
        console.print_json(found)
        return
    terminal = console.out()
    if not found["erasures"]:
        terminal.print("Nothing was erased.")
        return
    for each in found["erasures"]:
        _show_one(terminal, each)
    terminal.print(_LEFT, markup=False)
    for table, location in found["undeclared"].items():
        # Offline there is no such bucket.
        tag = f", or tag the objects below {location} with springtide=condemned"
        terminal.print(_UNDECLARED.format(table=table, tag="" if out else tag), markup=False)


def _show_one(terminal: Console, each: dict[str, Any]) -> None:
    values = "1 value" if each["values"] == 1 else f"{each['values']} values"
    values = f"{values} of {each['field']}, arrived up to {each['arrived_up_to']}"
    if each["state"] != "done":
        at = each["requested_at"][:19]
        terminal.print(f"{values}: requested at {at}, not done yet", markup=False)
        return
    came = f". They came in {each['objects_in_all']:,} landing objects:" if each["objects"] else ""
    terminal.print(
        f"{values}: erased at {each['done_at'][:19]}, {each['event_rows']:,} rows of"
        f" {each['event_hours']:,} event hours and {each['rejects']:,} rejected lines{came}",
        markup=False,
    )
    for name in each["objects"]:
        terminal.print(f"  {name}", markup=False)
    if len(each["objects"]) < each["objects_in_all"]:
        terminal.print(f"  and {each['objects_in_all'] - len(each['objects']):,} more")


_UNDECLARED = """- All that {table} has: it is not declared any more, and nothing is erased
  from it. Declare it again and run, which builds it from events{tag}."""
_LEFT = """What is left, and until when:
- Landing objects, until you delete them. A line of them that is read again is left out.
- Replaced versions and deltas: the next collection (hourly with CollectScheduleState=ENABLED, or
  springtide collect) condemns them, one a day later tags them, and the bucket deletes them within
  two days. Offline nothing is deleted.
- Results of queries for 7 days. The values themselves stay in the ledger, so that lines are left
  out, for 90 days in the execution's input and for 45 days in Athena's history."""
