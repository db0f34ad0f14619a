"""Puts functions of ours in the place of moto's and botocore's, or around them."""

from collections.abc import Callable
from functools import wraps
from inspect import getattr_static
from typing import Any


def replace(owner: Any, **new: Any) -> None:
    """Set attributes of a class or a module; neither moto nor botocore has types for it."""
    for name, value in new.items():
        setattr(owner, name, value)


def around(owner: Any, **functions: Callable[..., Any]) -> None:
    """Put a function around each of those names, which it gets before their own arguments."""
    for name, function in functions.items():
        setattr(owner, name, _around(getattr_static(owner, name), function))


def _around(old: Any, function: Callable[..., Any]) -> Any:
    of_class = isinstance(old, classmethod)
    called = old.__func__ if of_class else old

    @wraps(called)
    def call(*args: Any, **kwargs: Any) -> Any:
        return function(called, *args, **kwargs)

    return classmethod(call) if of_class else call
