"""Take what a stack's dead-letter queues hold back to work. Runs in the tools' environment.

python -m local.dead_letters STACK
"""

import sys
import time
from typing import Any

import boto3

from .stack import invoke, resources_of

# Those that belong to a queue, which their messages can go back to.
_OF_QUEUES = ("PointIncreaseDlq", "WebhookDlq")
# Its messages come from a stream and from the topic. What they should have done to the ledger is found by comparing
# records and ledger, which this function does.
_OF_THE_STREAM = "OfficialRecordDlq"
_AUDIT = "PointsAudit"


def redrive(stack: str) -> None:
    """Move the messages back, and say how many there were; they are tried as often as new ones."""
    resources = resources_of(stack)
    client = boto3.client("sqs")
    for name in _OF_QUEUES:
        arn, count = _look_at(client, resources[name])
        if count:
            client.start_message_move_task(SourceArn=arn)
            _await_end(client, name, arn)
        print(f"{name:<18} {count:>6} {_messages(count)} moved back", flush=True)
    _, count = _look_at(client, resources[_OF_THE_STREAM])
    print(f"{_OF_THE_STREAM:<18} {count:>6} {_messages(count)} without a queue to go back to", flush=True)
    if _AUDIT in resources:
        print("points-audit repairs what is missing in the ledger:", flush=True)
        invoke(resources[_AUDIT], {"repair": True})


def _look_at(client: Any, url: str) -> tuple[str, int]:
    """The queue's ARN and how many messages wait in it."""
    names = ["QueueArn", "ApproximateNumberOfMessages"]
    attributes = client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return attributes["QueueArn"], int(attributes["ApproximateNumberOfMessages"])


def _await_end(client: Any, name: str, arn: str) -> None:
    while True:
        task = client.list_message_move_tasks(SourceArn=arn)["Results"][0]
        if task["Status"] == "COMPLETED":
            return
        if task["Status"] != "RUNNING":
            sys.exit(f"{name}: {task.get('FailureReason', task['Status'])}")
        time.sleep(0.2)


def _messages(count: int) -> str:
    return "message " if count == 1 else "messages"


if __name__ == "__main__":
    redrive(sys.argv[1])
