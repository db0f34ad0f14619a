"""What AWS does with a role of ours where no call of ours shows it, each with its source."""

from collections.abc import Callable

from offline.api_calls import Principal
from offline.clients import ACCOUNT, REGION
from tests.permissions.actions import Need
from tests.permissions.roles import roles
from tests.pipeline.rig import Rig

RoleOf = Callable[[Principal], str | None]

# Actions whose only resource is everything.
NO_RESOURCES = {
    **dict.fromkeys(
        (
            "logs:CreateLogDelivery",
            "logs:GetLogDelivery",
            "logs:UpdateLogDelivery",
            "logs:DeleteLogDelivery",
            "logs:ListLogDeliveries",
            "logs:PutResourcePolicy",
            "logs:DescribeResourcePolicies",
            "logs:DescribeLogGroups",
        ),
        "https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html",
    ),
    **dict.fromkeys(
        (
            "xray:PutTraceSegments",
            "xray:PutTelemetryRecords",
            "xray:GetSamplingRules",
            "xray:GetSamplingTargets",
        ),
        "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html",
    ),
    # It only reads, and comes with the policy that SAM attaches whole to a traced state machine.
    "xray:GetSamplingStatisticSummaries": (
        "https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AWSXrayWriteOnlyAccess.html"
    ),
}


def roles_of_principals(it: Rig) -> RoleOf:
    """Finds the logical id of the role that a principal's calls are made with, None for no role."""
    found = it.client("cloudformation").describe_stack_resources(StackName="springtide")
    names = {
        one.get("PhysicalResourceId"): one["LogicalResourceId"] for one in found["StackResources"]
    }
    scheduled = {it.machine.outputs["StateMachineArn"], _function(it, "CollectGarbageFunction")}

    def role(principal: Principal) -> str | None:
        if principal.kind == "function":
            return f"{names[principal.name]}Role"
        if principal.kind == "state machine":
            arn = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:{principal.name}"
            return f"{names[arn]}Role"
        if principal.kind == "service":
            # A rule calls its function by the function's own policy.
            return "ScheduleRole" if principal.doing in scheduled else None
        return None

    return role


def needs(it: Rig) -> dict[str, set[Need]]:
    """What each role is needed for besides, by the role's logical id."""
    needed = _of_single_roles(it)
    for role in roles(it):
        if role.endswith("FunctionRole"):
            needed[role] = needed.get(role, set()) | _as_lambda(it)
        if role.endswith("StateMachineRole"):
            needed[role] = needed.get(role, set()) | _as_a_traced_machine()
    return needed


def _of_single_roles(it: Rig) -> dict[str, set[Need]]:
    lake, landing = (
        f"arn:aws:s3:::{it.machine.outputs[name]}"
        for name in ("LakeBucketName", "LandingBucketName")
    )
    # docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html
    results = {Need("s3:GetObject", f"{lake}/athena-results/any")}
    # Without it an object that is gone is forbidden and not missing:
    # docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    missing = {where: {Need("s3:ListBucket", where)} for where in (lake, landing)}
    # docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html
    lost = {Need("sqs:SendMessage", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{_queue(it)}")}
    return {
        "RunQueryFunctionRole": _as_athenas_caller(it, lake, landing),
        "ReportFailureFunctionRole": lost,
        # Footers, of a Parquet landing: springtide/arrivals/parquet_objects.py.
        "PlanSliceFunctionRole": {Need("s3:GetObject", f"{landing}/any")},
        "PlanPartitionsFunctionRole": results | missing[landing],
        "AnnounceSlicesFunctionRole": missing[lake],
        "CheckAuditFunctionRole": results,
        "SpringtideStateMachineRole": _as_step_functions(it),
        "CrawlerRole": _as_the_crawler(it, landing),
    }


def _function(it: Rig, logical_id: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{it.function(logical_id)}"


def _queue(it: Rig) -> str:
    return it.function("LostReports").rpartition("/")[2]


def _all(actions: tuple[str, ...], *resources: str) -> set[Need]:
    return {Need(action, resource) for action in actions for resource in resources}


def _catalog(database: str, table: str) -> tuple[str, ...]:
    start = f"arn:aws:glue:{REGION}:{ACCOUNT}"
    return (f"{start}:catalog", f"{start}:database/{database}", f"{start}:table/{database}/{table}")


def _as_lambda(it: Rig) -> set[Need]:
    """Lambda writes a function's logs and traces with the function's role.

    docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html, for a group that there is,
    and docs.aws.amazon.com/lambda/latest/dg/services-xray.html
    """
    group = it.function("FunctionLogs")
    return {
        *_all(
            ("logs:CreateLogStream", "logs:PutLogEvents"),
            f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{group}:log-stream:any",
        ),
        *_all(("xray:PutTraceSegments", "xray:PutTelemetryRecords"), "*"),
    }


def _as_a_traced_machine() -> set[Need]:
    """docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html"""
    return _all(tuple(action for action in NO_RESOURCES if action.startswith("xray:")), "*")


def _as_athenas_caller(it: Rig, lake: str, landing: str) -> set[Need]:
    """Athena reads tables and files, and writes, with the rights of whoever starts a query.

    docs.aws.amazon.com/athena/latest/ug/s3-permissions.html and, for the catalog with its database
    `default`, docs.aws.amazon.com/athena/latest/ug/fine-grained-access-to-glue-resources.html
    """
    reading = ("glue:GetDatabase", "glue:GetTable", "glue:GetPartition", "glue:GetPartitions")
    tables = _catalog(it.database, "events")
    writing = ("s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts")
    # Results and manifests, and what UNLOAD writes: springtide.versions.
    written = tuple(f"{lake}/{prefix}/any" for prefix in ("athena-results", "delta", "tables"))
    return {
        *_all(("s3:GetObject",), f"{landing}/any", *written),
        *_all(writing, *written),
        *_all(("s3:ListBucket", "s3:GetBucketLocation"), landing, lake),
        *_all(("s3:ListBucketMultipartUploads",), lake),
        *_all((*reading, "glue:BatchGetPartition"), *tables),
        *_all(("glue:GetDatabase",), _catalog("default", "any")[1]),
    }


def _as_step_functions(it: Rig) -> set[Need]:
    """Step Functions learns of a nested execution's end through a rule of its own, and stops it.

    docs.aws.amazon.com/step-functions/latest/dg/connect-stepfunctions.html
    """
    rule = "rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"
    name = it.machine.name("RunQueryStateMachine").rpartition(":")[2]
    nested = f"arn:aws:states:{REGION}:{ACCOUNT}:execution:{name}:any"
    return {
        *_all(
            ("events:PutTargets", "events:PutRule", "events:DescribeRule"),
            f"arn:aws:events:{REGION}:{ACCOUNT}:{rule}",
        ),
        *_all(("states:DescribeExecution", "states:StopExecution"), nested),
        *_all(tuple(a for a in NO_RESOURCES if a.startswith("logs:")), "*"),
    }


def _as_the_crawler(it: Rig, landing: str) -> set[Need]:
    """docs.aws.amazon.com/glue/latest/dg/crawler-prereqs.html"""
    tables = _catalog(it.database, "candidate_landing")
    return {
        *_all(("s3:GetObject",), f"{landing}/any"),
        *_all(("s3:ListBucket", "s3:GetBucketLocation"), landing),
        *_all(
            (
                "glue:GetDatabase",
                "glue:GetTable",
                "glue:GetTables",
                "glue:CreateTable",
                "glue:UpdateTable",
                "glue:GetPartition",
                "glue:GetPartitions",
                "glue:BatchGetPartition",
                "glue:BatchCreatePartition",
                "glue:UpdatePartition",
            ),
            *tables,
        ),
        *_all(
            ("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
            f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws-glue/crawlers:log-stream:any",
        ),
    }
