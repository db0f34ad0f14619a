"""The shape that a JSON document must have."""

from typing import Any

NUMBER = (int, float)


def fits(value: Any, shape: Any) -> bool:
    """Tell whether a document has a shape.

    A shape is a type, a tuple of shapes of which one must fit, `[shape]` for a list of any length,
    `{str: shape}` for an object of any names, or an object with the shapes of members that must
    be there; it may have others.
    """
    if isinstance(shape, tuple):
        return any(fits(value, each) for each in shape)
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(each, shape[0]) for each in value)
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return False
        if str in shape:
            return all(fits(each, shape[str]) for each in value.values())
        return all(name in value and fits(value[name], shape[name]) for name in shape)
    return isinstance(value, shape)
