"""What the roles of a stack that lived a whole life allow, and what they were needed for."""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from offline import clock
from offline.clients import ACCOUNT, REGION
from tests.permissions import elsewhere, options
from tests.permissions.actions import Need, needs
from tests.permissions.options import DELIVERY, Options, Seen
from tests.permissions.roles import Grant, grants
from tests.permissions.scenario import PARAMETERS, live
from tests.pipeline.rig import Rig
from tests.watchers import Recorder

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0f1e"
LANDING_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/a2b3"
STREAM = {"KmsKeyArn": KEY, "CreateDeliveryStream": "true"}
EXISTING = {
    "LandingBucketName": "upstream",
    "LandingPrefix": "in/traffic/",
    "LandingKmsKeyArn": LANDING_KEY,
}


class Compared(NamedTuple):
    """What options grant, and what they are needed for."""

    grants: dict[str, list[Grant]]
    needs: dict[str, set[Need]]


@pytest.fixture(scope="package")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    it = Rig(tmp_path_factory.mktemp("permissions"), PARAMETERS)
    try:
        recorder = Recorder()
        it.machine.calls.watchers.append(recorder)
        live(it)
        it.machine.calls.watchers.clear()
        workgroup = it.machine.outputs["WorkGroupName"]
        needed: defaultdict[str, set[Need]] = defaultdict(set)
        whose = elsewhere.roles_of_principals(it)
        for call in recorder.calls:
            role = whose(call.principal)
            if role is not None:
                needed[role] |= set(needs(call, workgroup))
        for role, more in elsewhere.needs(it).items():
            needed[role] |= more
        outputs = it.machine.outputs
        found = Seen(
            grants(it),
            dict(needed),
            lake=f"arn:aws:s3:::{outputs['LakeBucketName']}",
            landing=f"arn:aws:s3:::{outputs['LandingBucketName']}",
            ledger=f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{outputs['LedgerTableName']}",
            topic=outputs["AlarmTopicArn"],
        )
    finally:
        clock.reset()
        it.close()
    yield found


@pytest.fixture(
    scope="package", params=[STREAM, STREAM | EXISTING], ids=["own landing", "existing landing"]
)
def compared(
    request: pytest.FixtureRequest, seen: Seen, tmp_path_factory: pytest.TempPathFactory
) -> Compared:
    given = request.param
    with Rig(tmp_path_factory.mktemp("options"), given) as it:
        landing = f"arn:aws:s3:::{it.machine.outputs['LandingBucketName']}"
        chosen = Options(
            key=KEY,
            landing_key=given.get("LandingKmsKeyArn"),
            landing=landing,
            prefix=given.get("LandingPrefix", ""),
        )
        found = {
            role: granted if role == DELIVERY else _on_keys(granted)
            for role, granted in grants(it).items()
        }
    return Compared(found, options.needs(seen, chosen))


def _on_keys(granted: list[Grant]) -> list[Grant]:
    return [grant for grant in granted if any(":kms:" in one for one in grant.resources)]
