"""Adds the resource types that moto's CloudFormation lacks."""

from typing import Any

from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel

from offline.cloudformation.resources import ADDED, Made, Make, Wanted

# moto finds resource types among the existing subclasses, so these must be kept alive.
_models: dict[str, type[CloudFormationModel]] = {}


def install() -> None:
    """Add the types to those that moto knows."""
    for kind, (name_property, attributes, make) in ADDED.items():
        _models[kind] = _model(kind, name_property, attributes, make)


def _model(
    kind: str, name_property: str | None, attributes: tuple[str, ...], make: Make
) -> type[CloudFormationModel]:
    class Added(CloudFormationModel):
        def __init__(self, made: Made) -> None:
            self.made = made

        @property
        def physical_resource_id(self) -> str:
            return self.made.ref

        @staticmethod
        def cloudformation_type() -> str:
            return kind

        @staticmethod
        def cloudformation_name_type() -> str:
            return name_property  # type: ignore[return-value]  # moto takes None for "no name"

        @classmethod
        def has_cfn_attr(cls, attr: str) -> bool:
            return attr in attributes

        def get_cfn_attribute(self, attribute_name: str) -> Any:
            if attribute_name not in self.made.attributes:
                raise UnformattedGetAttTemplateException
            return self.made.attributes[attribute_name]

        @classmethod
        def create_from_cloudformation_json(
            cls,
            resource_name: str,
            cloudformation_json: Any,
            account_id: str,
            region_name: str,
            **kwargs: Any,
        ) -> Any:
            properties = cloudformation_json.get("Properties", {})
            return cls(make(Wanted(resource_name, properties, region_name, account_id)))

    Added.__name__ = kind.replace("::", "")
    return Added
