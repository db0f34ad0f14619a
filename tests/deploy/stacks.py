"""The real template as the SAM CLI builds and deploys it, and a stack as the emulator has it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import boto3

from offline.clients import REGION
from offline.invoke import Answer
from offline.template import expand, load
from offline.template_rules import value_of
from tests.files import ROOT

TEMPLATE = ROOT / "template.yaml"
SAM = Path(os.environ.get("SAM", ROOT / ".venv-sam" / "bin" / "sam"))
# Beside the build of whoever develops here, which is left alone.
BUILD = ROOT / ".aws-sam" / "deploy-test"


def clients(reach: Mapping[str, str], service: str) -> Any:
    """A client of the emulator's."""
    session: Any = boto3.Session(
        aws_access_key_id=reach["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=reach["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
    )
    return session.client(service, endpoint_url=reach["AWS_ENDPOINT_URL"])


class Deployed:
    """A stack with what it was given, as the emulator has it."""

    def __init__(self, reach: Mapping[str, str], name: str, parameters: Mapping[str, str]) -> None:
        self._reach = reach
        self.stack = name
        self.parameters = parameters
        found = self.client("cloudformation")
        pages = found.get_paginator("list_stack_resources").paginate(StackName=name)
        self.resources = {
            r["LogicalResourceId"]: r for p in pages for r in p["StackResourceSummaries"]
        }
        stack = found.describe_stacks(StackName=name)["Stacks"][0]
        self.status: str = stack["StackStatus"]
        self.outputs = {o["OutputKey"]: o["OutputValue"] for o in stack["Outputs"]}

    def client(self, service: str) -> Any:
        return clients(self._reach, service)

    def name(self, logical_id: str) -> str:
        found: str = self.resources[logical_id]["PhysicalResourceId"]
        return found

    def invoke(self, function: str, event: Any) -> Answer:
        answer = self.client("lambda").invoke(
            FunctionName=self.name(function), Payload=json.dumps(event)
        )
        return Answer(json.loads(answer["Payload"].read()), "FunctionError" in answer)


def build(reach: Mapping[str, str]) -> Path:
    """Builds the real template; returns the built one as the emulator takes it."""
    _sam(reach, "build", "--build-dir", str(BUILD))
    return _without_metric_math(BUILD / "template.yaml")


def deploy(
    reach: Mapping[str, str], built: Path, name: str, parameters: Mapping[str, str]
) -> Deployed:
    """Deploys a built template as a stack of this name."""
    given = [f"{key}={value}" for key, value in parameters.items()]
    _sam(
        reach,
        "deploy",
        *("--template-file", str(built), "--stack-name", name),
        *("--config-file", str(ROOT / "samconfig.toml")),
        *("--no-confirm-changeset", "--no-progressbar"),
        *(["--parameter-overrides", *given] if given else []),
    )
    return Deployed(reach, name, parameters)


def expected(parameters: Mapping[str, str], section: str) -> dict[str, dict[str, Any]]:
    """The resources or outputs that a stack with these parameters has: whose condition holds."""
    expanded = expand(TEMPLATE, parameters)
    parameters, conditions = expanded.parameters, expanded.body["Conditions"]
    return {
        name: made
        for name, made in expanded.body[section].items()
        if "Condition" not in made
        or value_of({"Condition": made["Condition"]}, parameters, conditions)
    }


def _sam(reach: Mapping[str, str], *command: str) -> None:
    ended = subprocess.run(
        [SAM, *command],
        cwd=ROOT,
        env={**os.environ, **reach, "SAM_CLI_TELEMETRY": "0"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def _without_metric_math(built: Path) -> Path:
    """The built template with the first metric of each alarm that has several.

    The emulator refuses alarms on an expression; nothing else of the template is changed.
    """
    body = load(built)
    for resource in body["Resources"].values():
        metrics = resource.get("Properties", {}).pop("Metrics", None)
        if resource["Type"] != "AWS::CloudWatch::Alarm" or metrics is None:
            continue
        stat = next(one["MetricStat"] for one in metrics if "MetricStat" in one)
        resource["Properties"] |= {
            **stat["Metric"],
            "Period": stat["Period"],
            "Statistic": stat["Stat"],
        }
    plain = built.with_name("without-metric-math.json")
    plain.write_text(json.dumps(body))
    return plain
