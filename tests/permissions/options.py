"""What roles are needed for besides where a stack has keys of one's own and a delivery stream.

No call shows it, so each has its source; it follows from what the roles are needed for without.
"""

from typing import NamedTuple

from offline.clients import ACCOUNT, REGION
from tests.permissions.actions import Need
from tests.permissions.roles import Grant

DELIVERY = "DeliveryRole"


class Options(NamedTuple):
    """What a stack was given; a landing of its own is under the stack's key, if there is one."""

    key: str
    landing_key: str | None
    landing: str
    prefix: str


class Seen(NamedTuple):
    """What a stack without options grants and needs, by role, and where its data lies."""

    grants: dict[str, list[Grant]]
    needs: dict[str, set[Need]]
    lake: str
    landing: str
    ledger: str
    topic: str


def needs(seen: Seen, options: Options) -> dict[str, set[Need]]:
    """The needs by role."""
    needed: dict[str, set[Need]] = {DELIVERY: _delivery(options)}
    for role, without in seen.needs.items():
        more = set()
        if _reads_under_key(role, without, seen, own_landing=options.landing_key is None):
            more.add(Need("kms:Decrypt", options.key))
        if _writes_under_key(without, seen):
            more.add(Need("kms:GenerateDataKey", options.key))
        if options.landing_key is not None and _gets(without, seen.landing):
            more.add(Need("kms:Decrypt", options.landing_key))
        if more:
            needed[role] = more
    return needed


def _reads_under_key(role: str, without: set[Need], seen: Seen, *, own_landing: bool) -> bool:
    """Whether a role reads what is under the stack's key.

    A function's environment, after docs.aws.amazon.com/lambda/latest/dg/
    configuration-envvars-encryption.html
    Objects: docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
    The ledger: docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
    The topic, by its publishers: docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    return (
        role.endswith("FunctionRole")
        or _gets(without, seen.lake)
        or (own_landing and _gets(without, seen.landing))
        or any(need.resource in (seen.ledger, seen.topic) for need in without)
    )


def _writes_under_key(without: set[Need], seen: Seen) -> bool:
    """Whether a role writes objects of the lake, or publishes; sources as above."""
    return any(
        (need.action == "s3:PutObject" and need.resource.startswith(f"{seen.lake}/"))
        or (need.action == "sns:Publish" and need.resource == seen.topic)
        for need in without
    )


def _gets(without: set[Need], bucket: str) -> bool:
    return any(
        need.action == "s3:GetObject" and need.resource.startswith(f"{bucket}/") for need in without
    )


def _delivery(options: Options) -> set[Need]:
    """docs.aws.amazon.com/firehose/latest/dev/controlling-access.html, an Amazon S3 destination.

    An existing landing may be another account's: there too, cross-account delivery.
    """
    objects = ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"]
    if options.landing_key is not None:
        objects.append("s3:PutObjectAcl")
    bucket = ("s3:ListBucket", "s3:GetBucketLocation", "s3:ListBucketMultipartUploads")
    written = (f"{options.landing}/{options.prefix}any", f"{options.landing}/firehose-errors/any")
    logs = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/kinesisfirehose/springtide"
    key = options.landing_key or options.key
    return {
        *(Need(action, resource) for action in objects for resource in written),
        *(Need(action, options.landing) for action in bucket),
        Need("logs:PutLogEvents", f"{logs}:log-stream:any"),
        *(Need(action, key) for action in ("kms:Decrypt", "kms:GenerateDataKey")),
    }
