"""A consumer of published slices: the documentation's rule, with a queue behind it."""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.files import ROOT
from tests.pipeline.rig import Rig

PAGE = (ROOT / "docs" / "observability.md").read_text()
Event = dict[str, Any]


def documented(title: str) -> Any:
    """The first JSON block under a heading of docs/observability.md."""
    text = PAGE.split(f"\n### {title}\n")[1]
    found = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    assert found
    return json.loads(found[1])


def listen(it: Rig) -> Callable[[], list[Event]]:
    """Has a queue get what the rule lets through; returns how to take out what it has got."""
    queue = it.client("sqs").create_queue(QueueName="consumer")["QueueUrl"]
    arn = it.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    pattern = json.dumps(documented("A rule that matches it"))
    it.client("events").put_rule(Name="consumer", EventPattern=pattern)
    target = {"Id": "queue", "Arn": arn["Attributes"]["QueueArn"]}
    it.client("events").put_targets(Rule="consumer", Targets=[target])

    def take() -> list[Event]:
        taken: list[Event] = []
        while True:
            found = it.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
            messages = found.get("Messages", [])
            if not messages:
                return taken
            for message in messages:
                taken.append(json.loads(message["Body"]))
                it.client("sqs").delete_message(
                    QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"]
                )

    return take
