"""Reads a state machine's definition like CloudFormation: substitutions first, then YAML."""

import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import yaml


class DefinitionError(ValueError):
    """Step Functions would refuse a definition."""


def read(text: str, substitutions: Mapping[str, Any]) -> str:
    """The definition as JSON; substitutions are made in the text as it is written.

    Raises DefinitionError if a `${name}` is left, or if a state's `Next` does not exist.
    """
    for name, value in substitutions.items():
        text = text.replace("${" + name + "}", str(value))
    if left := sorted(set(re.findall(r"\$\{[^}]*\}", text))):
        raise DefinitionError(f"no substitution for {', '.join(left)}")
    return _as_json(text)


# Stacks of the same name, which tests create by the hundred, have the same definitions.
@lru_cache(maxsize=16)
def _as_json(text: str) -> str:
    definition = yaml.load(text, yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader)
    _check_targets(definition)
    return json.dumps(definition)


def _check_targets(machine: dict[str, Any]) -> None:
    """Check that every `Next` exists; moto would find out only when it gets there."""
    states: dict[str, Any] = machine["States"]
    if machine["StartAt"] not in states:
        raise DefinitionError(f"StartAt names {machine['StartAt']}, which is not a state")
    for name, state in states.items():
        for target in _targets(state):
            if target not in states:
                raise DefinitionError(f"{name} continues with {target}, which is not a state")
        for inner in _inner_machines(state):
            _check_targets(inner)


def _targets(state: dict[str, Any]) -> Iterator[str]:
    for holder in (state, *state.get("Choices", []), *state.get("Catch", [])):
        for key in ("Next", "Default"):
            if key in holder:
                yield holder[key]


def _inner_machines(state: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from state.get("Branches", [])
    for key in ("ItemProcessor", "Iterator"):
        if key in state:
            yield state[key]
