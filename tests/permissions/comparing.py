"""Compares what roles are granted with what they are needed for, both ways."""

import fnmatch
from collections.abc import Iterator, Mapping

from tests.permissions.actions import Need
from tests.permissions.roles import Grant

Grants = Mapping[str, list[Grant]]
Needs = Mapping[str, set[Need]]


def missing(granted: Grants, needed: Needs) -> list[str]:
    """The needs that no statement covers."""
    return [
        f"{role}: {need.action} on {need.resource}"
        for role, needs in needed.items()
        for need in sorted(needs)
        if not any(grant.allows(need) for grant in granted[role])
    ]


def unused_actions(granted: Grants, needed: Needs) -> list[str]:
    """The actions of statements that no call needs there."""
    return [
        f"{role}: {action} on {grant.resources}"
        for role, grant in _each(granted)
        for action in grant.actions
        if not any(need.action == action and grant.allows(need) for need in needed.get(role, ()))
    ]


def unused_resources(granted: Grants, needed: Needs) -> list[str]:
    """The resources of statements that no call needs there."""
    return [
        f"{role}: {grant.actions} on {resource}"
        for role, grant in _each(granted)
        for resource in grant.resources
        if not any(grant.matching(need.resource) == resource for need in _of(grant, role, needed))
    ]


def needless_wildcards(granted: Grants, needed: Needs) -> list[str]:
    """The patterns of which nothing but the name before their end is needed."""
    return [
        f"{role}: {grant.actions} on {resource}"
        for role, grant in _each(granted)
        for resource in grant.resources
        if resource.endswith("*")
        and {need.resource for need in _of(grant, role, needed) if grant.allows(need)}
        <= {resource[:-1]}
    ]


def needless_places(granted: Grants, needed: Needs, bucket: str) -> list[str]:
    """Where roles reach objects below the first folders of a bucket, and need no object there.

    The folders are those that any call needs.
    """
    places = {place for needs in needed.values() for n in needs if (place := _place(n, bucket))}
    return [
        f"{role}: {action} on {place}"
        for role, grant in _each(granted)
        for action in grant.actions
        for place in sorted(places)
        if any(fnmatch.fnmatchcase(f"{place}/any", one) for one in grant.resources)
        if action.startswith("s3:")
        if place not in {_place(n, bucket) for n in needed.get(role, ()) if n.action == action}
    ]


def _place(need: Need, bucket: str) -> str | None:
    """The folder of a bucket that the needed object lies in."""
    if not need.resource.startswith(f"{bucket}/"):
        return None
    return f"{bucket}/{need.resource.removeprefix(f'{bucket}/').partition('/')[0]}"


def _of(grant: Grant, role: str, needed: Needs) -> list[Need]:
    return [need for need in needed.get(role, ()) if need.action in grant.actions]


def _each(granted: Grants) -> Iterator[tuple[str, Grant]]:
    for role, grants in granted.items():
        for grant in grants:
            yield role, grant
