"""Which stack a command is about: one below --out, or a deployed one."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from springtide.model.errors import SettingsError
from springtide.model.settings import Settings

from cli.errors import CommandError
from cli.landing import LandingFolder
from cli.state import held, home_of, read_state, require_state
from offline.stack_settings import settings_of

# Every function of the stack has its names and limits; this one may read all that a dry run reads.
_FUNCTION = "PlanSliceFunction"


@dataclass(frozen=True)
class Target:
    """A stack on which springtide's functions can be called; a deployed one has no `machine`."""

    settings: Settings
    machine: Any = None


@contextmanager
def target(
    out: Path | None,
    stack: str | None,
    region: str | None = None,
    profile: str | None = None,
    *,
    writes: bool = False,
    function: str = _FUNCTION,
) -> Iterator[Target]:
    """Open the stack that --out or --stack names, with the settings of one of its functions.

    Raises CommandError if neither or both are given, and if there is no such stack.
    """
    if (out is None) == (stack is None):
        raise CommandError("--out and --stack: give one of them")
    if stack is not None:
        with deployed(stack, region, profile, function) as found:
            yield found
        return
    assert out is not None
    state = require_state(out)
    with (
        explaining(out, kept=True),
        held(out, shared=not writes),
        offline(home_of(out), state.parameters, function, writes=writes) as found,
    ):
        yield found


@contextmanager
def dry(landing: LandingFolder, out: Path | None, fresh: Mapping[str, str]) -> Iterator[Target]:
    """Bring up the stack that `springtide run` would use for the folder, and keep nothing of it.

    `fresh` are the parameters of a first run; later runs keep theirs. Raises CommandError if --out
    belongs to another landing.
    """
    state = None if out is None else read_state(out)
    with ExitStack() as exits:
        exits.enter_context(explaining(out, kept=state is not None))
        if out is not None and state is not None:
            if state.prefix != landing.prefix:
                raise CommandError(
                    f"--out {out}: belongs to a landing below {state.prefix or './'}; this one is"
                    f" below {landing.prefix or './'}"
                )
            exits.enter_context(held(out, shared=True))
            home, parameters = home_of(out), state.parameters
        else:
            home = Path(exits.enter_context(TemporaryDirectory(prefix="springtide-")))
            parameters = {**fresh, "LandingPrefix": landing.prefix}
        found = exits.enter_context(offline(home, parameters))
        found.machine.objects.mount(found.settings.landing_bucket, landing.prefix, landing.root)
        yield found


@contextmanager
def offline(
    home: Path,
    parameters: Mapping[str, str],
    function: str = _FUNCTION,
    *,
    writes: bool = False,
) -> Iterator[Target]:
    """Bring up the offline machine; its changes are kept only if the caller says so."""
    from offline.machine import Machine

    with (
        Machine(home, parameters=parameters, read_only=not writes) as machine,
        _clients_of_its_own(),
    ):
        try:
            yield Target(machine.settings(function), machine)
        finally:
            if writes:
                machine.save()


@contextmanager
def explaining(out: Path | None, *, kept: bool = False) -> Iterator[None]:
    """Turn errors about the state below --out, or about a parameter, into one line.

    `kept` parameters are those of the last run into `out`.
    """
    from offline.snapshot import SnapshotError
    from offline.template import TemplateError

    try:
        yield
    except (TemplateError, SettingsError) as err:
        of = f"--out {out}: its last run had other parameters, run again" if kept else "--parameter"
        raise CommandError(f"{of}: {err}") from err
    except SnapshotError as err:
        raise CommandError(
            f"{err}. Delete {out} and run again: everything in it is made from the landing folder."
        ) from err


@contextmanager
def deployed(
    stack: str, region: str | None, profile: str | None, function: str = _FUNCTION
) -> Iterator[Target]:
    """Open a deployed stack with the user's own AWS settings.

    Raises CommandError with AWS's message if it cannot be reached.
    """
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError

    before = boto3.DEFAULT_SESSION
    try:
        session = boto3.Session(profile_name=profile, region_name=region)
        boto3.DEFAULT_SESSION = session
        with _clients_of_its_own():
            clients = session.client("cloudformation"), session.client("lambda")
            yield Target(settings_of(*clients, stack, function))
    except (BotoCoreError, ClientError) as err:
        raise CommandError(f"--stack {stack}: {err}") from err
    finally:
        boto3.DEFAULT_SESSION = before


@contextmanager
def _clients_of_its_own() -> Iterator[None]:
    """Make springtide create new AWS clients for this stack, and drop them afterwards."""
    from springtide.aws import clients

    clients.forget()
    try:
        yield
    finally:
        clients.forget()
