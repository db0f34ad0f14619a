"""Keeps moto from importing services that no template of Springtide uses.

moto's CloudFormation imports every service of which it could create a resource, and its Step
Functions every one that a state could call: that would take half of a command's time.
"""

import sys
from collections.abc import Sequence
from functools import cache
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

UNUSED = frozenset(
    (
        "apigateway", "autoscaling", "batch", "datapipeline", "ec2", "ecr", "ecs", "efs", "elb",
        "elbv2", "emr", "iot", "rds", "redshift", "route53", "sagemaker",
    )
)  # fmt: skip


@cache
def install() -> None:
    """Replace modules of these services by empty ones; any name in them is a class."""
    sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder, Loader):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, _, rest = name.partition(".")
        if package != "moto" or rest.split(".")[0] not in UNUSED:
            return None
        return ModuleSpec(name, self, is_package=True)

    def exec_module(self, module: ModuleType) -> None:
        module.__dict__["__getattr__"] = _named


def _named(name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(name)
    return _Empty(name, (), {})


class _Empty(type):
    """A class whose attributes are all such classes too."""

    def __getattr__(cls, name: str) -> Any:
        return _named(name)

    def __getitem__(cls, account: str) -> Any:
        # A call of such a service asks for the account's part of it first.
        service = cls.__name__.removesuffix("_backends")
        raise NotImplementedError(f"{service} is not offered offline")
