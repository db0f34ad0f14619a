"""Evaluates a template's Rules and Conditions for given parameters."""

from collections.abc import Mapping
from typing import Any


class UnknownFunctionError(ValueError):
    """A rule or a condition uses a function that is not evaluated here."""


def broken(rules: Mapping[str, Any], parameters: Mapping[str, str]) -> list[str]:
    """The messages of the rules that are broken. Raises UnknownFunctionError."""
    return [
        assertion["AssertDescription"]
        for rule in rules.values()
        if value_of(rule.get("RuleCondition", True), parameters)
        for assertion in rule["Assertions"]
        if not value_of(assertion["Assert"], parameters)
    ]


def value_of(
    term: Any, parameters: Mapping[str, str], conditions: Mapping[str, Any] | None = None
) -> Any:
    """The value of a term; `{"Condition": NAME}` is that one of `conditions`.

    Raises UnknownFunctionError.
    """
    if not isinstance(term, dict):
        return term
    ((function, given),) = term.items()
    if function == "Ref":
        return parameters[given]
    if function == "Condition":
        return value_of((conditions or {})[given], parameters, conditions)
    values = [value_of(each, parameters, conditions) for each in given]
    match function:
        case "Fn::Equals":
            return values[0] == values[1]
        case "Fn::Not":
            return not values[0]
        case "Fn::And":
            return all(values)
        case "Fn::Or":
            return any(values)
    raise UnknownFunctionError(f"{function} is not evaluated in Rules and Conditions offline")
