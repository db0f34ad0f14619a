"""`springtide rollback` and `springtide resume`: undo the latest slices, and ingest them again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Option

from cli import console
from cli.errors import CommandError
from cli.landing import read_landing
from cli.options import OutOption, ProfileOption, RegionOption, StackOption
from cli.run import load_data_set
from cli.target import Target, target

if TYPE_CHECKING:
    from springtide.undo.rollback_plan import RollbackPlan


def rollback(
    to: Annotated[str, Option(help="The slice to go back to, or none for before the first one.")],
    out: OutOption = None,
    landing: Annotated[
        Path | None, Option(help="With --out: the landing folder, to see what can be read again.")
    ] = None,
    stack: StackOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    yes: Annotated[
        bool, Option("--yes", help="Do it; without, only say what it would do.")
    ] = False,
    hold: Annotated[
        bool, Option("--hold", help="Keep runs from taking the hours in, until `resume`.")
    ] = False,
    as_json: Annotated[bool, Option("--json", help="Print what is undone as JSON.")] = False,
) -> None:
    """Undo every slice after one, in all tables; the next run ingests their hours again.

    Slices are listed by `springtide versions --slices`.

    Example: `springtide rollback --to 000002-20200714T012500 --stack my-stack`
    """
    from springtide.undo.rollback import roll_back
    from springtide.undo.rollback_plan import plan_rollback

    if (out is None) != (landing is None):
        raise CommandError("--out and --landing: give both, or --stack alone")
    with target(out, stack, region, profile, writes=yes) as found:
        if landing is not None:
            _mount(found, landing)
        if yes:
            plan = roll_back(found.settings, to, hold=hold)
        else:
            plan = plan_rollback(found.settings, to)
        if yes and out is not None:
            from cli.export import export

            export(found.machine, out)
    if as_json:
        console.print_json(_document(plan))
    else:
        _print_plan(plan, done=yes, hold=hold)
    if plan.refusals:
        raise CommandError("this cannot be undone:\n" + "\n".join(plan.refusals))


def resume(
    out: OutOption = None,
    stack: StackOption = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    as_json: Annotated[bool, Option("--json", help="Print the hours as JSON.")] = False,
) -> None:
    """Have the next run ingest what `springtide rollback --hold` keeps from it."""
    from springtide.undo.rollback import resume as free

    with target(out, stack, region, profile, writes=True) as found:
        freed = free(found.settings)
    if as_json:
        console.print_json({"freed": [str(hour) for hour in freed.hours], "fills": freed.fills})
        return
    terminal = console.out()
    if freed.hours or not freed.fills:
        terminal.print(
            f"{len(freed.hours):,} arrival hours are pending; the next run ingests them."
            if freed.hours
            else "No hour is held by a rollback."
        )
    for table in freed.fills:
        terminal.print(f"The next run fills {table} from events.", markup=False)


def _mount(found: Target, landing: Path) -> None:
    folder = read_landing(landing, load_data_set(found.settings.data_set).landing)
    if folder.prefix != found.settings.landing_prefix:
        raise CommandError(
            f"--landing {landing}: its years lie below {folder.prefix or './'}; the runs ingested"
            f" what lies below {found.settings.landing_prefix or './'}"
        )
    found.machine.objects.mount(found.settings.landing_bucket, folder.prefix, folder.root)


def _document(plan: "RollbackPlan") -> dict[str, Any]:
    return {
        "to": plan.to,
        "slices": [item["sk"] for item in plan.slices],
        "partitions": [
            {
                "table": flip.table,
                "partition": flip.folder,
                "from": flip.present["version"] if flip.present else None,
                "to": flip.target["version"] if flip.target else None,
                "rows": flip.target["rows"] if flip.target else 0,
            }
            for flip in plan.flips
        ],
        "arrival_hours": [str(hour) for hour in plan.pending],
        "fills": plan.fills,
        "waiting_again": sum(entry["rows"] for entry in plan.waiting.again),
        "refusals": plan.refusals,
    }


def _print_plan(plan: "RollbackPlan", *, done: bool, hold: bool) -> None:
    terminal = console.out()
    if not (plan.slices or plan.flips):
        terminal.print(
            f"Nothing to undo: every slice after {plan.to} is undone already.", markup=False
        )
        return
    held = ", once resumed" if hold else ""
    lists = {
        "slices undone, newest first": [item["sk"] for item in plan.slices],
        f"arrival hours {'held' if hold else 'pending'} again": [
            str(hour) for hour in plan.pending
        ],
        "partitions flipped back": [
            f"{flip.table} {flip.folder} to {flip.target['version'] if flip.target else 'nothing'}"
            for flip in plan.flips
        ],
    }
    if plan.fills:
        lists[f"derived tables filled from events again by the next run{held}"] = plan.fills
    for what, names in lists.items():
        terminal.print(f"{len(names):,} {what}", markup=False)
        console.print_some(names, terminal)
    if plan.waiting.again:
        rows = sum(entry["rows"] for entry in plan.waiting.again)
        terminal.print(f"{rows:,} late rows wait again", markup=False)
    if not done:
        do = "" if plan.refusals else " Give --yes to do it."
        terminal.print(f"Nothing was changed.{do}")
    elif not (plan.pending or plan.fills):
        terminal.print("Done. Only rebuilds are undone, so the next run has nothing to do again.")
    elif hold:
        terminal.print("Done. `springtide resume` has the next run do what is held again.")
    else:
        terminal.print("Done. The next run does this again.")
