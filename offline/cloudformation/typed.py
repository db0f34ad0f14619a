"""Gives properties the types that an API takes; in a template numbers may be texts."""

from typing import Any

from botocore.model import Shape


def typed(client: Any, operation: str, given: dict[str, Any]) -> dict[str, Any]:
    """The input of a client's operation, such as `PutMetricAlarm`, from properties."""
    shape = client.meta.service_model.operation_model(operation).input_shape
    converted: dict[str, Any] = _convert(shape, given)
    return converted


def _convert(shape: Any, value: Any) -> Any:
    if isinstance(value, dict) and shape.type_name == "structure":
        # A member that the API does not have is left for botocore to refuse.
        return {k: _convert(shape.members.get(k, _ANY), v) for k, v in value.items()}
    if isinstance(value, list) and shape.type_name == "list":
        return [_convert(shape.member, one) for one in value]
    if shape.type_name in ("integer", "long"):
        return int(value)
    if shape.type_name in ("double", "float"):
        return float(value)
    if shape.type_name == "boolean" and isinstance(value, str):
        return value == "true"
    return value


_ANY = Shape("any", {"type": "any"})
