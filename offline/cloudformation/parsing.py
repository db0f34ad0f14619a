"""Makes moto's template parser report what it cannot do, and name resources reproducibly."""

import hashlib
import json
import re
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from moto.cloudformation import models as stack_models
from moto.cloudformation import parsing

from offline.cloudformation import corrections
from offline.patching import around, replace
from offline.template import as_text

# Longest name of each type whose generated name could get too long.
LONGEST_NAME = {
    "AWS::S3::Bucket": 63,
    "AWS::Lambda::Function": 64,
    "AWS::IAM::Role": 64,
    "AWS::SQS::Queue": 80,
    "AWS::StepFunctions::StateMachine": 80,
}

_moto: Any = parsing


class ResourceError(ValueError):
    """A resource of the template cannot be created as it is written."""


def install() -> None:
    """Replace the parser's functions; its caches of known types are renewed."""
    replace(stack_models, generate_stack_id=_stack_id)
    replace(stack_models.Stack, stack_resources=property(_made_resources))
    # moto tries YAML before JSON, which is what it is given here.
    replace(stack_models.Stack, parse_template=staticmethod(json.loads))
    replace(parsing, generate_resource_name=_resource_name)
    around(
        parsing,
        parse_condition=_equal_as_text,
        parse_resource=_complete,
        parse_and_create_resource=_named_errors,
    )
    for cached in (_moto.get_model_list, _moto.get_model_map, _moto.get_name_type_map):
        cached.cache_clear()


def _made_resources(stack: Any) -> list[Any]:
    """moto keeps None for each resource whose condition is false, and fails on it later."""
    return [made for made in stack.resource_map.values() if made is not None]


def _named_errors(
    create: Any, logical_id: str, resource: Any, resources: Any, **context: Any
) -> Any:
    try:
        return create(logical_id, resource, resources, **context)
    except ResourceError:
        raise  # from a resource that this one refers to
    except Exception as err:
        reason = f"there is no {err}" if isinstance(err, KeyError) else str(err)
        raise ResourceError(f"{logical_id} ({resource['Type']}): {reason}") from err


def _complete(parse: Any, resource: dict[str, Any], resources: Any) -> Any:
    """moto ignores what it does not know, with a warning at best."""
    kind = resource["Type"]
    if kind not in _moto.get_model_map() and kind not in _moto.NULL_MODELS:
        raise ResourceError(f"resource type {kind} is not known to the offline machine")
    parsed = parse(resource, resources)
    if parsed is None:
        return None
    resource_class, body, _ = parsed
    body["Properties"] = _without_nulls(body["Properties"])
    unresolved = _first_unresolved(body["Properties"])
    if unresolved is not None:
        raise ResourceError(f"cannot resolve {unresolved}")
    corrections.check_properties(kind, body["Properties"])
    return resource_class, body, kind


def _without_nulls(value: Any) -> Any:
    """AWS::NoValue removes its element; moto leaves a null in lists."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value if item is not None]
    return value


def _first_unresolved(value: Any) -> Any:
    """A function that moto did not evaluate, or a resource whose Ref it does not know."""
    if isinstance(value, dict):
        if len(value) == 1 and next(iter(value)).startswith("Fn::"):
            return value
        value = list(value.values())
    if isinstance(value, list):
        return next((found for item in value if (found := _first_unresolved(item))), None)
    return None if isinstance(value, str | int | float | None) else value


def _equal_as_text(parse: Any, condition: Any, resources: Any, conditions: Any) -> bool:
    """CloudFormation compares parameters as text; moto has converted some to numbers."""
    if isinstance(condition, dict) and "Fn::Equals" in condition:
        left, right = (
            as_text(_moto.clean_json(side, resources)) for side in condition["Fn::Equals"]
        )
        return bool(left == right)
    if isinstance(condition, dict) and "Condition" in condition:
        return bool(conditions[condition["Condition"]])
    return bool(parse(condition, resources, conditions))


def _resource_name(kind: str, stack: str, logical_id: str) -> str:
    """A name like CloudFormation's generated ones, but the same in every process."""
    digest = hashlib.sha256(f"{stack}/{logical_id}".encode()).hexdigest()[:12]
    # Generated names of state machines do not contain the stack's name.
    stem = logical_id if kind == "AWS::StepFunctions::StateMachine" else f"{stack}-{logical_id}"
    stem = stem[: LONGEST_NAME.get(kind, 255) - len(digest) - 1]
    name = f"{stem}-{digest.upper()}"
    return re.sub(r"[^a-z0-9-]", "-", name.lower()) if kind == "AWS::S3::Bucket" else name


def _stack_id(stack_name: str, region: str, account: str) -> str:
    number = uuid5(NAMESPACE_URL, f"{account}/{region}/{stack_name}")
    return f"arn:aws:cloudformation:{region}:{account}:stack/{stack_name}/{number}"
