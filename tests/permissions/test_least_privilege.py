"""Each role allows what its principal was seen to call, and nothing that it was not."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from local import clock
from local.calls import ApiCall, Watcher
from tests.permissions import elsewhere
from tests.permissions.actions import Need, needs
from tests.permissions.roles import Grant, grants
from tests.permissions.scenario import PARAMETERS, live
from tests.pipeline.rig import Rig


class Recorder(Watcher):
    def __init__(self) -> None:
        self.calls: list[ApiCall] = []

    def before(self, call: ApiCall) -> None:
        self.calls.append(call)


class Seen(NamedTuple):
    """What the roles allow, and what their principals needed, by the role's logical id."""

    grants: dict[str, list[Grant]]
    needs: dict[str, set[Need]]


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    it = Rig(tmp_path_factory.mktemp("permissions"), PARAMETERS)
    try:
        recorder = Recorder()
        it.machine.calls.watchers.append(recorder)
        live(it)
        it.machine.calls.watchers.clear()
        workgroup = it.machine.outputs["WorkGroupName"]
        needed: defaultdict[str, set[Need]] = defaultdict(set)
        whose = elsewhere.roles_of_principals(it)
        for call in recorder.calls:
            role = whose(call.principal)
            if role is not None:
                needed[role] |= set(needs(call, workgroup))
        for role, more in elsewhere.needs(it).items():
            needed[role] |= more
        yield Seen(grants(it), dict(needed))
    finally:
        clock.reset()
        it.close()


def test_every_call_is_allowed_by_the_role_of_whoever_makes_it(seen: Seen) -> None:
    missing = [
        f"{role}: {need.action} on {need.resource}"
        for role, needed in seen.needs.items()
        for need in sorted(needed)
        if not any(grant.allows(need) for grant in seen.grants[role])
    ]

    assert not missing, "\n".join(missing)


def test_no_role_allows_an_action_that_nobody_needs(seen: Seen) -> None:
    unused = [
        f"{role}: {action} on {grant.resources}"
        for role, granted in seen.grants.items()
        for grant in granted
        for action in grant.actions
        if not any(
            need.action == action and grant.allows(need) for need in seen.needs.get(role, ())
        )
    ]

    assert not unused, "\n".join(unused)


def test_no_statement_names_a_resource_that_nobody_needs(seen: Seen) -> None:
    unused = []
    for role, granted in seen.grants.items():
        for grant in granted:
            used = {
                grant.matching(need.resource)
                for need in seen.needs.get(role, ())
                if need.action in grant.actions
            }
            unused += [
                f"{role}: {grant.actions} on {one}" for one in grant.resources if one not in used
            ]

    assert not unused, "\n".join(unused)


def test_no_principal_can_delete_an_object_or_do_everything(seen: Seen) -> None:
    actions = {a for granted in seen.grants.values() for grant in granted for a in grant.actions}

    assert actions
    assert not [action for action in actions if "*" in action]
    assert not [action for action in actions if action.startswith("s3:Delete")]
    assert not [action for action in actions if action.startswith("s3:PutLifecycle")]


def test_every_resource_is_named_unless_aws_offers_nothing_finer(seen: Seen) -> None:
    everything = {
        action
        for granted in seen.grants.values()
        for grant in granted
        if "*" in grant.resources
        for action in grant.actions
    }

    assert everything <= elsewhere.NO_RESOURCES.keys()
