"""Keys of one's own and a delivery stream add to the roles what they need, and nothing more."""

from collections.abc import Iterator

import pytest

from offline.clients import ACCOUNT, REGION
from tests.permissions import options
from tests.permissions.actions import Need
from tests.permissions.comparing import missing, unused_actions, unused_resources
from tests.permissions.conftest import Seen
from tests.permissions.options import DELIVERY, Options, Plain
from tests.permissions.roles import Grant, grants
from tests.pipeline.rig import Rig

KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0f1e"
LANDING_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/a2b3"
STREAM = {"KmsKeyArn": KEY, "CreateDeliveryStream": "true"}
EXISTING = {
    "LandingBucketName": "upstream",
    "LandingPrefix": "in/traffic/",
    "LandingKmsKeyArn": LANDING_KEY,
}


@pytest.fixture(
    scope="module", params=[STREAM, STREAM | EXISTING], ids=["own landing", "existing landing"]
)
def compared(
    request: pytest.FixtureRequest, seen: Seen, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[dict[str, list[Grant]], dict[str, set[Need]]]]:
    """What the options grant, and what they are needed for."""
    given = request.param
    it = Rig(tmp_path_factory.mktemp("options"), given)
    try:
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
    finally:
        it.close()
    plain = Plain(seen.needs, seen.lake, seen.landing, seen.ledger, seen.topic)
    yield found, options.needs(plain, chosen)


def _on_keys(granted: list[Grant]) -> list[Grant]:
    return [grant for grant in granted if any(":kms:" in one for one in grant.resources)]


def test_options_grant_what_is_needed_and_nothing_else(
    compared: tuple[dict[str, list[Grant]], dict[str, set[Need]]],
) -> None:
    granted, needed = compared

    assert needed[DELIVERY]
    assert missing(granted, needed) == []
    assert unused_actions(granted, needed) == []
    assert unused_resources(granted, needed) == []
