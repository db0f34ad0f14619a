"""Stacks of a few resources, brought up or refused."""

from pathlib import Path
from typing import Any

import pytest

from offline.cloudformation import ResourceError
from offline.machine import Machine
from tests.local.stacks import up

BUCKET = {"Type": "AWS::S3::Bucket"}
QUEUE = {"Type": "AWS::SQS::Queue"}


def stack(tmp_path: Path, resources: dict[str, Any], **more: Any) -> Machine:
    return up(tmp_path, resources=resources, **more)


def refused(tmp_path: Path, resources: dict[str, Any], **more: Any) -> str:
    with pytest.raises(ResourceError) as error, stack(tmp_path, resources, **more):
        pass
    return str(error.value)
