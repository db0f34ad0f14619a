"""Reads the SAM template and expands it to plain CloudFormation, offline."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import yaml

from offline import kept_on_disk, plain_copies, template_rules
from offline.clients import REGION

ARTIFACTS_BUCKET = "springtide-local-artifacts"

# What `sam package` uploads, by resource type.
ARTIFACT_PROPERTIES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
}


class TemplateError(ValueError):
    """CloudFormation would refuse a template or its parameters."""


@dataclass(frozen=True)
class Expanded:
    """A template in the form that CloudFormation takes."""

    body: dict[str, Any]
    parameters: dict[str, str]
    artifacts: dict[str, Path]
    """The files and folders that resources are made of, by key in ARTIFACTS_BUCKET."""


def expand(template: Path, parameters: Mapping[str, str] | None = None) -> Expanded:
    """The template with its transform applied; cached by file and parameters.

    Raises TemplateError.
    """
    asked = tuple(sorted((parameters or {}).items()))
    known = _expand(template.resolve(), template.stat().st_mtime_ns, asked)
    return Expanded(**plain_copies.deepcopy(vars(known)))


def load(template: Path) -> dict[str, Any]:
    """The template as written, with CloudFormation's short tags expanded. Raises TemplateError."""
    try:
        body: dict[str, Any] = yaml.load(template.read_text(), _Loader)
    except yaml.YAMLError as err:
        raise TemplateError(f"{template}: {err}") from err
    return body


@lru_cache(maxsize=64)
def _expand(template: Path, mtime_ns: int, asked: tuple[tuple[str, str], ...]) -> Expanded:
    body = load(template)
    parameters = _parameters(body.get("Parameters", {}), dict(asked))
    if said := template_rules.broken(body.get("Rules", {}), parameters):
        raise TemplateError("; ".join(said))
    artifacts = _package(body, template.parent)
    if "Transform" in body:
        inputs = [body, parameters, version("aws-sam-translator")]
        body = kept_on_disk.result("stack", inputs, partial(_transform, body, parameters))
    return Expanded(body, parameters, artifacts)


def _package(body: dict[str, Any], base: Path) -> dict[str, Path]:
    """Point the resources at objects instead of local paths, like `sam package`."""
    artifacts: dict[str, Path] = {}
    shared = body.get("Globals", {}).get("Function", {})
    for logical_id, resource in body["Resources"].items():
        name = ARTIFACT_PROPERTIES.get(resource["Type"])
        if name is None:
            continue
        properties = resource.setdefault("Properties", {})
        uri = properties.get(name, shared.get(name))
        if not isinstance(uri, str) or uri.startswith("s3://"):
            continue
        path = (base / uri).resolve()
        if not path.exists():
            raise TemplateError(f"{logical_id}: {name} {uri} does not exist")
        key = os.path.relpath(path, base).replace("..", "up")
        artifacts[key] = path
        properties[name] = f"s3://{ARTIFACTS_BUCKET}/{key}"
    return artifacts


def _transform(body: dict[str, Any], parameters: dict[str, str]) -> dict[str, Any]:
    # Not imported at the top: it takes as long to import as all the rest.
    from samtranslator.model.exceptions import InvalidDocumentException
    from samtranslator.translator.transform import transform

    before = os.environ.get("AWS_DEFAULT_REGION")
    os.environ["AWS_DEFAULT_REGION"] = REGION
    try:
        expanded: dict[str, Any] = transform(body, parameters, _NoManagedPolicies())
    except InvalidDocumentException as err:
        raise TemplateError("; ".join(str(cause.message) for cause in err.causes)) from err
    finally:
        if before is None:
            del os.environ["AWS_DEFAULT_REGION"]
        else:
            os.environ["AWS_DEFAULT_REGION"] = before
    return expanded


class _NoManagedPolicies:
    """Replaces IAM, which the translator asks for managed policies that it has not bundled."""

    def load(self) -> dict[str, str]:
        """No policies."""
        return {}


def _parameters(declared: dict[str, Any], asked: dict[str, str]) -> dict[str, str]:
    unknown = sorted(asked.keys() - declared.keys())
    if unknown:
        raise TemplateError(f"the template has no parameter {', '.join(unknown)}")
    values = {}
    for name, slot in declared.items():
        if name not in asked and "Default" not in slot:
            raise TemplateError(f"parameter {name} has no default and was not given")
        values[name] = as_text(asked.get(name, slot.get("Default")))
        _check(name, slot, values[name])
    return values


def _check(name: str, slot: dict[str, Any], value: str) -> None:
    allowed = [as_text(choice) for choice in slot.get("AllowedValues", [])]
    if allowed and value not in allowed:
        raise TemplateError(f"parameter {name} must be one of {', '.join(allowed)}, not {value!r}")
    if "AllowedPattern" in slot and not re.fullmatch(slot["AllowedPattern"], value):
        must = slot.get("ConstraintDescription", f"does not match {slot['AllowedPattern']}")
        raise TemplateError(f"parameter {name}: {value!r} {must}")
    if slot["Type"] == "Number":
        try:
            number = float(value)
        except ValueError as err:
            raise TemplateError(f"parameter {name}: {value!r} is not a number") from err
        if not float(slot.get("MinValue", number)) <= number <= float(slot.get("MaxValue", number)):
            raise TemplateError(f"parameter {name}: {value} is out of range")


def as_text(value: Any) -> str:
    """A parameter as text, as CloudFormation knows it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML with CloudFormation's tags, in C if PyYAML has it; dates stay text."""


def _short_tag(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = value.split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_tag)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
