"""Each role allows what its principal was seen to call, and nothing that it was not."""

from collections.abc import Callable

import pytest

from tests.permissions import elsewhere
from tests.permissions.comparing import (
    Grants,
    Needs,
    missing,
    needless_places,
    needless_wildcards,
    unused_actions,
    unused_resources,
)
from tests.permissions.conftest import Compared
from tests.permissions.options import DELIVERY, Seen


@pytest.mark.parametrize("compare", [missing, unused_actions, unused_resources, needless_wildcards])
def test_roles_allow_what_is_called_and_nothing_that_is_not(
    seen: Seen, compare: Callable[[Grants, Needs], list[str]]
) -> None:
    found = compare(seen.grants, seen.needs)

    assert not found, "\n".join(found)


def test_no_role_reaches_a_part_of_the_lake_that_it_does_not_need(seen: Seen) -> None:
    found = needless_places(seen.grants, seen.needs, seen.lake)

    assert not found, "\n".join(found)


def test_functions_write_logs_to_their_own_group_only(seen: Seen) -> None:
    written = {
        role: {
            r for grant in granted if "logs:PutLogEvents" in grant.actions for r in grant.resources
        }
        for role, granted in seen.grants.items()
        if role.endswith("FunctionRole")
    }

    assert len(written) > 10
    for role, resources in written.items():
        (group,) = resources
        assert group.endswith(":log-group:/aws/lambda/springtide:*"), role


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


# Keys of one's own and a delivery stream add to the roles what they need, and nothing more. It is
# in this file, so that it shares the life that a stack has for all of these.
def test_options_grant_what_is_needed_and_nothing_else(compared: Compared) -> None:
    granted, needed = compared

    assert needed[DELIVERY]
    assert missing(granted, needed) == []
    assert unused_actions(granted, needed) == []
    assert unused_resources(granted, needed) == []
