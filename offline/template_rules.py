"""The Rules section of a template: what CloudFormation asserts about parameters together."""

from collections.abc import Mapping
from typing import Any


class UnknownFunctionError(ValueError):
    """When a rule uses a function that is not evaluated here."""


def broken(rules: Mapping[str, Any], parameters: Mapping[str, str]) -> list[str]:
    """What the rules that do not hold say.

    Raises UnknownFunctionError.
    """
    return [
        assertion["AssertDescription"]
        for rule in rules.values()
        if _value(rule.get("RuleCondition", True), parameters)
        for assertion in rule["Assertions"]
        if not _value(assertion["Assert"], parameters)
    ]


def _value(term: Any, parameters: Mapping[str, str]) -> Any:
    if not isinstance(term, dict):
        return term
    ((function, given),) = term.items()
    if function == "Ref":
        return parameters[given]
    values = [_value(each, parameters) for each in given]
    match function:
        case "Fn::Equals":
            return values[0] == values[1]
        case "Fn::Not":
            return not values[0]
        case "Fn::And":
            return all(values)
        case "Fn::Or":
            return any(values)
    raise UnknownFunctionError(f"{function} is not evaluated in a template's Rules offline")
